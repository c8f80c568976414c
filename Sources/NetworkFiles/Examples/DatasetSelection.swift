import Tensors
public import TensorFiles
public import Training

/// Which arrays or columns of a file are the features and labels, where the names of the conventions do not tell, and
/// what is wanted of them.
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
  /// The array or column of labels; for values or one-hot rows of a table, columns separated by commas.
  public var labels: String?
  /// What the labels are to be.
  public var wanted = WantedLabels.auto
  /// The array or column of the examples' weights.
  public var weights: String?
  /// How much the examples of each class count.
  public var classWeights: ClassWeights?
  /// The array of the test set's features.
  public var testFeatures: String?
  /// The array of the test set's labels.
  public var testLabels: String?
  /// The axis of the examples, for square features, whose shape does not tell it.
  public var examples: ExampleAxis?
  /// The part of the examples that is held out as a test set, from 0 to 1.
  public var testFraction: Double?
  /// The part of the other examples that is held out as a dev set, from 0 to 1.
  public var devFraction: Double?
  /// The seed of the choice of ``testFraction`` and ``devFraction``.
  public var seed: UInt32 = 3
  /// The most bytes that all examples may take in memory; more are read while they are used. Nil for no limit.
  public var memoryLimit: Int?

  /// The processes that train together: of several each reads its part of the examples.
  package var ranks = 1

  /// What the conventions find.
  public init() {}

  /// Finds the training set, the dev set and the test set, and reads them unless they are too large.
  ///
  /// - Parameters:
  ///   - file: the arrays or the table.
  ///   - devFile: another file with the dev set, under the same names or columns.
  ///   - testFile: another file with the test set, under the same names or columns.
  /// - Throws: `FormatError` that names the file, the array and what to choose.
  public func load(
    _ file: OpenFile, devFile: OpenFile? = nil, testFile: OpenFile? = nil
  ) throws(FormatError) -> LoadedDataset {
    var first = self
    if testFile != nil { (first.testFeatures, first.testLabels) = (nil, nil) }
    var found = try first.places(in: file)
    if let testFile { try found.add(\.test, of: testFile, from: file, first, testFeatures, testLabels) }
    if testFile == nil, testFraction != nil, found.test != nil {
      // What is asked for comes before what is there.
      found.notes.append(
        "the test set is held out of the examples; \(found.names.testFeatures ?? "the file's own") is not used")
      found.test = nil
      (found.names.testFeatures, found.names.testLabels) = (nil, nil)
    }
    if let devFile { try found.add(\.dev, of: devFile, from: file, first, nil, nil) }
    return try loaded(found)
  }

  /// Finds the sets of one file.
  func places(in file: OpenFile) throws(FormatError) -> FoundSets {
    do throws(FormatError) {
      if let table = file.reader as? any TableReader {
        let train = try TableExamples(file, table, TableColumns(self, of: table))
        let names = DatasetNames(features: train.featureNames.joined(separator: ","), labels: train.labelName)
        return FoundSets(train: train, names: names, inputNames: train.inputNames, labelNames: train.labelNames)
      }
      let numeric = file.reader.entries.filter { $0.isNumeric && $0.name != weights }.map(\.name)
      guard file.reader.entries.count > 1, let names = DatasetNames.find(in: numeric, chosen: self) else {
        throw notFound(in: file.reader)
      }
      let train = try ArrayExamples(
        file, features: names.features, labels: names.labels, weights: weights, axis: examples, wanted: wanted)
      var found = FoundSets(train: train, names: names)
      found.notes = try train.notes
      if let testFeatures = names.testFeatures, let testLabels = names.testLabels {
        let test = try ArrayExamples(
          file, features: testFeatures, labels: testLabels, weights: nil, axis: examples, wanted: wanted,
          inputCount: train.inputCount)
        found.test = test
        found.notes += try test.notes
        if let weights {
          found.notes.append("\(weights) has the weights of \(names.features); those of the test set are 1")
        }
      }
      return found
    } catch {
      throw error.naming(file.input.name)
    }
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
    if listed.count == 1, reader.entries.count == 1, reader.entries[0].isNumeric {
      return FormatError(
        .missingArray,
        "features and labels are two arrays, but there is one, \(listed[0]); reg-convert to .csv makes a table of it, "
          + "whose columns --features and --labels choose")
    }
    return FormatError(
      .missingArray,
      "no features and labels were found among the usual names (X and y, …); the file has "
        + (listed.isEmpty ? "no arrays" : listed.joined(separator: ", ")) + "; --features and --labels choose")
  }
}

/// The sets of a dataset, found and not read.
struct FoundSets {
  var train: any ExamplePlace
  var dev: (any ExamplePlace)?
  var test: (any ExamplePlace)?
  var names: DatasetNames
  var inputNames: [String]?
  var labelNames: [String]?
  var notes: [String] = []

  init(
    train: any ExamplePlace, names: DatasetNames, inputNames: [String]? = nil, labelNames: [String]? = nil
  ) {
    (self.train, self.names, self.inputNames, self.labelNames) = (train, names, inputNames, labelNames)
  }

  /// All of them.
  var all: [any ExamplePlace] { [train] + [dev, test].compactMap(\.self) }

  /// Finds a set in another file.
  ///
  /// Its own training names are that set: those of the first file, or between arrays and tables, which name things in
  /// other ways, the usual ones.
  mutating func add(
    _ set: WritableKeyPath<FoundSets, (any ExamplePlace)?>, of file: OpenFile, from first: OpenFile,
    _ selection: DatasetSelection, _ features: String?, _ labels: String?
  ) throws(FormatError) {
    var selection = selection
    let areAlike = (first.reader is any TableReader) == (file.reader is any TableReader)
    selection.features = features ?? (areAlike ? names.features : nil)
    selection.labels = labels ?? (areAlike ? names.labels : nil)
    // Where the file has the convention's test set instead, as the two files of a course have, that is it.
    let listed = Set(file.reader.entries.map(\.name))
    if features == nil, labels == nil, !listed.contains(names.features),
      let usual = DatasetNames.conventions.first(where: { $0.features == names.features }),
      let features = usual.testFeatures, let labels = usual.testLabels, listed.contains(features)
    {
      (selection.features, selection.labels) = (features, labels)
    }
    // Weights are of the training examples; where another set has some of that name, they count too.
    if let weights = selection.weights {
      let columns = (file.reader as? any TableReader)?.columnNames ?? file.reader.entries.map(\.name)
      if !columns.contains(weights) {
        selection.weights = nil
        notes.append("\(file.input.name) has no weights \(weights); those of its examples are 1")
      }
    }
    let found = try selection.places(in: file)
    guard found.train.inputCount == train.inputCount else {
      throw FormatError(
        .unsuitable, at: .object(found.names.features),
        "\(found.train.inputCount) inputs, but the training examples have \(train.inputCount)", file: file.input.name)
    }
    self[keyPath: set] = found.train
    if set == \FoundSets.test {
      names.testFeatures = found.names.features
      names.testLabels = found.names.labels
    }
    for note in found.notes where !notes.contains(note) { notes.append(note) }
  }
}

extension DatasetSelection {
  /// The names of the arrays or columns that would be taken of a file, whose examples are not read.
  public func names(in file: OpenFile) throws(FormatError) -> DatasetNames { try places(in: file).names }
}
