import Tensors

/// The numbers of one variable, which come next in the text.
struct OctaveTextNumbers: ~Copyable {
  private var scanner: OctaveTextScanner
  private let shape: [Int]
  private let type: ElementType
  private let limits: Limits

  init(
    _ scanner: OctaveTextScanner, shape: [Int], type: ElementType, limits: Limits
  ) throws(FormatError) {
    self.scanner = scanner
    self.shape = shape
    self.type = type
    self.limits = limits
  }

  /// The numbers as a tensor.
  mutating func read(_ layout: OctaveTextVariable.Layout) throws(FormatError) -> Tensor {
    if layout == .range { return try range().tensor(as: type, limits: limits, scanner) }
    let bytes = try FormatError.converting { [shape, type] () throws(TensorError) in
      try Tensor.byteCount(shape: shape, elementType: type)
    }
    let count = bytes / type.byteCount
    // Every number takes a digit and a blank: so much memory is taken for a small file only where most is zero.
    if layout == .rows || layout == .columns, count > scanner.remaining {
      throw scanner.damaged("\(count) numbers were expected, the file ends before", .truncated)
    }
    try limits.charge(bytes: bytes, at: .line(scanner.line, column: nil))
    var buffer = try FormatError.converting { () throws(TensorError) in try TensorBuffer(byteCount: bytes) }
    switch layout {
    case .rows, .columns: for index in 0..<count { try store(at: index, in: &buffer) }
    case .diagonal:
      for index in 0..<min(shape[0], shape[1]) { try store(at: index * (shape[0] + 1), in: &buffer) }
    case .permutation(let ofColumns):
      for index in 0..<shape[0] {
        let place = try self.index(upTo: shape[0])
        let one = ofColumns ? index * shape[0] + place : place * shape[0] + index
        buffer.withMutableElements(as: Double.self) { $0[one] = 1 }
      }
    case .sparse(let elements):
      for _ in 0..<elements {
        let row = try index(upTo: shape[0])
        let column = try index(upTo: shape[1])
        try store(at: column * shape[0] + row, in: &buffer)
      }
    case .range: break
    }
    guard try scanner.isAtComment() else {
      throw scanner.damaged("there are more numbers than \(Tensor.describe(shape))")
    }
    let storage = buffer.finish()
    return try FormatError.converting { [shape, type] () throws(TensorError) in
      try Tensor(shape: shape, elementType: type, order: layout == .rows ? .rowMajor : .columnMajor, storage: storage)
    }
  }

  /// Base, limit and increment.
  mutating func range() throws(FormatError) -> OctaveRange {
    let base = try double(scanner.word()[...])
    let limit = try double(scanner.word()[...])
    return OctaveRange(base: base, limit: limit, increment: try double(scanner.word()[...]))
  }

  /// An index that is written from 1 and given from 0.
  private mutating func index(upTo count: Int) throws(FormatError) -> Int {
    let word = try scanner.word()
    guard let index = Int(String(decoding: word, as: UTF8.self)), index >= 1, index <= count else {
      throw bad(word, "an index from 1 to \(count)")
    }
    return index - 1
  }

  /// Puts the next number in its place.
  private mutating func store(at index: Int, in buffer: inout TensorBuffer) throws(FormatError) {
    let word = try scanner.word()
    switch type {
    case .float64: put(try double(word[...]), at: index, in: &buffer)
    case .float32: put(try single(word[...]), at: index, in: &buffer)
    case .complex128:
      let parts = try parts(word)
      put(try double(parts.0), at: 2 * index, in: &buffer)
      put(try double(parts.1), at: 2 * index + 1, in: &buffer)
    case .complex64:
      let parts = try parts(word)
      put(try single(parts.0), at: 2 * index, in: &buffer)
      put(try single(parts.1), at: 2 * index + 1, in: &buffer)
    case .bool:
      guard word == [UInt8(ascii: "0")] || word == [UInt8(ascii: "1")] else { throw bad(word, "0 or 1") }
      put(word[0] - UInt8(ascii: "0"), at: index, in: &buffer)
    case .int8: put(try integer(word, Int8.self), at: index, in: &buffer)
    case .int16: put(try integer(word, Int16.self), at: index, in: &buffer)
    case .int32: put(try integer(word, Int32.self), at: index, in: &buffer)
    case .int64: put(try integer(word, Int64.self), at: index, in: &buffer)
    case .uint8: put(try integer(word, UInt8.self), at: index, in: &buffer)
    case .uint16, .float16: put(try integer(word, UInt16.self), at: index, in: &buffer)
    case .uint32: put(try integer(word, UInt32.self), at: index, in: &buffer)
    case .uint64: put(try integer(word, UInt64.self), at: index, in: &buffer)
    }
  }

