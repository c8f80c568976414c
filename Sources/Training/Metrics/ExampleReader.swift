import Tensors

/// Cuts examples into blocks whose borders depend on the number of inputs alone.
final class ExampleReader {
  /// Some examples: a part of a dataset in memory, or rows that were read.
  struct Block: Sendable {
    enum Content: Sendable {
      case part(Dataset)
      case rows([Double], hasWeights: Bool)
    }
    let first: Int
    let count: Int
    let content: Content
  }

  private let examples: TrainingExamples
  private let source: (any RowSource)?
  private let length: Int
  private var done = 0

  init(_ examples: TrainingExamples) throws {
    self.examples = examples
    // A megabyte of inputs, but not more rows than keep all threads busy on small sets.
    length = max(1, min(4096, (1 << 17) / examples.inputCount))
    if case .rows(let rows) = examples { source = try rows.open() } else { source = nil }
  }

  func next() throws -> Block? {
    switch examples {
    case .memory(let dataset):
      let count = min(length, dataset.exampleCount - done)
      guard count > 0 else { return nil }
      defer { done += count }
      return Block(first: done, count: count, content: .part(dataset))
    case .rows(let rows):
      guard let source else { return nil }
      let width = rows.columnCount
      var numbers = [Double](repeating: 0, count: length * width)
      var count = 0
      // Sources may give fewer rows than fit; the borders must not depend on that.
      while count < length {
        var span = numbers.mutableSpan
        var room = span._mutatingExtracting(count * width..<length * width)
        let some = try source.nextRows(into: &room)
        if some == 0 { break }
        count += some
      }
      guard count > 0 else { return nil }
      defer { done += count }
      return Block(first: done, count: count, content: .rows(numbers, hasWeights: rows.hasWeights))
    }
  }
}

/// The numbers of a block's examples, row by row.
struct LabelledRows {
  var inputs: [Double] = []
  var labels: [Double] = []
  /// Empty where all count the same.
  var weights: [Double] = []

  init(_ block: ExampleReader.Block, inputCount: Int, labelCount: Int) {
    inputs.reserveCapacity(block.count * inputCount)
    labels.reserveCapacity(block.count * labelCount)
    switch block.content {
    case .part(let dataset):
      for example in block.first..<(block.first + block.count) {
        for input in 0..<inputCount { inputs.append(dataset.features[input, example]) }
        for row in 0..<labelCount { labels.append(dataset.labels[row, example]) }
      }
      if let all = dataset.weights { weights += all[block.first..<(block.first + block.count)] }
    case .rows(let numbers, let hasWeights):
      let width = inputCount + labelCount + (hasWeights ? 1 : 0)
      for row in 0..<block.count {
        inputs += numbers[row * width..<(row * width + inputCount)]
        labels += numbers[row * width + inputCount..<(row * width + inputCount + labelCount)]
        if hasWeights { weights.append(numbers[(row + 1) * width - 1]) }
      }
    }
  }
}
