/// A message of Protocol Buffers that is being written: pieces, so that what is inside another message is not copied.
package struct ProtobufWriter: Sendable {
  /// The bytes, one piece after the other.
  package private(set) var pieces: [[UInt8]] = []
  /// The bytes of all pieces.
  package private(set) var byteCount = 0

  /// Larger fields are pieces of their own.
  private static let pieceLength = 1 << 12

  /// A message without fields.
  package init() {}

  /// A whole number or a value of an enumeration.
  package mutating func integer(_ value: Int, field number: Int) {
    var bytes = ProtobufWriter.varint(UInt64(number) << 3)
    bytes += ProtobufWriter.varint(UInt64(bitPattern: Int64(value)))
    append(bytes)
  }

  /// A float.
  package mutating func float(_ value: Float, field number: Int) {
    append(ProtobufWriter.varint(UInt64(number) << 3 | 5))
    append((0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) })
  }

  /// A text in UTF-8.
  package mutating func text(_ text: String, field number: Int) {
    bytes(Array(text.utf8), field: number)
  }

  /// Bytes as they are: the numbers of a tensor, or packed ones.
  package mutating func bytes(_ bytes: [UInt8], field number: Int) {
    append(ProtobufWriter.varint(UInt64(number) << 3 | 2) + ProtobufWriter.varint(UInt64(bytes.count)))
    append(bytes)
  }

  /// Numbers as their bytes, the lowest first: float64, or rounded to float32.
  package mutating func numbers(_ values: [Double], isDouble: Bool, field number: Int) {
    var result: [UInt8] = []
    result.reserveCapacity(values.count * (isDouble ? 8 : 4))
    for value in values {
      let bits = isDouble ? value.bitPattern : UInt64(Float(value).bitPattern)
      for shift in stride(from: 0, to: isDouble ? 64 : 32, by: 8) {
        result.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
      }
    }
    bytes(result, field: number)
  }

  /// Whole numbers, packed; nothing where there are none.
  package mutating func integers(_ values: [Int], field number: Int) {
    guard !values.isEmpty else { return }
    bytes(values.flatMap { ProtobufWriter.varint(UInt64(bitPattern: Int64($0))) }, field: number)
  }

  /// A message within this one.
  package mutating func message(_ number: Int, _ body: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    body(&inner)
    append(inner, field: number)
  }

  /// A message that is written already, within this one.
  package mutating func append(_ inner: ProtobufWriter, field number: Int) {
    append(ProtobufWriter.varint(UInt64(number) << 3 | 2) + ProtobufWriter.varint(UInt64(inner.byteCount)))
    for piece in inner.pieces { append(piece) }
  }

  private mutating func append(_ bytes: [UInt8]) {
    byteCount += bytes.count
    if let last = pieces.last, last.count + bytes.count <= ProtobufWriter.pieceLength {
      pieces[pieces.count - 1] += bytes
    } else if !bytes.isEmpty {
      pieces.append(bytes)
    }
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var result: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      result.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }
}
