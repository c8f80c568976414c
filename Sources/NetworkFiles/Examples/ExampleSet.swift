import TensorFiles
import Tensors
import Training

/// The examples of one set in a file, and what their labels mean.
struct ExampleSet {
  let place: SharedFile<any ExamplePlace>
  let coding: LabelCoding
  let name: String
  let inputCount: Int
  let exampleCount: Int
  let hasWeights: Bool

  init(_ place: any ExamplePlace, _ coding: LabelCoding) {
    name = place.file
    inputCount = place.inputCount
    exampleCount = place.exampleCount
    hasWeights = place.weightName != nil
    self.coding = coding
    self.place = SharedFile(place)
  }

  /// Bytes of some of the examples in memory.
  func memory(of count: Int) -> Int {
    let width = inputCount + coding.kind.rowCount + (hasWeights ? 1 : 0)
    return (width * 8).multipliedReportingOverflow(by: count).partialValue
  }

  /// All examples in memory.
  func dataset() throws(FormatError) -> Dataset {
    do { return try streamed(of: nil, factors: nil, totalWeight: nil).dataset() } catch { throw failure(error) }
  }

  /// The examples, to be read while they are used.
  ///
  /// - Parameters:
  ///   - subset: which ones; nil for all.
  ///   - factors: by which their weights are multiplied, class by class.
  ///   - totalWeight: the sum of their weights, where they have any.
  func streamed(of subset: ExampleSubset?, factors: [Double]?, totalWeight: Double?) -> StreamedExamples {
    StreamedExamples(
      inputCount: inputCount, exampleCount: subset?.count ?? exampleCount, kind: coding.kind,
      hasWeights: hasWeights || factors != nil, totalWeight: totalWeight
    ) { [place, coding] in
      let rows = try ExampleRows(place, coding, factors: factors)
      return subset.map { ChosenRows(rows, $0) } ?? rows
    }
  }

  /// The sums of the weights of some of the examples: of each class, none for values, and of all in their order. Takes a
  /// pass over labels and weights.
  func weights(
    of subset: ExampleSubset?, factors: [Double]? = nil
  ) throws(FormatError) -> (classes: [Double], all: Double) {
    do {
      var rows: any RowSource = try ExampleRows(place, coding, factors: factors, areLabelsOnly: true)
      if let subset { rows = ChosenRows(rows, subset) }
      let width = rows.columnCount
      var (classes, all) = ([Double](repeating: 0, count: coding.kind.classCount ?? 0), 0.0)
      var block = [Double](repeating: 0, count: width * 4096)
      while true {
        var span = block.mutableSpan
        let count = try rows.nextRows(into: &span)
        if count == 0 { break }
        for row in 0..<count {
          let weight = hasWeights || factors != nil ? block[(row + 1) * width - 1] : 1
          all += weight
          if !classes.isEmpty { classes[Int(block[row * width])] += weight }
        }
      }
      guard all > 0 else { throw DatasetError(.dataset, "all examples have the weight 0") }
      return (classes, all)
    } catch {
      throw failure(error)
    }
  }

  /// An error of the examples in words about the file.
  func failure(_ error: any Error) -> FormatError {
    guard let error = error as? TrainingError else {
      return FormatError.converted(error, at: "").naming(name)
    }
    let weights = place.reading { $0.weightName }
    let isOfWeights = error.message.hasPrefix("all examples have the weight")
    return FormatError(
      .unsuitable, at: isOfWeights ? weights.map(FormatError.Location.object) ?? .file : .file, error.description,
      file: name)
  }
}
