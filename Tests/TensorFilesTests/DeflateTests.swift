import TensorFiles
import Testing

@Suite struct DeflateTests {
  /// A stream of the content, between other bytes as it stands in a file.
  private func file(_ content: [UInt8]) throws -> (input: InputFile, count: Int) {
    let stream = try DeflateStream()
    for first in stride(from: 0, to: content.count, by: 70_000) {
      try stream.write(Array(content[first..<min(first + 70_000, content.count)]))
    }
    try stream.finish()
    #expect(stream.blocks.reduce(0) { $0 + $1.count } == stream.byteCount)
    let bytes: [UInt8] = [0xAA, 0xAA] + Array(stream.blocks.joined()) + [0xBB]
    return (InputFile(bytes: bytes, name: "stream"), stream.byteCount)
  }

  private func read(_ count: Int, from stream: InflateStream) throws(FormatError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var elements = bytes.mutableSpan
    var span = unsafe elements.mutableBytes
    try stream.read(into: &span)
    return bytes
  }

  /// Numbers without pattern, so that the stream is about as long as they are.
  private static func noise(_ count: Int) -> [UInt8] {
    var state: UInt64 = 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }

  @Test(arguments: [0, 1, 255, 65_536, 1_000_000])
  func roundTrip(count: Int) throws {
    for content in [DeflateTests.noise(count), [UInt8](repeating: 7, count: count)] {
      let (input, length) = try file(content)
      let stream = try InflateStream(input, at: 2, count: length)
      #expect(try read(count / 3, from: stream) == Array(content[..<(count / 3)]))
      #expect(try read(count - count / 3, from: stream) == Array(content[(count / 3)...]))
      try stream.finish()
      #expect(length <= InflateStream.mostInflated(length))
      #expect(count <= InflateStream.mostInflated(length))
    }
  }

  @Test func notMoreThanThereIs() throws {
    let (input, length) = try file([1, 2, 3])
    let stream = try InflateStream(input, at: 2, count: length)
    let error = #expect(throws: FormatError.self) { try read(4, from: stream) }
    #expect(error?.description == "byte 2: the zlib stream ends 1 bytes before its content")
  }

  @Test func notLessThanThereIs() throws {
    let (input, length) = try file([1, 2, 3])
    let stream = try InflateStream(input, at: 2, count: length)
    _ = try read(2, from: stream)
    let error = #expect(throws: FormatError.self) { try stream.finish() }
    #expect(error?.description == "byte 2: the zlib stream goes on after its content should end")
  }

  /// What stands after the stream inside its place is not looked at; a stream that is cut is an error at every byte.
  @Test func bytesAfterAndCuts() throws {
    let content = DeflateTests.noise(300)
    let (input, length) = try file(content)
    let longer = try InflateStream(input, at: 2, count: length + 1)
    #expect(try read(300, from: longer) == content)
    try longer.finish()
    for cut in 0..<length {
      let stream = try InflateStream(input, at: 2, count: cut)
      let error = #expect(throws: FormatError.self) {
        _ = try read(300, from: stream)
        try stream.finish()
      }
      #expect(error?.code == .truncated)
    }
  }

  @Test func equalContentMakesEqualBytes() throws {
    let content = DeflateTests.noise(100_000)
    let (first, count) = try file(content)
    let (second, _) = try file(content)
    #expect(try first.bytes(at: 0, count: count) == second.bytes(at: 0, count: count))
  }
}
