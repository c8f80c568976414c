import Tensors

/// The examples of one gradient as the kernels take them: chunks of (inputs, examples), filled up with zeros.
@safe
final class ChunkedExamples<Scalar: KernelScalar> {
  /// The chunks' features, (inputs, examples) each.
  let features: Memory<Scalar>
  /// The chunks' labels, (numbers of a label, examples) each.
  let labels: Memory<Scalar>
  /// The examples' weights; without numbers where all are 1.
  let weights: Memory<Double>
  /// How examples are cut into slices.
  private(set) var slices: Slices
  /// The sum of the weights.
  private(set) var totalWeight = 0.0
  let hasWeights: Bool
  private let chunk: Int
  private let inputCount: Int
  /// The numbers of a label.
  let labelRows: Int
  private let scaling: InputScaling?

  /// Room for examples.
  init(
    capacity: Int, chunk: Int, inputCount: Int, kind: LabelKind, hasWeights: Bool, scaling: InputScaling?
  ) {
    self.chunk = chunk
    self.inputCount = inputCount
    self.hasWeights = hasWeights
    self.scaling = scaling
    labelRows = kind.rowCount
    let chunks = (capacity + chunk - 1) / chunk
    slices = Slices(exampleCount: capacity)
    unsafe features = Memory(count: chunks * inputCount * chunk, zero: 0)
    unsafe labels = Memory(count: chunks * labelRows * chunk, zero: 0)
    unsafe weights = Memory(count: hasWeights ? capacity : 0, zero: 0)
  }

  /// Takes all examples of a dataset.
  func load(_ dataset: Dataset) {
    load(count: dataset.exampleCount) { example, put in
      for input in 0..<self.inputCount { put.feature(input, dataset.features[input, example]) }
      for row in 0..<self.labelRows { put.label(row, dataset.labels[row, example]) }
      if let weights = dataset.weights { put.weight(weights[example]) }
    }
  }

  /// Takes `count` examples, each of which is handed in by `fill`.
  func load(count: Int, _ fill: (Int, borrowing Filling<Scalar>) throws -> Void) rethrows {
    slices = Slices(exampleCount: count)
    for example in 0..<count {
      let (number, place) = example.quotientAndRemainder(dividingBy: chunk)
      try fill(
        example,
        unsafe Filling(
          features: features.start + number * inputCount * chunk + place,
          labels: labels.start + number * labelRows * chunk + place,
          weights: hasWeights ? weights.start + example : nil, chunk: chunk, scaling: scaling))
    }
    totalWeight = Double(count)
    if hasWeights {
      totalWeight = unsafe weights.withSpan(0..<count) { span in
        var sum = 0.0
        for index in span.indices { sum += span[index] }
        return sum
      }
    }
    // What only fills a chunk up is computed too, and must be finite.
    let rest = count % chunk
    guard rest > 0 else { return }
    for input in 0..<inputCount {
      let row = (count / chunk * inputCount + input) * chunk
      unsafe (features.start + row + rest).update(repeating: 0, count: chunk - rest)
    }
    for label in 0..<labelRows {
      let row = (count / chunk * labelRows + label) * chunk
      unsafe (labels.start + row + rest).update(repeating: 0, count: chunk - rest)
    }
  }
}

/// The place of one example.
@safe
struct Filling<Scalar: KernelScalar>: ~Copyable {
  fileprivate let features: UnsafeMutablePointer<Scalar>
  fileprivate let labels: UnsafeMutablePointer<Scalar>
  fileprivate let weights: UnsafeMutablePointer<Double>?
  fileprivate let chunk: Int
  fileprivate let scaling: InputScaling?

  func feature(_ input: Int, _ value: Double) {
    var value = value
    if let scaling { value = (value - scaling.mean[input]) / scaling.scale[input] }
    unsafe features[input * chunk] = Scalar(value)
  }

  func label(_ row: Int, _ value: Double) { unsafe labels[row * chunk] = Scalar(value) }

  func weight(_ value: Double) { unsafe weights?.pointee = value }
}
