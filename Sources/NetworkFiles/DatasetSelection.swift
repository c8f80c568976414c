import Tensors
public import TensorFiles
public import Training

/// Which arrays or columns of a file are the features and labels, where the names of the conventions do not tell.
public struct DatasetSelection: Sendable, Hashable {
  /// Whether an example is a row or a column of the features.
  public enum ExampleAxis: String, Sendable, Hashable, CaseIterable {
    /// Features are (examples, inputs).
    case rows
    /// Features are (inputs, examples), as in the notebook after its transposition.
    case columns
  }

  /// The array of features; of a table, names or positions of columns separated by commas.
  public var features: String?
  /// The array or column of labels.
  public var labels: String?
  /// The array of the test set's features.
  public var testFeatures: String?
  /// The array of the test set's labels.
  public var testLabels: String?
  /// The axis of the examples, for square features, whose shape does not tell it.
  public var examples: ExampleAxis?
  /// The part of the examples that is held out as a test set, from 0 to 1.
  public var testFraction: Double?
  /// The seed of the choice of ``testFraction``.
  public var seed: UInt32 = 3

  /// What the conventions find.
  public init() {}

  /// Reads the training and the test set.
  ///
  /// - Parameters:
  ///   - file: the arrays or the table.
  ///   - testFile: another file with the test set, under the same names or columns.
  /// - Throws: ``FormatError`` that names the file, the array and what to choose.
  public func load(_ file: OpenFile, testFile: OpenFile? = nil) throws(FormatError) -> LoadedDataset {
    var first = self
    if testFile != nil { (first.testFeatures, first.testLabels) = (nil, nil) }
    var loaded = try first.loadOne(file)
    if let testFile {
      // The other file's own training names are its test set: those of the first file, or between arrays and tables,
      // which name things in other ways, the usual ones.
      var selection = first
      let areAlike = (file.reader is any TableReader) == (testFile.reader is any TableReader)
      selection.features = testFeatures ?? (areAlike ? loaded.names.features : nil)
      selection.labels = testLabels ?? (areAlike ? loaded.names.labels : nil)
      // Where the file has the convention's test set instead, as the two files of a course have, that is it.
      let listed = Set(testFile.reader.entries.map(\.name))
      if testFeatures == nil, testLabels == nil, !listed.contains(loaded.names.features),
        let names = DatasetNames.conventions.first(where: { $0.features == loaded.names.features }),
        let features = names.testFeatures, let labels = names.testLabels, listed.contains(features)
      {
        (selection.features, selection.labels) = (features, labels)
      }
      let test = try selection.loadOne(testFile, classes: .given(loaded.classes))
      guard test.train.inputCount == loaded.train.inputCount else {
        throw FormatError(
          .unsuitable, at: .object(test.names.features),
          "\(test.train.inputCount) inputs, but the training examples have \(loaded.train.inputCount)",
          file: testFile.input.name)
      }
      loaded.test = test.train
      loaded.names.testFeatures = test.names.features
      loaded.names.testLabels = test.names.labels
      for note in test.notes where !loaded.notes.contains(note) { loaded.notes.append(note) }
    }
    if let testFraction {
      do {
        let split = try loaded.train.split(testFraction: testFraction, seed: seed)
        loaded.train = split.train
        loaded.test = split.test
      } catch {
        throw FormatError(.unsuitable, error.description, file: file.input.name)
      }
    }
    return loaded
  }

  private func loadOne(
    _ file: OpenFile, classes: TableColumns.Classes = .found
  ) throws(FormatError) -> LoadedDataset {
    do {
      if let table = file.reader as? any TableReader {
        return try TableColumns(self, of: table).load(from: table, classes: classes)
      }
      return try loadArrays(file.reader)
    } catch {
      throw error.naming(file.input.name)
    }
  }

  private func loadArrays(_ reader: any TensorReader) throws(FormatError) -> LoadedDataset {
    let numeric = reader.entries.filter(\.isNumeric).map(\.name)
    guard let names = DatasetNames.find(in: numeric, chosen: self) else { throw notFound(in: reader) }
    let labels = try ExampleLabels(reader, names.labels)
    let train = try dataset(reader, features: names.features, labels: labels, inputCount: nil)
    var result = LoadedDataset(train: train, names: names)
    var flattened = [names.features]
    if let testFeatures = names.testFeatures, let testLabels = names.testLabels {
      let labels = try ExampleLabels(reader, testLabels)
      result.test = try dataset(reader, features: testFeatures, labels: labels, inputCount: train.inputCount)
      flattened.append(testFeatures)
    }
    for name in flattened {
      let shape = try reader.entry(name).shape
      guard shape.count > 2 else { continue }
      result.notes.append(
        "\(name): \(Tensor.describe(shape)) is flattened example by example to "
          + "\(Tensor.describe([shape[0], train.inputCount])), the last index fastest")
    }
    return result
  }

  private func notFound(in reader: any TensorReader) -> FormatError {
    // What a damaged file lacks may be what was damaged.
    if let damage = reader.damage { return damage }
    let listed = reader.entries.prefix(20).map { entry in
      switch entry.content {
      case .numbers(let type, _): "\(entry.name) (\(Tensor.describe(entry.shape)) \(type.rawValue))"
      case .other(let className, _): "\(entry.name) (\(className), not numbers)"
      }
    }
    return FormatError(
      .missingArray,
      "no features and labels were found among the usual names (X and y, …); the file has "
        + (listed.isEmpty ? "no arrays" : listed.joined(separator: ", ")) + "; --features and --labels choose")
  }

