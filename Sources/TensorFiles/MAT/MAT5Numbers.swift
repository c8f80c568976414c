import Tensors

/// The numbers of a variable: taken in bulk, turned to the machine's byte order and to the type of their class.
extension MAT5Element {
  /// Numbers that are converted at a time.
  private static let blockLength = 1 << 13

  /// Where the numbers of one data element go: every one, or every second of a complex array.
  struct Part {
    /// The numbers there are.
    let count: Int
    /// The position of the first, and from one to the next.
    let first: Int
    let stride: Int
  }

  /// Fills a part of a buffer of real numbers with those that come next.
  ///
  /// - Parameters:
  ///   - stored: the type in the file.
  ///   - type: the type in the buffer: that of the class, of each part of a complex number, or bool.
  /// - Throws: ``FormatError`` with code `damaged` when a number has no exact value of that type.
  func readNumbers(
    storedAs stored: ElementType, as type: ElementType, into buffer: inout TensorBuffer, _ part: Part
  ) throws(FormatError) {
    if stored == type, part.stride == 1 {
      try buffer.withMutableBytes { bytes throws(FormatError) in try read(into: &bytes) }
      if isBigEndian != isHostBigEndian { buffer.swapBytes(width: stored.byteCount, count: part.count) }
      return
    }
    var block: TensorBuffer
    do {
      block = try TensorBuffer(byteCount: min(part.count, MAT5Element.blockLength) * stored.byteCount)
    } catch { throw FormatError(error, at: .byte(offset)) }
    var done = 0
    while done < part.count {
      let count = min(MAT5Element.blockLength, part.count - done)
      try block.withMutableBytes { bytes throws(FormatError) in
        var wanted = bytes._mutatingExtracting(0..<count * stored.byteCount)
        try read(into: &wanted)
      }
      if isBigEndian != isHostBigEndian { block.swapBytes(width: stored.byteCount, count: count) }
      let target = Part(count: count, first: part.first + done * part.stride, stride: part.stride)
      if let failure = convert(&block, from: stored, to: type, in: &buffer, target) {
        throw damaged("number \(done + failure.index + 1) is \(failure.number), which is no \(type.rawValue)")
      }
      done += count
    }
  }
}

/// A number that the type of its class does not hold.
private struct Inexact {
  let index: Int
  let number: String
}

private func convert(
  _ block: inout TensorBuffer, from stored: ElementType, to type: ElementType, in buffer: inout TensorBuffer,
  _ part: MAT5Element.Part
) -> Inexact? {
  switch stored {
  case .int8: convert(&block, Int8.self, to: type, in: &buffer, part)
  case .uint8, .bool: convert(&block, UInt8.self, to: type, in: &buffer, part)
  case .int16: convert(&block, Int16.self, to: type, in: &buffer, part)
  case .uint16, .float16: convert(&block, UInt16.self, to: type, in: &buffer, part)
  case .int32: convert(&block, Int32.self, to: type, in: &buffer, part)
  case .uint32: convert(&block, UInt32.self, to: type, in: &buffer, part)
  case .int64: convert(&block, Int64.self, to: type, in: &buffer, part)
  case .uint64: convert(&block, UInt64.self, to: type, in: &buffer, part)
  case .float32, .complex64: convert(&block, Float.self, to: type, in: &buffer, part)
  case .float64, .complex128: convert(&block, Double.self, to: type, in: &buffer, part)
  }
}

private func convert<Stored: StoredNumber>(
  _ block: inout TensorBuffer, _ stored: Stored.Type, to type: ElementType, in buffer: inout TensorBuffer,
  _ part: MAT5Element.Part
) -> Inexact? {
  switch type {
  case .int8: move(&block, stored, in: &buffer, part) { $0.integer(Int8.self) }
  case .uint8: move(&block, stored, in: &buffer, part) { $0.integer(UInt8.self) }
  case .bool: move(&block, stored, in: &buffer, part) { $0.integer(UInt8.self).flatMap { $0 <= 1 ? $0 : nil } }
  case .int16: move(&block, stored, in: &buffer, part) { $0.integer(Int16.self) }
  case .uint16, .float16: move(&block, stored, in: &buffer, part) { $0.integer(UInt16.self) }
  case .int32: move(&block, stored, in: &buffer, part) { $0.integer(Int32.self) }
  case .uint32: move(&block, stored, in: &buffer, part) { $0.integer(UInt32.self) }
  case .int64: move(&block, stored, in: &buffer, part) { $0.integer(Int64.self) }
  case .uint64: move(&block, stored, in: &buffer, part) { $0.integer(UInt64.self) }
  case .float32, .complex64: move(&block, stored, in: &buffer, part) { $0.single }
  case .float64, .complex128: move(&block, stored, in: &buffer, part) { $0.double }
  }
}

private func move<Stored: StoredNumber, Element: BitwiseCopyable>(
  _ block: inout TensorBuffer, _ stored: Stored.Type, in buffer: inout TensorBuffer, _ part: MAT5Element.Part,
  _ convert: (Stored) -> Element?
) -> Inexact? {
  block.withMutableElements(as: Stored.self) { source in
    buffer.withMutableElements(as: Element.self) { target in
      for index in 0..<part.count {
        guard let value = convert(source[index]) else { return Inexact(index: index, number: "\(source[index])") }
        target[part.first + index * part.stride] = value
      }
      return nil
    }
  }
}

/// A number as a file stores it, and its exact values in other types.
private protocol StoredNumber: BitwiseCopyable {
  var double: Double? { get }
  var single: Float? { get }
  func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer?
}

extension StoredNumber where Self: FixedWidthInteger {
  var double: Double? { Double(exactly: self) }
  var single: Float? { Float(exactly: self) }
  func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer? { Integer(exactly: self) }
}

extension StoredNumber where Self: BinaryFloatingPoint {
  var double: Double? { Double(self) }
  // A NaN equals nothing, not even its own value in another type, but it is one there.
  var single: Float? { isNaN ? Float(self) : Float(exactly: self) }
  func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer? { Integer(exactly: self) }
}

extension Int8: StoredNumber {}
extension UInt8: StoredNumber {}
extension Int16: StoredNumber {}
extension UInt16: StoredNumber {}
extension Int32: StoredNumber {}
extension UInt32: StoredNumber {}
extension Int64: StoredNumber {}
extension UInt64: StoredNumber {}
extension Float: StoredNumber {}
extension Double: StoredNumber {}
