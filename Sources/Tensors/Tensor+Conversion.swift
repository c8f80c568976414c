/// What happens to a value that the new type does not have.
public enum Inexactness: Sendable, Hashable {
  /// It is an error that names the first such value.
  case isError
  /// The nearest value is taken: floats are rounded, integers end at the border of their range, what is not 0 is true.
  /// A NaN has no nearest integer, and an imaginary part is not dropped.
  case takesNearest
}

/// The one place where elements change their type.
extension Tensor {
  /// The same numbers as another type.
  ///
  /// A NaN stays one between floats, whatever its payload.
  ///
  /// - Throws: ``TensorError`` that names the first value that the type does not have: `inexact` where there is a nearest
  ///   one that could be taken, `elementType` where there is none; `outOfMemory`.
  public func converted(
    to type: ElementType, inexactness: Inexactness = .isError
  ) throws(TensorError) -> Tensor {
    if type == elementType { return self }
    let target = try ElementConversion(count: elementCount, to: type, inexactness)
    let storage: TensorStorage =
      switch elementType {
      case .float64: try target.fill(from: storage, Double.self) { .real($0) }
      case .float32: try target.fill(from: storage, Float.self) { .real(Double($0)) }
      case .float16: try target.fill(from: storage, UInt16.self) { .real(Double(binary16: $0)) }
      case .int8: try target.fill(from: storage, Int8.self) { .whole(Int128($0)) }
      case .int16: try target.fill(from: storage, Int16.self) { .whole(Int128($0)) }
      case .int32: try target.fill(from: storage, Int32.self) { .whole(Int128($0)) }
      case .int64: try target.fill(from: storage, Int64.self) { .whole(Int128($0)) }
      case .uint8, .bool: try target.fill(from: storage, UInt8.self) { .whole(Int128($0)) }
      case .uint16: try target.fill(from: storage, UInt16.self) { .whole(Int128($0)) }
      case .uint32: try target.fill(from: storage, UInt32.self) { .whole(Int128($0)) }
      case .uint64: try target.fill(from: storage, UInt64.self) { .whole(Int128($0)) }
      case .complex128: try target.fill(from: storage, ComplexPair<Double>.self) { .complex($0.real, $0.imaginary) }
      case .complex64:
        try target.fill(from: storage, ComplexPair<Float>.self) { .complex(Double($0.real), Double($0.imaginary)) }
      }
    return try Tensor(shape: shape, elementType: type, order: order, storage: storage)
  }
}

/// A complex number as it lies in memory.
private struct ComplexPair<Part: BitwiseCopyable>: BitwiseCopyable {
  var real: Part
  var imaginary: Part
}

/// A number of any type.
private enum AnyNumber {
  case whole(Int128)
  case real(Double)
  case complex(Double, Double)

  /// The number without its imaginary part, which must be 0.
  var realPart: AnyNumber? {
    guard case .complex(let real, let imaginary) = self else { return self }
    return imaginary == 0 ? .real(real) : nil
  }

  /// Whether a type has a value that is near.
  func hasNearest(_ type: ElementType) -> Bool {
    if type.isComplex { return true }
    guard let part = realPart else { return false }
    guard case .real(let value) = part, value.isNaN else { return true }
    return [.float64, .float32, .float16].contains(type)
  }

  var text: String {
    switch self {
    case .whole(let value): "\(value)"
    case .real(let value): "\(value)"
    case .complex(let real, let imaginary): "\(real)\(imaginary < 0 ? "" : "+")\(imaginary)i"
    }
  }
}

/// Numbers of any type on their way to one.
private struct ElementConversion {
  let count: Int
  let type: ElementType
  let byteCount: Int
  let inexactness: Inexactness

  init(count: Int, to type: ElementType, _ inexactness: Inexactness) throws(TensorError) {
    self.count = count
    self.type = type
    self.inexactness = inexactness
    byteCount = try Tensor.byteCount(shape: [count], elementType: type)
  }

