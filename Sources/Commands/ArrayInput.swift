import NetworkFiles
import TensorFiles
import Tensors

/// Which arrays or columns are the inputs and labels, as the user names them.
struct InputChoice {
  /// The array of inputs, or columns of a table.
  var features: String?
  /// The array of labels, or columns of a table.
  var labels: String?
  /// The axis of the examples, for square inputs.
  var examples: DatasetSelection.ExampleAxis?
}

/// Arrays of rows to be predicted: MAT, HDF5; or a table that is no delimited text: ARFF.
struct ArrayInput {
  /// The rows of inputs.
  let rows: any RowSource
  /// The name of their array.
  let name: String
  /// The true labels, row by row, if they are wanted.
  let labels: [Double]?

  /// Finds the arrays.
  ///
  /// - Throws: ``FormatError`` when they cannot be found or do not fit the model's inputs and one another.
  init(
    _ file: OpenFile, _ options: InputChoice, inputNames: [String]?, inputCount: Int, labels wanted: TrueLabels?
  ) throws {
    do {
      if let table = file.reader as? any TableReader {
        (rows, labels) = try ArrayInput.columns(of: table, options, inputNames, inputCount, wanted)
        name = "data"
        return
      }
      name = try ArrayInput.name(file.reader, options)
      rows = try ArrayInput.rows(file.reader, name, options.examples, inputCount)
      let (name, rows) = (name, rows)
      labels = try options.labels.map { try ArrayInput.labels(file.reader, $0, wanted, of: name, rows.rowCount) }
    } catch let error as FormatError {
      throw error.naming(file.input.name)
    } catch let error as TensorError {
      throw FormatError(error, at: .object(options.labels ?? "")).naming(file.input.name)
    }
  }

  /// The columns that the user names; else those that the model names; else all but the labels.
  private static func columns(
    of table: any TableReader, _ options: InputChoice, _ inputNames: [String]?, _ inputCount: Int,
    _ wanted: TrueLabels?
  ) throws -> (rows: any RowSource, labels: [Double]?) {
    let names = table.columnNames
    let labels = try options.labels.map { labels in
      try (wanted?.columnCount ?? 1 == 1 ? [labels] : ColumnNames.names(in: labels)).map {
        try ColumnNames.position(of: $0, in: names)
      }
    }
    if let labels { try wanted?.check(columnCount: labels.count) }
    var features = names.indices.filter { labels?.contains($0) != true }
    if let chosen = options.features {
      features = try ColumnNames.positions(of: chosen, in: names)
    } else if let inputNames, inputNames.allSatisfy(names.contains) {
      features = try inputNames.map { try ColumnNames.position(of: $0, in: names) }
    }
    guard features.count == inputCount else {
      throw FormatError(
        .unsuitable,
        "the model has \(inputCount) input\(inputCount == 1 ? "" : "s"), \(features.count) columns are chosen of "
          + "\(names.prefix(20).joined(separator: ", ")); --features chooses the inputs")
    }
    let numbers = try labels.map { labels in
      var classes: [Int: ClassLabels] = [:]
      // Texts become the numbers of the model's classes; numbers are compared as they are.
      if let wanted, wanted.reading == .names, let label = labels.first,
        try table.textColumns.contains(label) || table.declaredClasses(ofColumn: label) != nil
      {
        classes[label] = wanted.classes(ofColumn: names[label])
      }
      return try table.source(ofColumns: labels, classes: classes).whole().doublesInStorageOrder()
    }
    return (try table.rows(ofColumns: features), numbers)
  }

  /// The labels of arrays: one for each example, or a row of values for each.
  private static func labels(
    _ reader: any TensorReader, _ name: String, _ wanted: TrueLabels?, of features: String, _ count: Int?
  ) throws -> [Double] {
    let tensor = try reader.tensor(name)
    guard let wanted, wanted.columnCount > 1 else {
      let labels = try tensor.doublesInStorageOrder()
      if let count, labels.count != count {
        throw FormatError(
          .unsuitable, at: .object(name), "\(labels.count) labels for \(count) examples in \(features)")
      }
      return labels
    }
    let shape = tensor.shape
    guard shape.count == 2, shape[1] == wanted.columnCount, count == nil || shape[0] == count else {
      throw FormatError(
        .unsuitable, at: .object(name),
        "the shape is \(Tensor.describe(shape)), but the labels of \(wanted.columnCount) values for "
          + "\(count.map(String.init) ?? "the") examples in \(features) are a row for each example")
    }
    return try tensor.matrix().elements
  }

  /// The array that the user names; else one of the usual names, `X` first; else the only one with two dimensions.
  private static func name(_ reader: any TensorReader, _ rows: InputChoice) throws(FormatError) -> String {
    if let features = rows.features { return features }
    let numeric = reader.entries.filter(\.isNumeric)
    if let name = DatasetNames.features(among: numeric.map(\.name)) { return name }
    // A row or a column is rather the labels of the examples.
    let candidates = numeric.filter { $0.shape.count == 2 && !$0.shape.contains(1) }.map(\.name)
    if candidates.count == 1 { return candidates[0] }
    if let damage = reader.damage { throw damage }
    throw FormatError(
      .missingArray,
      numeric.isEmpty
        ? "there is no array of numbers"
        : "which array are the inputs? --features names one of \(numeric.map(\.name).joined(separator: ", "))")
  }

  /// The array's rows: its own, or its columns where these are the examples.
  private static func rows(
    _ reader: any TensorReader, _ name: String, _ examples: DatasetSelection.ExampleAxis?, _ inputCount: Int
  ) throws -> any RowSource {
    let entry = try reader.entry(name)
    let shape = entry.shape.count == 1 && inputCount == 1 ? [entry.shape[0], 1] : entry.shape
    // Examples of several dimensions are flattened as they were for the training.
    if shape.count > 2, try Tensor.elementCount(shape: Array(shape.dropFirst())) == inputCount {
      return MatrixRows(try reader.tensor(name).flattenedRows().matrix())
    }
    guard shape.count == 2, shape.contains(inputCount) else {
      throw FormatError(
        .unsuitable, at: .object(name),
        "the shape is \(Tensor.describe(entry.shape)), but the model has \(inputCount) inputs: one of two dimensions "
          + "must be \(inputCount)")
    }
    if shape[0] == shape[1] && shape[0] > 1 && examples == nil {
      throw FormatError(
        .unsuitable, at: .object(name),
        "\(Tensor.describe(shape)) does not tell whether an example is a row or a column; "
          + "--examples rows or --examples columns does")
    }
    if shape[1] == inputCount && examples != .columns { return try reader.rows(of: name) }
    return MatrixRows(try reader.tensor(name).matrix().transposed)
  }
}
