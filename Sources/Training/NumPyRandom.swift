public import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The random numbers of NumPy's legacy generator, bit for bit: `numpy.random.seed`, `rand` and `randn`.
///
/// MT19937 (Matsumoto and Nishimura 1998); `numpy/random/src/legacy/legacy-distributions.c` for the normal numbers.
/// `randn` takes logarithms from the C library, whose last bit is the only thing that can differ between platforms.
public struct NumPyRandom: Sendable {
  private static let stateCount = 624
  private static let shift = 397

  private var state: [UInt32]
  private var position: Int
  /// The second value of the last pair that the polar method made.
  private var cachedNormal: Double?

  /// `numpy.random.seed(seed)`.
  public init(seed: UInt32) {
    // An integer seed goes through MT19937's own initialisation, not through init_by_array.
    state = [UInt32](repeating: seed, count: Self.stateCount)
    for index in 1..<Self.stateCount {
      let previous = state[index - 1]
      state[index] = 1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(index)
    }
    position = Self.stateCount
  }

  /// The next 32 random bits.
  public mutating func nextUInt32() -> UInt32 {
    if position == Self.stateCount { refill() }
    var bits = state[position]
    position += 1
    bits ^= bits >> 11
    bits ^= (bits << 7) & 0x9d2c_5680
    bits ^= (bits << 15) & 0xefc6_0000
    bits ^= bits >> 18
    return bits
  }

  /// `rand()`: uniform in [0, 1), 53 random bits.
  public mutating func rand() -> Double {
    let high = nextUInt32() >> 5
    let low = nextUInt32() >> 6
    return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
  }

  /// `rand(rows, columns)`.
  public mutating func rand(_ rows: Int, _ columns: Int) -> Matrix {
    var matrix = Matrix(rows: rows, columns: columns)
    for index in matrix.elements.indices { matrix.elements[index] = rand() }
    return matrix
  }

  /// `randn()`: normal with mean 0 and variance 1, by Marsaglia's polar method, which makes two at a time.
  public mutating func randn() -> Double {
    if let cached = cachedNormal {
      cachedNormal = nil
      return cached
    }
    var first: Double
    var second: Double
    var squares: Double
    repeat {
      first = 2 * rand() - 1
      second = 2 * rand() - 1
      squares = first * first + second * second
    } while squares >= 1 || squares == 0
    let factor = (-2 * log(squares) / squares).squareRoot()
    cachedNormal = factor * first
    return factor * second
  }

  /// `randn(rows, columns)`.
  public mutating func randn(_ rows: Int, _ columns: Int) -> Matrix {
    var matrix = Matrix(rows: rows, columns: columns)
    for index in matrix.elements.indices { matrix.elements[index] = randn() }
    return matrix
  }

  private mutating func refill() {
    let count = Self.stateCount
    for index in 0..<count {
      let joined = (state[index] & 0x8000_0000) | (state[(index + 1) % count] & 0x7fff_ffff)
      let twist: UInt32 = joined & 1 == 0 ? 0 : 0x9908_b0df
      state[index] = state[(index + Self.shift) % count] ^ (joined >> 1) ^ twist
    }
    position = 0
  }
}
