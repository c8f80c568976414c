import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

@Suite struct ThetaFormatTests {
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
