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
  /// Which examples this rank computes.
  let share: ExampleShare
  /// Where in the memory examples lie: in batches of all examples only those of this rank do.
  let place: ExamplePlaces

  /// Room for examples.
  init(
    capacity: Int, chunk: Int, inputCount: Int, kind: LabelKind, hasWeights: Bool, scaling: InputScaling?,
    share: ExampleShare, holdsShareOnly: Bool
  ) {
    self.share = share
    place = holdsShareOnly ? ExamplePlaces(share, of: capacity) : ExamplePlaces(all: capacity, chunk: chunk)
    self.chunk = chunk
    self.inputCount = inputCount
    self.hasWeights = hasWeights
    self.scaling = scaling
    labelRows = kind.rowCount
    let chunks = place.room / chunk
    slices = Slices(exampleCount: capacity)
    unsafe features = Memory(count: chunks * inputCount * chunk)
    unsafe labels = Memory(count: chunks * labelRows * chunk)
    unsafe weights = Memory(count: hasWeights ? place.room : 0)
  }

  /// Takes all examples of a dataset, those that this rank computes.
  func load(_ dataset: Dataset) {
    begin(count: dataset.exampleCount)
    for range in share.ranges(of: dataset.exampleCount) { take(dataset, range, order: nil, at: range.lowerBound) }
    finish(totalWeight: dataset.totalWeight)
  }

  /// Reads all examples that this rank computes.
  func load(_ streamed: StreamedExamples, _ ranks: any Ranks) throws {
    begin(count: streamed.exampleCount)
    let width = streamed.columnCount
    try ranks.together { place in
      let source = try streamed.open()
      var block = [Double](repeating: 0, count: max(1, (1 << 15) / width) * width)
      for range in share.ranges(of: streamed.exampleCount) {
        place = range.lowerBound
        try source.seek(toRow: place)
        while place < range.upperBound {
          var span = block.mutableSpan
          let count = min(try source.nextRows(into: &span), range.upperBound - place)
          guard count > 0 else {
            throw DatasetError(.dataset, "the rows end after \(place) of \(streamed.exampleCount) examples")
          }
          take(rows: block, width: width, 0..<count, order: nil, at: place)
          place += count
        }
      }
    }
    finish(totalWeight: streamed.totalWeight)
  }

  /// Begins to take `count` examples.
  func begin(count: Int) { slices = Slices(exampleCount: count) }

  /// Takes examples of a dataset: those that stand at `places` of an order, or those of these numbers.
  func take(_ dataset: Dataset, _ places: Range<Int>, order: [UInt32]?, at first: Int) {
    let count = dataset.exampleCount
    unsafe dataset.features.elements.withUnsafeBufferPointer { features in
      unsafe dataset.labels.elements.withUnsafeBufferPointer { labels in
        guard let firstFeature = features.baseAddress, let firstLabel = labels.baseAddress else { return }
        let features = unsafe Source(start: firstFeature, rowStride: count, exampleStride: 1)
        let labels = unsafe Source(start: firstLabel, rowStride: count, exampleStride: 1)
        // Row by row: a row of the dataset is larger than what is taken of it.
        unsafe take(features, inputCount, places, order, at: first, into: self.features, scaling, block: .max)
        unsafe take(labels, labelRows, places, order, at: first, into: self.labels, nil, block: .max)
      }
    }
    guard let weights = dataset.weights else { return }
    for (index, place) in places.enumerated() {
      unsafe self.weights.start[self.place(first + index)] = weights[order.map { Int($0[place]) } ?? place]
    }
  }

  /// Takes examples that stand one after the other, each with its inputs, label and weight in `width` numbers: those
  /// that stand at `places` of an order, or those of these numbers.
  func take(rows: [Double], width: Int, _ places: Range<Int>, order: [UInt32]?, at first: Int) {
    unsafe rows.withUnsafeBufferPointer { rows in
      guard let start = rows.baseAddress else { return }
      let features = unsafe Source(start: start, rowStride: 1, exampleStride: width)
      let labels = unsafe Source(start: start + inputCount, rowStride: 1, exampleStride: width)
      unsafe take(features, inputCount, places, order, at: first, into: self.features, scaling, block: 16)
      unsafe take(labels, labelRows, places, order, at: first, into: self.labels, nil, block: 16)
    }
    guard hasWeights else { return }
    for (index, place) in places.enumerated() {
      let row = order.map { Int($0[place]) } ?? place
      unsafe weights.start[self.place(first + index)] = rows[row * width + inputCount + labelRows]
    }
  }

  /// Numbers of which the one of a row and an example is at row · rowStride + example · exampleStride.
  @unsafe
  private struct Source {
    let start: UnsafePointer<Double>
    let rowStride: Int
    let exampleStride: Int
  }

  /// Takes so many rows of examples into chunks, `block` examples of all rows at a time.
  private func take(
    _ source: Source, _ rows: Int, _ places: Range<Int>, _ order: [UInt32]?, at first: Int, into memory: Memory<Scalar>,
    _ scaling: InputScaling?, block: Int
  ) {
    let numbers = places.map { place in unsafe (order.map { Int($0[place]) } ?? place) * source.exampleStride }
    var done = 0
    while done < numbers.count {
      let end = done + min(block, numbers.count - done)
      for row in 0..<rows {
        let from = unsafe source.start + row * source.rowStride
        let (mean, scale) = scaling.map { ($0.mean[row], $0.scale[row]) } ?? (0, 1)
        var next = done
        while next < end {
          let (number, place) = place(first + next).quotientAndRemainder(dividingBy: chunk)
          let count = min(chunk - place, end - next)
          let target = unsafe memory.start + ((number * rows + row) * chunk + place)
          if scaling != nil {
            for index in 0..<count { unsafe target[index] = Scalar((from[numbers[next + index]] - mean) / scale) }
          } else {
            for index in 0..<count { unsafe target[index] = Scalar(from[numbers[next + index]]) }
          }
          next += count
        }
      }
      done = end
    }
  }

  /// Fills the last chunk up once all examples were taken.
  ///
  /// - Parameter totalWeight: the sum of all weights, where they are not all here.
  func finish(totalWeight: Double? = nil) {
    let count = slices.exampleCount
    self.totalWeight = totalWeight ?? Double(count)
    if hasWeights, totalWeight == nil {
      self.totalWeight = unsafe weights.withSpan(0..<count) { span in
        var sum = 0.0
        for index in span.indices { sum += span[index] }
        return sum
      }
    }
    // What only fills a chunk up is computed too, and must be finite.
    let rest = count % chunk
    guard rest > 0, share.ranks == 1 || share.ranges(of: count).last?.upperBound == count else { return }
    let number = place(count - 1) / chunk
    for input in 0..<inputCount {
      let row = (number * inputCount + input) * chunk
      unsafe (features.start + row + rest).update(repeating: 0, count: chunk - rest)
    }
    for label in 0..<labelRows {
      let row = (number * labelRows + label) * chunk
      unsafe (labels.start + row + rest).update(repeating: 0, count: chunk - rest)
    }
  }
}
