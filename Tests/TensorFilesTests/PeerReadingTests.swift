import Foundation
import TensorFiles
import Tensors
import Testing

/// The programs that own the formats find in our files what was written.
@Suite struct PeerReadingTests {
  /// A program that reads files of a format, and what it does not keep.
  struct Peer: Sendable, CustomTestStringConvertible {
    let program: String
    let format: String
    let fileName: String
    var shapes: [[Int]] = [[1, 1], [1, 4], [4, 1], [3, 4], [2, 3, 4]]
    var types: [ElementType] = ElementType.allCases
    /// Logicals come as bytes.
    var readsBooleansAsBytes = false
    /// Dimensions of length 1 are lost, and with them the order of the others is all that there is.
    var squeezes = false

    var testDescription: String { "\(program) reads \(format)" }
  }

  static let peers: [Peer] = [
    Peer(program: "scipy", format: "mat5", fileName: "a.mat", readsBooleansAsBytes: true),
    Peer(program: "scipy", format: "mat4", fileName: "a.mat"),
    Peer(program: "octave", format: "mat5", fileName: "a.mat", readsBooleansAsBytes: true),
    Peer(program: "octave", format: "mat4", fileName: "a.mat"),
    Peer(program: "hdf5storage", format: "mat73", fileName: "a.mat"),
    Peer(program: "mat73", format: "mat73", fileName: "a.mat", squeezes: true),
    Peer(program: "numpy", format: "npz", fileName: "a.npz", shapes: RoundTripTests.shapes),
    Peer(program: "safetensors", format: "safetensors", fileName: "a.safetensors", shapes: RoundTripTests.shapes),
    Peer(program: "h5py", format: "h5", fileName: "a.h5", shapes: [[], [0], [5], [0, 3], [3, 4], [2, 3, 4]]),
    Peer(program: "pandas", format: "csv", fileName: "a.csv", shapes: [[3, 4]], types: [.float64]),
    Peer(program: "pandas", format: "tsv", fileName: "a.tsv", shapes: [[3, 4]], types: [.float64]),
  ]

  /// The lines that a program prints for a file; nil where it is not installed.
  private static func listing(_ program: String, _ path: String) throws -> [String]? {
    let script = ExampleFile.package.appending(path: "Formats/peer_listing.py").path
    let (status, text) = try Python.runAny([script, program, path])
    if status == 3 { return nil }
    try #require(status == 0, "\(program) cannot read the file")
    return text.split(separator: "\n").map(String.init)
  }

  @Test(arguments: peers)
  func finds(_ peer: Peer) throws {
    let format = try FileFormats.named(peer.format)
    try withTemporaryFolder { folder in
      var archive = TensorArchive()
      for type in peer.types {
        for (number, shape) in peer.shapes.enumerated() {
          let name = peer.fileName.hasSuffix("sv") ? "data" : "\(type.rawValue)_\(number)"
          let order: Order = number.isMultiple(of: 2) ? .rowMajor : .columnMajor
          var one = TensorArchive()
          one.set(name, to: try RoundTripTests.tensor(shape, type, order))
          // What a format does not hold is not written.
          do throws(FormatError) { _ = try format.changes(writing: ArchiveSource(one)) } catch { continue }
          archive.set(name, to: one.members[0].tensor)
        }
      }
      if peer.fileName.hasSuffix("sv") {
        archive.setAttribute("columns", of: "data", to: .texts(["a", "b", "c", "d"]))
      }
      let path = "\(folder)/\(peer.fileName)"
      try FileFormats.write(archive, to: path, as: format)
      guard let lines = try PeerReadingTests.listing(peer.program, path) else {
        print("skipped: \(peer.program) is not installed")
        return
      }
      let found = Dictionary(uniqueKeysWithValues: lines.map { ($0.prefix { $0 != "\t" }.description, $0) })
      #expect(found.count == archive.members.count)
      for member in archive.members {
        let columns = try #require(found[member.name], "\(member.name)").split(
          separator: "\t", omittingEmptySubsequences: false)
        let type = peer.readsBooleansAsBytes && member.tensor.elementType == .bool ? .uint8 : member.tensor.elementType
        #expect(columns[1] == type.rawValue, "\(member.name)")
        if !peer.squeezes { #expect(columns[3] == Tensor.describe(member.tensor.shape), "\(member.name)") }
        #expect(try columns[4] == member.tensor.digest, "\(member.name)")
      }
    }
  }
}
