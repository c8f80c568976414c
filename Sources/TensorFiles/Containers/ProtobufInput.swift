/// The bytes of a message of Protocol Buffers, read through a window: what is skipped is never in memory.
///
/// Wire format: <https://protobuf.dev/programming-guides/encoding/>.
package final class ProtobufInput {
  /// The bytes in the file.
  let size: Int
  private let input: InputFile
  private var window: [UInt8] = []
  /// Where in the file the window begins.
  private var start = 0

  private static let windowLength = 1 << 16

  /// The most bytes of one text or of a list of small numbers.
  static let mostTextBytes = 1 << 24

  package init(_ input: InputFile) throws(FormatError) {
    self.input = input
    size = try input.size()
  }

  /// The fields of the message that the whole file is.
  package var fields: ProtobufFields { ProtobufFields(self, in: 0..<size) }

  /// The byte at an offset, which is within the file.
  fileprivate func byte(at offset: Int) throws(FormatError) -> UInt8 {
    let place = offset - start
    if place >= 0, place < window.count { return window[place] }
    window = try input.bytes(at: offset, count: min(ProtobufInput.windowLength, size - offset))
    start = offset
    return window[0]
  }

  /// The bytes of a range of the file, not more than ``mostTextBytes``.
  fileprivate func bytes(_ range: Range<Int>) throws(FormatError) -> [UInt8] {
    guard range.count <= ProtobufInput.mostTextBytes else {
      throw FormatError(
        .limit, at: .byte(range.lowerBound),
        "a text of \(range.count) bytes, the limit is \(ProtobufInput.mostTextBytes)")
    }
    return try input.bytes(at: range.lowerBound, count: range.count)
  }

  /// Fills a span with the bytes from an offset on.
  func read(at offset: Int, into span: inout MutableRawSpan) throws(FormatError) {
    try input.read(at: offset, into: &span)
  }
}

/// The fields of one message, in the order of the file: each is checked to lie within the message.
package struct ProtobufFields {
  private let input: ProtobufInput
  private var offset: Int
  private let end: Int

  /// - Parameter range: the bytes of the message, all of them within the file.
  init(_ input: ProtobufInput, in range: Range<Int>) {
    self.input = input
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next field; nil at the end of the message.
  ///
  /// - Throws: ``FormatError``: `truncated`, `damaged`, and `unsupported` for the groups of old files.
  package mutating func next() throws(FormatError) -> ProtobufField? {
    guard offset < end else { return nil }
    let first = offset
    let tag = try varint()
    guard tag >> 3 >= 1, tag >> 3 < 1 << 29 else {
      throw FormatError(.damaged, at: .byte(first), "there is no field of number \(tag >> 3)")
    }
    let value: ProtobufField.Value
    switch tag & 7 {
    case 0: value = .varint(try varint())
    case 1: value = .fixed64(try fixed(8))
    case 2:
      let place = offset
      let length = try varint()
      guard length <= UInt64(end - offset) else {
        let isCut = end == input.size
        throw FormatError(
          isCut ? .truncated : .damaged, at: .byte(place),
          "field \(tag >> 3) is said to have \(length) bytes, \(isCut ? "the file" : "what it is part of") has "
            + "\(end - offset) more")
      }
      value = .bytes(offset..<offset + Int(length))
      offset += Int(length)
    case 5: value = .fixed32(UInt32(truncatingIfNeeded: try fixed(4)))
    case 3, 4: throw FormatError(.unsupported, at: .byte(first), "field \(tag >> 3) is a group, which is not read")
    default: throw FormatError(.damaged, at: .byte(first), "there is no wire type \(tag & 7), which ends the tag \(tag)")
    }
    return ProtobufField(number: Int(tag >> 3), offset: first, value: value, input: input)
  }

  /// The next number in base 128, of ten bytes at the most.
  mutating func varint() throws(FormatError) -> UInt64 {
    let first = offset
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard offset < end else { throw ended(first) }
      let byte = try input.byte(at: offset)
      offset += 1
      // Of the tenth byte one bit is left.
      guard shift < 63 || byte <= 1 else { break }
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
    }
    throw FormatError(.damaged, at: .byte(first), "the number that begins here has more than 64 bits")
  }

  /// Whether all bytes of the message were taken.
  var isAtEnd: Bool { offset >= end }

  private mutating func fixed(_ count: Int) throws(FormatError) -> UInt64 {
    guard count <= end - offset else { throw ended(offset) }
    var result: UInt64 = 0
    for index in 0..<count { result |= UInt64(try input.byte(at: offset + index)) << UInt64(8 * index) }
    offset += count
    return result
  }

  private func ended(_ place: Int) -> FormatError {
    end == input.size
      ? FormatError(.truncated, at: .byte(place), "the file ends within a number")
      : FormatError(.damaged, at: .byte(place), "the number that begins here goes beyond the end of what it is part of")
  }
}

