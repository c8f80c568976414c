import ArgumentParser
import TensorFiles
import Training

/// The columns that a network appends to a row: `probability,label`, `class,probability_…` or `value`.
struct ModelColumns: Sendable {
  /// What the columns are.
  enum Kind: Sendable {
    /// The probability of the second of two classes, and the label.
    case probability
    /// The class with the largest output, and the outputs.
    case classes
    /// The outputs alone.
    case values
  }

  let kind: Kind
  /// The number of outputs of a row.
  let outputCount: Int
  /// The names of the classes, those of one sigmoid unit too; empty for values.
  let classNames: [String]
  /// Whether the file names the classes: without it they are numbers.
  let hasNamedClasses: Bool
  /// The label is 1 when the probability is greater.
  let threshold: Double
  /// The activation of the outputs, from which the exact loss follows.
  let activation: Activation

  /// The columns of a network.
  ///
  /// - Throws: a usage error when a threshold is given for other outputs than one sigmoid unit.
  init(_ network: Network, threshold: Double?) throws {
    outputCount = network.outputCount
    activation = network.layers.last?.activation ?? .linear
    hasNamedClasses = network.classNames != nil
    switch network.output {
    case .probability: (kind, classNames) = (.probability, network.classNames ?? ["0", "1"])
    case .classes(let names): (kind, classNames) = (.classes, names)
    case .values: (kind, classNames) = (.values, [])
    }
    if threshold != nil && kind != .probability {
      let found = outputCount == 1 ? "one \(activation.name) unit" : "\(outputCount) units"
      throw ValidationError("--threshold is only for one sigmoid unit; this network ends in \(found)")
    }
    self.threshold = threshold ?? 0.5
  }

  /// What is measured where there are true labels; the loss that was trained with is not known.
  var task: EvaluationTask {
    let labels: LabelKind =
      switch kind {
      case .probability: .binary
      case .classes: .classes(outputCount)
      case .values: .values(outputCount)
      }
    return EvaluationTask(labels: labels, activation: activation, loss: nil, threshold: threshold)
  }

  /// Whether the outputs are probabilities, or numbers that only say which class is the most likely.
  var areProbabilities: Bool { task.areProbabilities }

  /// What the array of outputs is called.
  var outputName: String { areProbabilities ? "probability" : "value" }
  /// What the array of labels or classes is called; nil where there is none.
  var classArrayName: String? {
    switch kind {
    case .probability: "label"
    case .classes: "class"
    case .values: nil
    }
  }

  /// The names of the columns.
  var names: [String] {
    switch kind {
    case .probability: ["probability", "label"]
    case .classes: ["class"] + classNames.map { "\(outputName)_\($0)" }
    case .values: outputCount == 1 ? ["value"] : (1...outputCount).map { "value\($0)" }
    }
  }

  /// The number of the class of a row, among outputs row by row: the label of one sigmoid unit, else the place of the
  /// largest output, the first of equals.
  func classNumber(_ outputs: [Double], row: Int) -> Int {
    guard kind != .probability else { return outputs[row] > threshold ? 1 : 0 }
    let first = row * outputCount
    var best = 0
    for place in 1..<outputCount where outputs[first + place] > outputs[first + best] { best = place }
    return best
  }
}

extension ModelColumns {
  /// The numbers of the classes of rows.
  fileprivate func setClasses(of rows: Range<Int>, _ outputs: [Double], _ classes: inout [Int32]) {
    guard kind == .probability else {
      for row in rows { classes[row] = Int32(classNumber(outputs, row: row)) }
      return
    }
    for row in rows { classes[row] = outputs[row] > threshold ? 1 : 0 }
  }
}

/// How the columns of a model are written in one dialect.
struct PredictionText: Sendable {
  private let columns: ModelColumns
  private let appended: AppendedColumns

  init(_ columns: ModelColumns, in output: OutputDialect) {
    self.columns = columns
    let isPlain = columns.kind == .probability && !columns.hasNamedClasses
    let fields =
      isPlain
      ? [[UInt8(ascii: "0")], [UInt8(ascii: "1")]]
      : columns.classNames.map { name in
        var writer = output.writer()
        writer.append(name)
        return writer.text
      }
    let place: AppendedColumns.ClassPlace =
      switch columns.kind {
      case .probability: .last
      case .classes: .first
      case .values: .none
      }
    appended = AppendedColumns(
      numberCount: columns.outputCount, classPlace: place, classFields: place == .none ? [] : fields)
  }

  /// Appends whole rows: how they begin, and what the model says of them.
  ///
  /// - Parameters:
  ///   - outputs: those of all rows.
  ///   - classes: memory for the numbers of the rows' classes.
  func append(
    _ rows: Range<Int>, _ beginnings: RowBeginnings, outputs: [Double], classes: inout [Int32],
    to writer: inout RowWriter
  ) {
    if columns.kind != .values {
      if classes.count < rows.upperBound {
        classes += [Int32](repeating: 0, count: rows.upperBound - classes.count)
      }
      columns.setClasses(of: rows, outputs, &classes)
    }
    writer.append(rows: rows, beginnings, numbers: outputs, classes: classes, appended)
  }
}