  /// Features as (inputs, examples): the axis of the examples is the one that is as long as the labels.
  private func dataset(
    _ reader: any TensorReader, features name: String, labels: ExampleLabels, inputCount: Int?
  ) throws(FormatError) -> Dataset {
    let entry = try reader.entry(name)
    if entry.shape.count > 2 {
      return try flattenedDataset(reader, features: name, entry.shape, labels: labels, inputCount: inputCount)
    }
    guard entry.shape.count == 2 || (entry.shape.count == 1 && entry.shape[0] == labels.count) else {
      throw FormatError(
        .unsuitable, at: .object(name),
        "the shape is \(Tensor.describe(entry.shape)), features need two dimensions, one of them \(labels.count) "
          + "examples as in \(labels.name)")
    }
    let (rows, columns) = (entry.shape[0], entry.shape.count == 2 ? entry.shape[1] : 1)
    var axes: [ExampleAxis] = []
    if rows == labels.count && (inputCount == nil || columns == inputCount) { axes.append(.rows) }
    if columns == labels.count && (inputCount == nil || rows == inputCount) { axes.append(.columns) }
    if let examples, axes.contains(examples) { axes = [examples] }
    guard let axis = axes.first else {
      let inputs = inputCount.map { " of \($0) inputs" } ?? ""
      throw FormatError(
        .unsuitable, at: .object(name),
        "the shape is \(Tensor.describe(entry.shape)), but \(labels.name) has \(labels.count) labels: "
          + "one dimension must be as long\(inputs)")
    }
    guard axes.count == 1 else {
      throw FormatError(
        .unsuitable, at: .object(name),
        "\(Tensor.describe(entry.shape)) does not tell whether an example is a row or a column; "
          + "--examples rows or --examples columns does")
    }
    let tensor = try reader.tensor(name)
    return try dataset(name, labels) { () throws(TensorError) in
      try axis == .rows ? tensor.transposedMatrix() : tensor.matrix()
    }
  }

  /// Examples of more than one dimension, such as pictures (examples, height, width, 3), each flattened to its inputs.
  private func flattenedDataset(
    _ reader: any TensorReader, features name: String, _ shape: [Int], labels: ExampleLabels, inputCount: Int?
  ) throws(FormatError) -> Dataset {
    guard shape[0] == labels.count else {
      let last = shape.last == labels.count ? "; reg-convert --transpose \(name) puts the last one first" : ""
      throw FormatError(
        .unsuitable, at: .object(name),
        "the shape is \(Tensor.describe(shape)), but \(labels.name) has \(labels.count) labels: the first dimension "
          + "must be as long\(last)")
    }
    let tensor = try reader.tensor(name)
    if let inputCount, tensor.elementCount != inputCount * labels.count {
      throw FormatError(
        .unsuitable, at: .object(name),
        "an example of \(Tensor.describe(Array(shape.dropFirst()))) is not one of \(inputCount) inputs, as in training")
    }
    return try dataset(name, labels) { () throws(TensorError) in try tensor.flattenedRows().transposedMatrix() }
  }

  /// The dataset of features as (inputs, examples), with what is wrong said of the array that it is wrong with.
  private func dataset(
    _ name: String, _ labels: ExampleLabels, _ features: () throws(TensorError) -> Matrix
  ) throws(FormatError) -> Dataset {
    do {
      return try Dataset(features: features(), labels: labels.matrix)
    } catch let error as TrainingError {
      throw FormatError(.unsuitable, at: .object(error.input == nil ? labels.name : name), error.description)
    } catch let error as TensorError {
      throw FormatError(error, at: .object(name))
    } catch {
      throw FormatError(.unsuitable, at: .object(name), "\(error)")
    }
  }
}

/// A dataset that was read from a file.
public struct LoadedDataset: Sendable {
  /// What to train with.
  public var train: Dataset
  /// What to measure with, where there is a test set.
  public var test: Dataset?
  /// Where they were found.
  public var names: DatasetNames
  /// The names of the inputs, where a header gave them.
  public var inputNames: [String]?
  /// What was done with the arrays that the user should know, one sentence each.
  public var notes: [String] = []
  /// The names of the two classes that are the labels 0 and 1, where they stand as texts.
  public var classes: ClassLabels?
}

/// The labels of a set: a row or a column of numbers.
private struct ExampleLabels {
  let name: String
  let matrix: Matrix
  var count: Int { matrix.columns }

  init(_ reader: any TensorReader, _ name: String) throws(FormatError) {
    self.name = name
    let entry = try reader.entry(name)
    guard entry.shape.count <= 2, entry.shape.filter({ $0 != 1 }).count <= 1 else {
      throw FormatError(
        .unsuitable, at: .object(name),
        "the shape is \(Tensor.describe(entry.shape)), labels are one row or one column")
    }
    let tensor = try reader.tensor(name)
    do {
      let elements = try tensor.doublesInStorageOrder()
      matrix = Matrix(rows: 1, columns: elements.count, elements: elements)
    } catch {
      throw FormatError(error, at: .object(name))
    }
  }
}

extension Tensor {
  /// The matrix with rows and columns exchanged: what MATLAB stores by columns is already that, row by row.
  fileprivate func transposedMatrix() throws(TensorError) -> Matrix {
    guard shape.count == 2 else { return try matrix().transposed }
    return try transposed.matrix()
  }
}
