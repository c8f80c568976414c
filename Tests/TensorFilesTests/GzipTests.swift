import Foundation
import TensorFiles
import Tensors
import Testing

/// Files that are compressed as a whole: read as what they hold, written where the name ends in `.gz`.
@Suite struct GzipTests {
  private static let text = "x1,x2\n" + (0..<30_000).map { "\($0),\(Double($0) * 0.1)\n" }.joined()

  private func archive() throws -> TensorArchive {
    var archive = TensorArchive()
    archive.set("X", to: try Tensor((0..<60_000).map { Double($0) * 0.1 }, shape: [30_000, 2]))
    return archive
  }

  private func contents(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

  /// What gzip itself makes of a file.
  private func gzip(_ options: [String], _ path: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip"] + options + ["-c", path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return bytes
  }

  @Test(arguments: [nil, 0, 1, 9]) func whatIsWrittenIsRead(_ level: Int?) throws {
    let folder = try TemporaryFolder()
    for name in ["a.csv.gz", "a.tsv.gz", "A.CSV.GZ"] {
      let path = "\(folder.path)/\(name)"
      try FileFormats.write(ArchiveSource(try archive()), to: path, options: WritingOptions(compression: level))
      let file = try FileFormats.open(path)
      let size = try contents(path).count
      #expect(file.format.name == "csv" && file.input.compressedSize == size)
      #expect(try file.reader.tensor("data").matrix().elements == (0..<60_000).map { Double($0) * 0.1 })
      // gzip reads it too, and there is no time and no name in it.
      let content = try file.input.bytes(at: 0, count: file.input.size())
      #expect(try gzip(["-d"], path) == content)
      #expect(try contents(path)[3..<8] == [0, 0, 0, 0, 0])
    }
    #expect(try folder.names == ["A.CSV.GZ", "a.csv.gz", "a.tsv.gz"])
  }

  @Test func equalContentMakesEqualBytes() throws {
    let folder = try TemporaryFolder()
    for name in ["a.csv.gz", "b.csv.gz"] { try FileFormats.write(try archive(), to: "\(folder.path)/\(name)") }
    #expect(try contents("\(folder.path)/a.csv.gz") == contents("\(folder.path)/b.csv.gz"))
  }

  @Test(arguments: [["-1"], ["-9"], ["-n"]]) func readsWhatGzipWrites(_ options: [String]) throws {
    let folder = try TemporaryFolder()
    try Data(Self.text.utf8).write(to: URL(filePath: "\(folder.path)/t.csv"))
    let bytes = try gzip(options, "\(folder.path)/t.csv")
    // Two members and zeros behind them are one text.
    for (content, count) in [(bytes, 1), (bytes + bytes, 2), (bytes + [0, 0, 0], 1)] {
      let input = InputFile(bytes: content, name: "t.csv.gz")
      #expect(try input.contents(limit: 1 << 24) == Array(String(repeating: Self.text, count: count).utf8))
      #expect(input.path == nil && input.compressedSize == content.count)
    }
  }

  @Test func comesInSequenceThroughAPipe() throws {
    let folder = try TemporaryFolder()
    try Data(Self.text.utf8).write(to: URL(filePath: "\(folder.path)/t.csv"))
    let bytes = try gzip([], "\(folder.path)/t.csv")
    let pipe = Pipe()
    signal(SIGPIPE, SIG_IGN)
    let writing = Thread { [writer = pipe.fileHandleForWriting] in
      do { try writer.write(contentsOf: Data(bytes)) } catch {}
      do { try writer.close() } catch {}
    }
    writing.start()
    let input = try InputFile(path: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)")
    #expect(try input.prefix(5) == Array("x1,x2".utf8))
    var all: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1000)
    while true {
      var elements = block.mutableSpan
      var span = unsafe elements.mutableBytes
      let got = try input.nextBytes(into: &span)
      if got == 0 { break }
      all += block.prefix(got)
    }
    #expect(all == Array(Self.text.utf8) && input.knownSize == nil && input.compressedSize == bytes.count)
  }

  @Test func whatIsSoughtInIsBounded() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/zeros.csv.gz"
    var output = try OutputFile(path: path)
    for _ in 0..<100 { try output.write([UInt8](repeating: 48, count: 100_000)) }
    try output.commit()
    #expect(try contents(path).count < 20_000)
    var limits = Limits()
    limits.spool = 1 << 20
    let input = try InputFile(path: path, limits: limits)
    let error = #expect(throws: FormatError.self) { try input.size() }
    #expect(error?.code == .limit)
    #expect(error?.sentence == "the gzip file holds more than 1048576 bytes, the limit; decompress it with gunzip")
  }

  @Test func binaryFormatsAreReadToo() throws {
    let folder = try TemporaryFolder()
    for ending in ["mat", "h5"] {
      try FileFormats.write(try archive(), to: "\(folder.path)/a.\(ending)")
      let file = try FileFormats.open(
        InputFile(bytes: try gzip([], "\(folder.path)/a.\(ending)"), name: "a.\(ending).gz"))
      #expect(file.format.pathExtensions.contains(ending))
      #expect(try file.reader.tensor("X").doublesInStorageOrder().count == 60_000)
    }
  }

  @Test func formatsThatAreNotCompressedAsAWhole() throws {
    let folder = try TemporaryFolder()
    for ending in ["mat", "h5"] {
      let path = "\(folder.path)/a.\(ending).gz"
      let error = #expect(throws: FormatError.self) { try FileFormats.forWriting(path: path) }
      #expect(error?.code == .unsupported)
      #expect(error?.sentence.hasSuffix("is compressed in itself or not at all; leave .gz out of the name") == true)
      let format = try FileFormats.forWriting(path: "a.\(ending)")
      #expect(throws: FormatError.self) { try FileFormats.write(try archive(), to: path, as: format) }
    }
    #expect(try folder.names == [])
    #expect(try FileFormats.forWriting(path: "x.svm.gz").name == "svmlight")
    #expect(throws: FormatError.self) { try FileFormats.forWriting(path: "x.gz") }
    #expect(throws: FormatError.self) { try FileFormats.forWriting(path: "gz") }
  }
}
