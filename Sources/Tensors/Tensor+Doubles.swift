/// The one place where elements of any type become the doubles of the mathematics.
extension Tensor {
  /// All elements as doubles, exactly, in the order in which they lie in memory.
  ///
  /// - Throws: ``TensorError`` with code `elementType` for complex numbers, `inexact` for an integer beyond 2^53 that
  ///   no double holds.
  public func doublesInStorageOrder() throws(TensorError) -> [Double] {
    switch elementType {
    case .float64: widened(from: Double.self) { $0 }
    case .float32: widened(from: Float.self) { Double($0) }
    case .float16: widened(from: UInt16.self, Double.init(binary16:))
    case .int8: widened(from: Int8.self) { Double($0) }
    case .int16: widened(from: Int16.self) { Double($0) }
    case .int32: widened(from: Int32.self) { Double($0) }
    case .uint8, .bool: widened(from: UInt8.self) { Double($0) }
    case .uint16: widened(from: UInt16.self) { Double($0) }
    case .uint32: widened(from: UInt32.self) { Double($0) }
    case .int64: try widenedExactly(from: Int64.self)
    case .uint64: try widenedExactly(from: UInt64.self)
    case .complex64, .complex128:
      throw TensorError(.elementType, "the elements are complex (\(elementType.rawValue)), real numbers are needed")
    }
  }

  /// The tensor as a matrix: (rows, columns) as it stands, a vector as one column, a scalar as 1x1.
  ///
  /// - Throws: ``TensorError`` with code `shape` for more than two dimensions, otherwise as
  ///   ``doublesInStorageOrder()``.
  public func matrix() throws(TensorError) -> Matrix {
    guard shape.count <= 2 else {
      throw TensorError(.shape, "the shape is \(Tensor.describe(shape)), two dimensions are needed")
    }
    let rows = shape.first ?? 1
    let columns = shape.count == 2 ? shape[1] : 1
    let elements = try doublesInStorageOrder()
    return switch order {
    case .rowMajor: Matrix(rows: rows, columns: columns, elements: elements)
    case .columnMajor: Matrix(rows: columns, columns: rows, elements: elements).transposed
    }
  }

  private func widened<Element: BitwiseCopyable>(
    from type: Element.Type, _ widen: (Element) -> Double
  ) -> [Double] {
    storage.withElements(as: Element.self) { span in
      var result: [Double] = []
      result.reserveCapacity(span.count)
      for index in span.indices { result.append(widen(span[index])) }
      return result
    }
  }

  private func widenedExactly<Element: BitwiseCopyable & FixedWidthInteger>(
    from type: Element.Type
  ) throws(TensorError) -> [Double] {
    try storage.withElements(as: Element.self) { span throws(TensorError) in
      var result: [Double] = []
      result.reserveCapacity(span.count)
      for index in span.indices {
        guard let value = Double(exactly: span[index]) else {
          throw TensorError(.inexact, "the integer \(span[index]) has no exact double")
        }
        result.append(value)
      }
      return result
    }
  }
}

extension Double {
  /// The value of an IEEE 754 binary16 number given by its bits, exactly.
  // Float16 itself does not exist on every platform that Swift runs on.
  public init(binary16 bits: UInt16) {
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF)
    switch exponent {
    case 0: self = sign * fraction * 0x1p-24
    case 31:
      // The payload of a NaN moves up with the fraction, as the processor's own conversion does it.
      self = Double(
        bitPattern: UInt64(bits & 0x8000) << 48 | 0x7FF << 52 | UInt64(bits & 0x3FF) << 42)
    default:
      self = Double(
        sign: bits & 0x8000 == 0 ? .plus : .minus, exponent: exponent - 15, significand: 1 + fraction / 1024)
    }
  }
}
