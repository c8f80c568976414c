import Foundation
import TensorFiles
import Testing

@Suite("Inputs") struct InputFileTests {
  private static let text = Array((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })

  /// The same bytes as a file, through a pipe, and in memory.
  enum Kind: CaseIterable { case file, pipe, memory }

  private func withInput(_ kind: Kind, limits: Limits = Limits(), _ body: (InputFile) throws -> Void) throws {
    switch kind {
    case .memory: try body(InputFile(bytes: Self.text, name: "memory"))
    case .file:
      let folder = try TemporaryFolder()
      try Data(Self.text).write(to: URL(filePath: "\(folder.path)/input"))
      try body(InputFile(path: "\(folder.path)/input", limits: limits))
    case .pipe:
      let pipe = Pipe()
      let writing = Thread { [writer = pipe.fileHandleForWriting] in
        do { try writer.write(contentsOf: Data(Self.text)) } catch {}
        do { try writer.close() } catch {}
      }
      // The reader may go away before all is written.
      signal(SIGPIPE, SIG_IGN)
      writing.start()
      try body(InputFile(path: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)", limits: limits))
    }
  }

  private func next(_ input: InputFile, _ count: Int) throws -> [UInt8] {
    var block = [UInt8](repeating: 0, count: count)
    var elements = block.mutableSpan
    var span = unsafe elements.mutableBytes
    let got = try input.nextBytes(into: &span)
    return Array(block.prefix(got))
  }

  private func all(_ input: InputFile) throws -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let more = try next(input, 777)
      if more.isEmpty { return all }
      all += more
    }
  }

  @Test(arguments: Kind.allCases) func inSequence(_ kind: Kind) throws {
    try withInput(kind) { (input: InputFile) throws in
      #expect(try input.prefix(10) == Array(Self.text.prefix(10)))
      #expect(try input.prefix(5000) == Array(Self.text.prefix(5000)))
      #expect(try all(input) == Self.text)
      #expect(try next(input, 1).isEmpty)
    }
  }

  @Test(arguments: [Kind.file, .pipe]) func whatIsReadIsTold(_ kind: Kind) throws {
    try withInput(kind) { (input: InputFile) throws in
      #expect(input.observableSize == (kind == .file ? Self.text.count : nil))
      var read = 0
      input.observe { read += $0 }
      #expect(try all(input) == Self.text)
      #expect(read == Self.text.count)
      input.observe(nil)
      if kind == .file { _ = try input.bytes(at: 0, count: 100) }
      #expect(read == Self.text.count)
    }
  }

  @Test(arguments: Kind.allCases) func anywhere(_ kind: Kind) throws {
    try withInput(kind) { (input: InputFile) throws in
      #expect(try input.prefix(3) == Array(Self.text.prefix(3)))
      #expect(try input.bytes(at: 99_990, count: 10) == Array(Self.text.suffix(10)))
      #expect(try input.bytes(at: 7, count: 2) == Array(Self.text[7..<9]))
      #expect(try input.bytes(at: 100_000, count: 0).isEmpty)
      #expect(try input.size() == 100_000)
      #expect(try input.contents(limit: 100_000) == Self.text)
      #expect(try all(input) == Self.text)
    }
  }

  @Test(arguments: Kind.allCases) func theEndIsAnError(_ kind: Kind) throws {
    try withInput(kind) { (input: InputFile) throws in
      for (offset, count) in [(99_999, 2), (100_001, 0), (-1, 1), (0, -1), (.max, .max)] {
        let error = #expect(throws: FormatError.self) { try input.bytes(at: offset, count: count) }
        #expect(error?.code == .truncated)
      }
      let error = #expect(throws: FormatError.self) { try input.contents(limit: 99_999) }
      #expect(error?.sentence == "100000 bytes are needed in memory, the limit is 99999")
    }
  }

  @Test func aPipeIsKeptUpToALimit() throws {
    var limits = Limits()
    limits.spool = 50_000
    try withInput(.pipe, limits: limits) { (input: InputFile) throws in
      let error = #expect(throws: FormatError.self) { try input.size() }
      #expect(error?.sentence == "more than 50000 bytes came through the pipe; save them to a file first")
    }
  }

  @Test func aPipeIsReadOnce() throws {
    try withInput(.pipe) { (input: InputFile) throws in
      _ = try next(input, 10)
      let error = #expect(throws: FormatError.self) { try input.bytes(at: 0, count: 1) }
      #expect(error?.sentence == "a pipe can be read only once")
    }
  }

  @Test func whatCannotBeOpened() throws {
    let folder = try TemporaryFolder()
    let missing = #expect(throws: FormatError.self) { try InputFile(path: "\(folder.path)/nothing") }
    #expect(missing?.code == .noInput)
    #expect(missing?.description == "\(folder.path)/nothing: no such file or directory")
    let isFolder = #expect(throws: FormatError.self) { try InputFile(path: folder.path) }
    #expect(isFolder?.code == .noInput)
    #expect(isFolder?.sentence == "this is a folder, not a file")
  }
}
