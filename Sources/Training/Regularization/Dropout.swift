public import Tensors

/// Inverted dropout: each hidden unit is kept with a probability and divided by it, example by example.
///
/// Regularization notebook, section 3.
public struct Dropout: Sendable, Hashable {
  /// The probability of keeping a unit, for each hidden layer.
  public var keepProbabilities: [Double]
  /// The probability of keeping an input.
  public var inputKeepProbability: Double
  /// The seed of the masks.
  public var seed: UInt32
  /// Whether the masks are drawn anew at each iteration.
  public var masks: DropoutMasks

  /// Dropout with one probability for each hidden layer.
  public init(
    keepProbabilities: [Double], inputKeepProbability: Double = 1, seed: UInt32, masks: DropoutMasks
  ) {
    self.keepProbabilities = keepProbabilities
    self.inputKeepProbability = inputKeepProbability
    self.seed = seed
    self.masks = masks
  }

  /// Whether any hidden unit can be dropped.
  public var isActive: Bool { keepProbabilities.contains { $0 < 1 } }
  /// Whether any input can be dropped.
  public var isActiveOnInputs: Bool { inputKeepProbability < 1 }
  /// The number of the inputs among the layers, for ``counter(iteration:layer:example:unit:)``: there are at most 255
  /// hidden ones.
  public static let inputLayer = 255

  /// The masks of one iteration, 1 where a unit is kept and 0 where not: for each hidden layer (units, examples).
  ///
  /// Fixed masks are the notebook's: `np.random.seed(seed)`, `D1 = rand(n1, m)`, `D2 = rand(n2, m)` …, kept where
  /// D ≤ keep. All layers are drawn, also one that keeps everything.
  ///
  /// Fresh masks come from ``Philox`` with the key (seed, 0) and the counter that
  /// ``counter(iteration:layer:example:unit:)`` gives; the word of lane unit mod 4 keeps the unit when it is below keep
  /// · 2³².
  public func masks(hiddenSizes: [Int], exampleCount: Int, iteration: Int) -> [Matrix] {
    switch masks {
    case .fixed:
      var random = NumPyRandom(seed: seed)
      return zip(hiddenSizes, keepProbabilities).map { size, keep in
        random.rand(size, exampleCount).mapped { $0 <= keep ? 1 : 0 }
      }
    case .fresh:
      return zip(hiddenSizes, keepProbabilities).enumerated().map { layer, pair in
        freshMask(units: pair.0, keep: pair.1, layer: layer, exampleCount: exampleCount, iteration: iteration)
      }
    }
  }

  /// The fresh mask of the inputs at an iteration, (inputs, examples).
  public func inputMask(inputCount: Int, exampleCount: Int, iteration: Int) -> Matrix {
    freshMask(
      units: inputCount, keep: inputKeepProbability, layer: Dropout.inputLayer, exampleCount: exampleCount,
      iteration: iteration)
  }

  private func freshMask(units: Int, keep: Double, layer: Int, exampleCount: Int, iteration: Int) -> Matrix {
    let philox = Philox(seed: seed)
    var mask = Matrix(rows: units, columns: exampleCount)
    for unit in 0..<units {
      for example in 0..<exampleCount {
        let counter = Self.counter(iteration: iteration, layer: layer, example: example, unit: unit)
        let word = philox.words(at: counter)[unit % 4]
        mask[unit, example] = Double(word) < keep * 4_294_967_296 ? 1 : 0
      }
    }
    return mask
  }

  /// A unit is kept where its word is below this: keep · 2³², rounded up.
  static func threshold(_ keep: Double) -> UInt64 { UInt64((keep * 4_294_967_296).rounded(.up)) }

  /// The Philox counter of a unit at an iteration; layers, examples and units count from 0, examples within the batch.
  ///
  /// Its words are: the example's low and high 32 bits, the iteration's low 32 bits, and layer · 2²⁴ + unit / 4.
  public static func counter(iteration: Int, layer: Int, example: Int, unit: Int) -> SIMD4<UInt32> {
    SIMD4(
      UInt32(truncatingIfNeeded: example), UInt32(truncatingIfNeeded: example >> 32),
      UInt32(truncatingIfNeeded: iteration), UInt32(truncatingIfNeeded: layer << 24 | unit / 4))
  }
}