  private func put<Element: BitwiseCopyable>(_ value: Element, at index: Int, in buffer: inout TensorBuffer) {
    buffer.withMutableElements(as: Element.self) { $0[index] = value }
  }

  /// The two parts of `(1.5,-2)`.
  private func parts(_ word: [UInt8]) throws(FormatError) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
    let parts = word.dropFirst().dropLast().split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard word.first == UInt8(ascii: "("), word.last == UInt8(ascii: ")"), word.count >= 2, parts.count == 2 else {
      throw bad(word, "a complex number, (real,imaginary)")
    }
    return (parts[0], parts[1])
  }

  private func double(_ word: ArraySlice<UInt8>) throws(FormatError) -> Double {
    // R's and Octave's missing value is a NaN of its own.
    if word.elementsEqual("NA".utf8) { return .nan }
    guard case .number(let value) = NumberParsing.parse(word.span) else { throw bad(Array(word), "a number") }
    return value
  }

  /// Rounded once, from the digits: by way of a double it would be twice.
  private func single(_ word: ArraySlice<UInt8>) throws(FormatError) -> Float {
    let value = try double(word)
    guard value.isFinite else { return Float(value) }
    guard let value = Float(String(decoding: word, as: UTF8.self)) else { throw bad(Array(word), "a number") }
    return value
  }

  private func integer<Integer: FixedWidthInteger>(
    _ word: [UInt8], _ type: Integer.Type
  ) throws(FormatError) -> Integer {
    guard let value = Integer(String(decoding: word, as: UTF8.self)) else { throw bad(word, "an integer of its type") }
    return value
  }

  private func bad(_ word: [UInt8], _ expected: String) -> FormatError {
    scanner.damaged("'\(String(decoding: word.prefix(40), as: UTF8.self))' is not \(expected)")
  }
}

/// Numbers that are computed: base, base + increment, … up to a limit, as Octave computes them (liboctave/array/Range.cc).
struct OctaveRange {
  let base: Double
  let limit: Double
  let increment: Double

  /// As many numbers as doubles can count: a range of more has this many.
  private static let most = 0x1p53
  /// What a limit may be missed by: three units in the last place.
  private static let tolerance = 3 * Double.ulpOfOne

  /// How many numbers there are.
  var count: Int {
    if base.isNaN || limit.isNaN || increment.isNaN { return 1 }
    if increment == 0 || limit > base && increment < 0 || limit < base && increment > 0 { return 0 }
    var count = OctaveRange.floor((limit - base + increment) / increment)
    guard count < OctaveRange.most else { return Int(OctaveRange.most) }
    count = max(count, 0)
    func reaches(_ count: Double) -> Bool {
      let last = base + (count - 1) * increment
      return (last - limit).magnitude < max(last.magnitude, limit.magnitude) * OctaveRange.tolerance
    }
    if !reaches(count) {
      if reaches(count - 1) { count -= 1 } else if reaches(count + 1) { count += 1 }
    }
    return Int(max(count, 0))
  }

  /// The whole number below, or the one that is missed by the tolerance (L. Breedveld, tolerant floor).
  private static func floor(_ x: Double) -> Double {
    let q = x < 0 ? 1 - tolerance : 1
    let most = q / (2 - q)
    var margin = tolerance / q * (1 + x.rounded(.down)).magnitude
    margin = max(tolerance, min(most, margin))
    let result = (x + margin).rounded(.down)
    return x <= 0 || result - x < most ? result : result - 1
  }

  /// The numbers as a row.
  func tensor(as type: ElementType, limits: Limits, _ scanner: OctaveTextScanner) throws(FormatError) -> Tensor {
    let count = count
    try limits.charge(bytes: count * type.byteCount, at: .line(scanner.line, column: nil))
    var values: [Double] = []
    values.reserveCapacity(count)
    for index in 0..<count { values.append(base + Double(index) * increment) }
    if let last = values.last {
      // The last one does not go beyond the limit.
      values[count - 1] = increment > 0 ? min(last, limit) : max(last, limit)
      if base.isNaN || limit.isNaN || increment.isNaN { values[count - 1] = .nan }
    }
    let numbers = values
    return try FormatError.converting { () throws(TensorError) in
      type == .float32
        ? try Tensor(numbers.map { Float($0) }, shape: [1, count]) : try Tensor(numbers, shape: [1, count])
    }
  }
}