/// One field of a message.
package struct ProtobufField {
  /// What a field can hold, by its wire type.
  package enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    /// A message, a text, bytes or packed numbers: where they stand in the file.
    case bytes(Range<Int>)
    case fixed32(UInt32)
  }

  package let number: Int
  /// Where in the file it begins.
  package let offset: Int
  package let value: Value
  fileprivate let input: ProtobufInput

  /// A field that says a number in base 128: an int32, int64, uint64, bool or a value of an enumeration.
  package var integer: Int {
    get throws(FormatError) {
      guard case .varint(let value) = value else { throw unexpected("a whole number") }
      return Int(truncatingIfNeeded: value)
    }
  }

  /// A float.
  package var float: Float {
    get throws(FormatError) {
      guard case .fixed32(let bits) = value else { throw unexpected("a float") }
      return Float(bitPattern: bits)
    }
  }

  /// Where the bytes of a message, a text or packed numbers stand.
  package var range: Range<Int> {
    get throws(FormatError) {
      guard case .bytes(let range) = value else { throw unexpected("a message or a text") }
      return range
    }
  }

  /// The fields of a message within this one.
  package var message: ProtobufFields {
    get throws(FormatError) { ProtobufFields(input, in: try range) }
  }

  /// A text in UTF-8.
  package var text: String {
    get throws(FormatError) {
      let range = try range
      guard let text = String(validating: try input.bytes(range), as: UTF8.self) else {
        throw FormatError(.damaged, at: .byte(range.lowerBound), "a text that is not UTF-8")
      }
      return text
    }
  }

  /// Fills a span, as long as the field, with its bytes.
  func readBytes(into span: inout MutableRawSpan) throws(FormatError) {
    try input.read(at: range.lowerBound, into: &span)
  }

  /// Appends the whole numbers of a repeated field, packed or one of them.
  package func appendIntegers(to list: inout [Int]) throws(FormatError) {
    guard case .bytes(let range) = value else {
      list.append(try integer)
      return
    }
    try checkList(range)
    var numbers = ProtobufFields(input, in: range)
    while !numbers.isAtEnd { list.append(Int(truncatingIfNeeded: try numbers.varint())) }
  }

  /// Appends the floats of a repeated field, packed or one of them.
  func appendFloats(to list: inout [Float]) throws(FormatError) {
    guard case .bytes(let range) = value else {
      list.append(try float)
      return
    }
    try checkList(range)
    guard range.count % 4 == 0 else {
      throw FormatError(.damaged, at: .byte(range.lowerBound), "\(range.count) bytes are no whole number of floats")
    }
    let bytes = try input.bytes(range)
    for first in stride(from: 0, to: bytes.count, by: 4) {
      let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[first + $1]) << UInt32(8 * $1) }
      list.append(Float(bitPattern: bits))
    }
  }

  private func checkList(_ range: Range<Int>) throws(FormatError) {
    guard range.count <= ProtobufInput.mostTextBytes else {
      throw FormatError(
        .limit, at: .byte(offset), "a list of \(range.count) bytes, the limit is \(ProtobufInput.mostTextBytes)")
    }
  }

  private func unexpected(_ expected: String) -> FormatError {
    let found =
      switch value {
      case .varint: "a whole number"
      case .fixed32: "4 bytes"
      case .fixed64: "8 bytes"
      case .bytes: "bytes with their length"
      }
    return FormatError(.damaged, at: .byte(offset), "field \(number) is \(found), \(expected) was expected")
  }
}
