import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// A network goes into each form and comes back equal to the bit, or is refused by name before anything is written.
@Suite struct NetworkFormatTests {
  /// The forms whose files are made of named arrays.
  static let forms: [(name: String, ending: String)] = [
    ("parameters", "h5"), ("mat5", "mat"), ("mat73", "mat"), ("npz", "npz"), ("safetensors", "safetensors"),
    ("safetensors-paddle", "safetensors"), ("caffe", "caffemodel.h5"), ("matlab-theta", "mat"),
  ]

  @Test(arguments: forms.map(\.name), RandomNetworks.activations.map(\.rawValue))
  func comesBack(_ form: String, _ text: String) throws {
    let activation = try #require(Activation(rawValue: text))
    let ending = try #require(Self.forms.first { $0.name == form }).ending
    let format = try #require(NetworkFormats.named(form))
    let folder = try TemporaryFolder()
    for count in 1...6 {
      for isNarrow in [false, true] {
        let network = try RandomNetworks.network(
          activation, layers: count, isNarrow: isNarrow, isScaled: count.isMultiple(of: 2) && form != "matlab-theta",
          isNamed: count != 3)
        let path = "\(folder.path)/\(count)\(isNarrow).\(ending)"
        do throws(FormatError) { _ = try format.changes(writing: network) } catch {
          #expect(error.code == .unsupported && error.location != .file, "\(form) \(text): \(error)")
          #expect(throws: FormatError.self) { try NetworkFormats.write(network, to: path, as: format) }
          #expect(!FileManager.default.fileExists(atPath: path))
          continue
        }
        try NetworkFormats.write(network, to: path, as: format)
        let file = try FileFormats.open(path)
        #expect(
          NetworkFormats.recognize(file)?.name
            == (form == "mat5" || form == "mat73" || form == "npz" ? "parameters" : form))
        let found = try NetworkFormats.network(in: file)
        #expect(found.network == network.network, "\(form) \(text) \(count)")
        #expect(found.training == network.training, "\(form) \(text) \(count)")
        #expect(found.elementType == network.elementType, "\(form) \(text) \(count)")
        #expect(found.leftOut == [])
      }
    }
  }

  /// Through another form and back is the same file.
  @Test(arguments: forms.filter { !["parameters", "matlab-theta"].contains($0.name) }.map(\.name))
  func theFileIsTheSame(_ form: String) throws {
    let folder = try TemporaryFolder()
    let format = try #require(NetworkFormats.named(form))
    let ending = try #require(Self.forms.first { $0.name == form }).ending
    for isNarrow in [false, true] {
      let network = try RandomNetworks.network(.tanh, layers: 3, isNarrow: isNarrow, isScaled: true)
      try NetworkFormats.write(network, to: "\(folder.path)/first.h5")
      let first = try NetworkFormats.network(in: FileFormats.open("\(folder.path)/first.h5"))
      try NetworkFormats.write(first, to: "\(folder.path)/other.\(ending)", as: format)
      let other = try NetworkFormats.network(in: FileFormats.open("\(folder.path)/other.\(ending)"))
      try NetworkFormats.write(other, to: "\(folder.path)/second.h5")
      #expect(
        FileManager.default.contents(atPath: "\(folder.path)/first.h5")
          == FileManager.default.contents(atPath: "\(folder.path)/second.h5"))
    }
  }

  @Test func theStandardisationGoesIntoTheta() throws {
    let folder = try TemporaryFolder()
    let network = try RandomNetworks.network(.sigmoid, layers: 3, isNarrow: true, isScaled: true)
    let format = ThetaFormat()
    #expect(
      try format.changes(writing: network).last
        == "the standardisation of the inputs is computed into Theta1, which rounds it")
    try NetworkFormats.write(network, to: "\(folder.path)/a.mat", as: format)
    let found = try NetworkFormats.network(in: FileFormats.open("\(folder.path)/a.mat"))
    let inputs = RandomNetworks.inputs(network.network.inputCount)
    let pairs = zip(
      found.network.probabilities(inputs).elements, network.network.probabilities(inputs).elements)
    for (one, other) in pairs { #expect(abs(one - other) < 1e-14) }
    #expect(found.network.inputNames == network.network.inputNames && found.training == network.training)
    #expect(found.notes == [])
  }
}
