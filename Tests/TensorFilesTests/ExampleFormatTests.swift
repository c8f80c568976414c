import Foundation
import TensorFiles
import Tensors
import Testing

// The format of the article "Adding a format": what it shows is what compiles.

/// Bytes of any shape, as in the files of well-known pictures of digits: 0, 0, 8, the number of dimensions, the length
/// of each as a big-endian integer of four bytes, and the bytes, the last index the fastest.
struct IDXFormat: FileFormat {
  let name = "idx"
  let title = "IDX bytes"
  let pathExtensions = ["idx"]

  func recognizes(prefix: [UInt8], size: Int?) -> Bool { prefix.starts(with: [0, 0, 8]) }

  func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try IDXReader(input, limits: limits)
  }
}

/// An open file: the header is read, the bytes are not.
final class IDXReader: TensorReader {
  let entries: [TensorEntry]
  private let input: InputFile
  private let limits: Limits
  private let start: Int

  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.input = input
    self.limits = limits
    let dimensions = Int(try input.bytes(at: 3, count: 1)[0])
    start = 4 + 4 * dimensions
    var shape: [Int] = []
    for place in 0..<dimensions {
      let length = try input.bytes(at: 4 + 4 * place, count: 4).reduce(0) { $0 << 8 | Int($1) }
      shape.append(length)
    }
    entries = [TensorEntry(name: "data", shape: shape, content: .numbers(.uint8, storedAs: nil))]
  }

  func tensor(_ name: String) throws(FormatError) -> Tensor {
    let shape = try entry(name).shape
    do {
      let count = try Tensor.byteCount(shape: shape, elementType: .uint8)
      try limits.charge(bytes: count, at: .object(name))
      return try Tensor(input.bytes(at: start, count: count), shape: shape)
    } catch let error as TensorError {
      throw FormatError(error, at: .object(name))
    } catch {
      throw error as? FormatError ?? FormatError(.damaged, at: .object(name), "\(error)")
    }
  }
}

extension IDXFormat {
  func changes(writing archive: ArchiveSource) throws(FormatError) -> [String] {
    guard archive.members.count == 1 else {
      throw FormatError(.unsuitable, "a file holds one array, there are \(archive.members.count)")
    }
    let (name, source) = (archive.members[0].name, archive.members[0].source)
    guard source.elementType == .uint8 else {
      throw FormatError(.unsupported, at: .object(name), "the elements are \(source.elementType), not uint8")
    }
    guard source.shape.count < 256, source.shape.allSatisfy({ $0 <= UInt32.max }) else {
      throw FormatError(.unsupported, at: .object(name), "the shape \(Tensor.describe(source.shape)) is too large")
    }
    return []
  }

  func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    _ = try changes(writing: archive)
    let source = archive.members[0].source
    try output.write([0, 0, 8, UInt8(source.shape.count)])
    for length in source.shape {
      try output.write((0..<4).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
    }
    do {
      let blocks = try source.blocks(ofRows: source.rowCount(ofBytes: 1 << 20))
      while let block = try blocks.next() {
        try output.write(block.doublesInStorageOrder().map { UInt8($0) })
      }
    } catch {
      throw error as? FormatError ?? FormatError(.inputOutput, at: .object(archive.members[0].name), "\(error)")
    }
  }
}

@Suite("The format of the documentation") struct ExampleFormatTests {
  @Test func itReadsWhatItWrites() throws {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    archive.set("data", to: try Tensor((0..<24).map { UInt8($0) }, shape: [2, 3, 4]))
    try FileFormats.write(ArchiveSource(archive), to: folder.path + "/a.idx", as: IDXFormat())
    let bytes = try InputFile(path: folder.path + "/a.idx").contents(limit: 100)
    #expect(bytes == [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4] + (0..<24))
    let reader = try IDXFormat().open(InputFile(bytes: bytes, name: "a.idx"), limits: Limits())
    #expect(reader.entries[0].shape == [2, 3, 4])
    #expect(try reader.tensor("data").doublesInStorageOrder() == (0..<24).map(Double.init))
    for count in bytes.indices {
      #expect(throws: FormatError.self) {
        try IDXFormat().open(InputFile(bytes: Array(bytes[..<count]), name: "a.idx"), limits: Limits()).tensor("data")
      }
    }
  }

  /// Each block of Swift in the articles stands in a file that is compiled.
  @Test func theArticlesShowWhatIsCompiled() throws {
    let package = ExampleFile.package.path
    let sources = try [
      "Samples/library/train.swift", "Samples/library/read.swift", "Sources/Training/Regularization/L1.swift",
      "Tests/TensorFilesTests/ExampleFormatTests.swift",
    ].map { String(decoding: try InputFile(path: "\(package)/\($0)").contents(limit: 1 << 20), as: UTF8.self) }
    for article in [
      "NetworkFiles/NetworkFiles.docc/TrainFromSwift", "TensorFiles/TensorFiles.docc/ReadAnyFile",
      "TensorFiles/TensorFiles.docc/AddingAFormat", "Training/Training.docc/AddingARegularizer",
    ] {
      let text = try InputFile(path: "\(package)/Sources/\(article).md").contents(limit: 1 << 20)
      let parts = String(decoding: text, as: UTF8.self).split(separator: "```", omittingEmptySubsequences: false)
      let blocks = parts.enumerated().filter { $0.offset % 2 == 1 && $0.element.hasPrefix("swift\n") }
      #expect(!blocks.isEmpty, "\(article)")
      for (_, block) in blocks {
        #expect(sources.contains { $0.contains(block.dropFirst("swift\n".count)) }, "\(article): \(block)")
      }
    }
  }
}
