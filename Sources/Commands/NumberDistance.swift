/// How far numbers are from others, pair by pair.
struct NumberDistance {
  /// How many pairs differ.
  private(set) var differing = 0
  /// The largest difference; NaN where a number stands beside NaN.
  private(set) var largest = 0.0
  /// The largest difference in steps from one floating-point number to the next; nil where that has no meaning.
  private(set) var largestSteps: UInt64?
  private let steps: Steps
  private var (product, squares, otherSquares, differences) = (0.0, 0.0, 0.0, 0.0)

  /// What steps are counted in.
  enum Steps {
    /// The numbers are no floating-point numbers.
    case none
    /// From one double to the next.
    case float64
    /// From one float32 to the next: what at least one side holds.
    case float32
  }

  init(in steps: Steps) {
    self.steps = steps
    largestSteps = steps == .none ? nil : 0
  }

  /// Counts numbers that are the same on both sides.
  mutating func add(same elements: [Double]) {
    for element in elements {
      squares += element * element
      otherSquares += element * element
      product += element * element
    }
  }

  /// Counts pairs of numbers.
  mutating func add(_ first: [Double], _ second: [Double]) {
    for (a, b) in zip(first, second) {
      squares += a * a
      otherSquares += b * b
      product += a * b
      guard a != b, !(a.isNaN && b.isNaN) else { continue }
      differing += 1
      let difference = abs(a - b)
      largest = difference > largest || difference.isNaN ? difference : largest
      differences += difference * difference
      guard let before = largestSteps else { continue }
      largestSteps = NumberDistance.steps(a, b, in: steps).map { max(before, $0) }
    }
  }

  /// The norm of the difference over the norm of the first.
  var relativeNorm: Double {
    squares == 0 ? (differences == 0 ? 0 : .infinity) : (differences / squares).squareRoot()
  }

  /// The cosine of the angle between both; NaN where one of them is 0.
  var cosine: Double {
    if differing == 0 && squares > 0 { return 1 }
    let cosine = product / (squares.squareRoot() * otherSquares.squareRoot())
    // Rounding may lead a little beyond.
    return abs(cosine) > 1 ? cosine.sign == .minus ? -1 : 1 : cosine
  }

  /// The steps between two numbers; nil for NaN.
  static func steps(_ a: Double, _ b: Double, in unit: Steps) -> UInt64? {
    guard !a.isNaN, !b.isNaN else { return nil }
    switch unit {
    case .none: return nil
    case .float64:
      let (x, y) = (place(Int64(bitPattern: a.bitPattern)), place(Int64(bitPattern: b.bitPattern)))
      return x > y ? UInt64(bitPattern: x &- y) : UInt64(bitPattern: y &- x)
    case .float32:
      let (x, y) = (Int64(place(Float(a))), Int64(place(Float(b))))
      return (x - y).magnitude
    }
  }

  /// The place of a double among all doubles, counted from 0.
  private static func place(_ bits: Int64) -> Int64 { bits < 0 ? Int64.min &- bits : bits }

  private static func place(_ number: Float) -> Int32 {
    let bits = Int32(bitPattern: number.bitPattern)
    return bits < 0 ? Int32.min &- bits : bits
  }
}
