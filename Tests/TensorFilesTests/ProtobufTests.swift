import TensorFiles
import Testing

/// The wire format of Protocol Buffers: <https://protobuf.dev/programming-guides/encoding/>.
@Suite struct ProtobufTests {
  private func fields(_ bytes: [UInt8]) throws -> [ProtobufField] {
    var fields = try ProtobufInput(InputFile(bytes: bytes, name: "message")).fields
    var list: [ProtobufField] = []
    while let field = try fields.next() { list.append(field) }
    return list
  }

  /// The examples of the guide.
  @Test func theExamplesOfTheGuide() throws {
    let number = try fields([0x08, 0x96, 0x01])
    #expect(number.count == 1 && number[0].number == 1)
    #expect(try number[0].integer == 150)
    #expect(try fields([0x12, 0x07] + Array("testing".utf8))[0].text == "testing")
    var inner = try fields([0x1A, 0x03, 0x08, 0x96, 0x01])[0].message
    #expect(try inner.next()?.integer == 150)
    #expect(try inner.next() == nil)
    var list: [Int] = []
    try fields([0x32, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05])[0].appendIntegers(to: &list)
    #expect(list == [3, 270, 86942])
  }

  @Test func numbersAtTheEndsOfTheirRange() throws {
    let least = [0x08] + [UInt8](repeating: 0x80, count: 9) + [0x01]
    #expect(try fields(least)[0].integer == Int.min)
    let minusOne = [0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x01]
    #expect(try fields(minusOne)[0].integer == -1)
    // The tenth byte has one bit.
    #expect(throws: FormatError.self) { try fields([0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x02]) }
    #expect(throws: FormatError.self) { try fields([0x08] + [UInt8](repeating: 0x80, count: 10) + [0x01]) }
    // A field has at most the number 2^29 - 1.
    #expect(try fields([0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0x00])[0].number == (1 << 29) - 1)
    #expect(throws: FormatError.self) { try fields([0x80, 0x80, 0x80, 0x80, 0x10, 0x00]) }
  }

  @Test func lengthsStayInTheMessage() throws {
    #expect(throws: FormatError.self) { try fields([0x0A, 0x02, 0x00]) }
    #expect(throws: FormatError.self) { try fields([0x0A] + [UInt8](repeating: 0xFF, count: 9) + [0x01]) }
    var message = try fields([0x0A, 0x02, 0x0A, 0x05, 0x10, 0x01])[0].message
    do {
      _ = try message.next()
      Issue.record("a field beyond its message was taken")
    } catch {
      #expect(error.description == "byte 3: field 1 is said to have 5 bytes, what it is part of has 0 more")
    }
  }

  /// Bytes of every kind: no error but ours, and an end.
  @Test func anyBytesAreReadOrRefused() throws {
    var state: UInt64 = 1
    for _ in 0..<20_000 {
      var bytes: [UInt8] = []
      for _ in 0..<24 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(UInt8(truncatingIfNeeded: state >> 56) & (state >> 40 & 1 == 0 ? 0x1F : 0xFF))
      }
      do throws(FormatError) {
        var fields = try ProtobufInput(InputFile(bytes: bytes, name: "m")).fields
        while let field = try fields.next() { _ = field.number }
      } catch {
        #expect(error.location != .file)
      }
      _ = ProtobufPrefix(bytes[...])
    }
  }

  @Test func whatIsWrittenIsRead() throws {
    var writer = ProtobufWriter()
    writer.integer(-5, field: 1)
    writer.float(0.5, field: 2)
    writer.message(3) { inner in
      inner.text("Größe", field: 1)
      inner.bytes([UInt8](repeating: 7, count: 100_000), field: 2)
      inner.message(4) { $0.integers([1, -1, 1 << 40], field: 1) }
    }
    writer.integers([], field: 5)
    let bytes = writer.pieces.flatMap { $0 }
    #expect(bytes.count == writer.byteCount)
    let list = try fields(bytes)
    #expect(list.map(\.number) == [1, 2, 3])
    #expect(try list[0].integer == -5)
    #expect(try list[1].float == 0.5)
    var inner = try list[2].message
    #expect(try inner.next()?.text == "Größe")
    #expect(try inner.next()?.range.count == 100_000)
    var numbers: [Int] = []
    var deepest = try #require(try inner.next()).message
    try #require(try deepest.next()).appendIntegers(to: &numbers)
    #expect(numbers == [1, -1, 1 << 40])
  }
}