  func fill<Source: BitwiseCopyable>(
    from source: TensorStorage, _ sourceType: Source.Type, _ number: (Source) -> AnyNumber
  ) throws(TensorError) -> TensorStorage {
    switch type {
    case .float64: try fill(from: source, number) { real($0, Double.self) }
    case .float32: try fill(from: source, number) { real($0, Float.self) }
    case .float16: try fill(from: source, number, half)
    case .int8: try fill(from: source, number) { whole($0, Int8.self) }
    case .int16: try fill(from: source, number) { whole($0, Int16.self) }
    case .int32: try fill(from: source, number) { whole($0, Int32.self) }
    case .int64: try fill(from: source, number) { whole($0, Int64.self) }
    case .uint8: try fill(from: source, number) { whole($0, UInt8.self) }
    case .uint16: try fill(from: source, number) { whole($0, UInt16.self) }
    case .uint32: try fill(from: source, number) { whole($0, UInt32.self) }
    case .uint64: try fill(from: source, number) { whole($0, UInt64.self) }
    case .bool: try fill(from: source, number, bool)
    case .complex128: try fill(from: source, number) { complex($0, Double.self) }
    case .complex64: try fill(from: source, number) { complex($0, Float.self) }
    }
  }

  private func fill<Source: BitwiseCopyable, Target: BitwiseCopyable>(
    from source: TensorStorage, _ number: (Source) -> AnyNumber, _ convert: (AnyNumber) -> Target?
  ) throws(TensorError) -> TensorStorage {
    var buffer = try TensorBuffer(byteCount: byteCount)
    try source.withElements(as: Source.self) { source throws(TensorError) in
      try buffer.withMutableElements(as: Target.self) { target throws(TensorError) in
        for index in 0..<count {
          let value = number(source[index])
          guard let converted = convert(value) else {
            throw TensorError(
              value.hasNearest(type) ? .inexact : .elementType, "the value \(value.text) has no exact \(type.rawValue)")
          }
          target[index] = converted
        }
      }
    }
    return buffer.finish()
  }

  private func real<Real: BinaryFloatingPoint>(_ number: AnyNumber, _ type: Real.Type) -> Real? {
    switch number.realPart {
    case .whole(let value): inexactness == .isError ? Real(exactly: value) : Real(value)
    case .real(let value): value.isNaN || inexactness == .takesNearest ? Real(value) : Real(exactly: value)
    case .complex, nil: nil
    }
  }

  private func whole<Whole: FixedWidthInteger>(_ number: AnyNumber, _ type: Whole.Type) -> Whole? {
    switch number.realPart {
    case .whole(let value): inexactness == .isError ? Whole(exactly: value) : Whole(clamping: value)
    case .real(let value) where inexactness == .isError: Whole(exactly: value)
    case .real(let value):
      // Beyond ±1e30 every integer type has ended.
      value.isNaN ? nil : Whole(clamping: Int128(min(max(value, -1e30), 1e30).rounded(.toNearestOrEven)))
    case .complex, nil: nil
    }
  }

  private func bool(_ number: AnyNumber) -> UInt8? {
    switch number.realPart {
    case .whole(let value): value == 0 ? 0 : value == 1 || inexactness == .takesNearest ? 1 : nil
    case .real(let value): value == 0 ? 0 : value == 1 || inexactness == .takesNearest && !value.isNaN ? 1 : nil
    case .complex, nil: nil
    }
  }

  private func half(_ number: AnyNumber) -> UInt16? {
    guard let value = real(number, Double.self) else { return nil }
    let bits = value.binary16
    return inexactness == .takesNearest || value.isNaN || Double(binary16: bits) == value ? bits : nil
  }

  private func complex<Part: BinaryFloatingPoint & BitwiseCopyable>(
    _ number: AnyNumber, _ type: Part.Type
  ) -> ComplexPair<Part>? {
    let parts: (AnyNumber, AnyNumber) =
      if case .complex(let real, let imaginary) = number { (.real(real), .real(imaginary)) } else {
        (number, .whole(0))
      }
    guard let first = real(parts.0, type), let second = real(parts.1, type) else { return nil }
    return ComplexPair(real: first, imaginary: second)
  }
}

extension Double {
  /// The bits of the IEEE 754 binary16 number nearest to this one, the even one of two; an infinity beyond its range.
  public var binary16: UInt16 {
    let sign: UInt16 = self.sign == .minus ? 0x8000 : 0
    if isNaN { return sign | 0x7E00 | UInt16(truncatingIfNeeded: bitPattern >> 42 & 0x1FF) }
    let size = magnitude
    // Half of the step after the largest one, 65504, is rounded up to infinity.
    if size >= 65520 { return sign | 0x7C00 }
    // Below the normal numbers the step is 2^-24; the sum is a whole number of steps, rounded to even.
    if size < 0x1p-14 { return sign | UInt16((size * 0x1p24).rounded(.toNearestOrEven)) }
    let steps = (size.significand * 1024).rounded(.toNearestOrEven)  // 1024 … 2048
    return sign | (UInt16(size.exponent + 14) << 10) + UInt16(steps)
  }
}
