extension Tensor {
  /// Hands out every element as text, in row-major order: the shortest digits that read back to the same number,
  /// integers without a point, complex numbers as `1+2i`.
  public func forEachElementText<Failure: Error>(_ body: (Int, String) throws(Failure) -> Void) throws(Failure) {
    switch elementType {
    case .float64: try each(Double.self, body) { $0.shortestText }
    case .float32: try each(Float.self, body) { $0.shortestText }
    case .float16: try each(UInt16.self, body) { Double(binary16: $0).shortestText }
    case .int8: try each(Int8.self, body) { $0.description }
    case .int16: try each(Int16.self, body) { $0.description }
    case .int32: try each(Int32.self, body) { $0.description }
    case .int64: try each(Int64.self, body) { $0.description }
    case .uint8, .bool: try each(UInt8.self, body) { $0.description }
    case .uint16: try each(UInt16.self, body) { $0.description }
    case .uint32: try each(UInt32.self, body) { $0.description }
    case .uint64: try each(UInt64.self, body) { $0.description }
    case .complex128: try each(SIMD2<Double>.self, body) { Tensor.complexText($0.x, $0.y) }
    case .complex64: try each(SIMD2<Float>.self, body) { Tensor.complexText($0.x, $0.y) }
    }
  }

  private func each<Element: BitwiseCopyable, Failure: Error>(
    _ type: Element.Type, _ body: (Int, String) throws(Failure) -> Void, _ text: (Element) -> String
  ) throws(Failure) {
    try storage.withElements(as: Element.self) { span throws(Failure) in
      for index in 0..<span.count { try body(index, text(span[storageIndex(ofRowMajor: index)])) }
    }
  }

  /// Where the element stands in memory that would be the `index`-th of a row-major tensor.
  private func storageIndex(ofRowMajor index: Int) -> Int {
    guard order == .columnMajor else { return index }
    var (rest, result) = (index, 0)
    var stride = elementCount
    // The last index runs fastest in `index`, and its stride is the largest in memory.
    for length in shape.reversed() {
      stride /= length
      result += rest % length * stride
      rest /= length
    }
    return result
  }

  private static func complexText<Part: BinaryFloatingPoint & CustomStringConvertible>(
    _ real: Part, _ imaginary: Part
  ) -> String {
    let sign = imaginary.sign == .minus ? "" : "+"
    return real.shortestText + sign + imaginary.shortestText + "i"
  }
}

extension BinaryFloatingPoint where Self: CustomStringConvertible {
  /// The shortest digits that read back to the same number; whole numbers without `.0`.
  public var shortestText: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
