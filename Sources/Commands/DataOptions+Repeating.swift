import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// A training that was recorded in a file, whose choice of examples is taken.
final class EarlierTraining {
  /// The file.
  let path: String
  /// What it says.
  let record: TrainingRecord
  /// Whether all must be as it was, as for `--resume` and `--verify`; `--like` takes what the data have.
  let isBinding: Bool

  init(path: String, record: TrainingRecord, isBinding: Bool) {
    self.path = path
    self.record = record
    self.isBinding = isBinding
  }
}

extension DataOptions {
  /// What the options choose, for the record.
  var selection: TrainingRecord.Selection {
    get throws {
      var selection = TrainingRecord.Selection()
      selection.weights = weights
      selection.classWeights = classWeights?.description
      selection.testFeatures = testFeatures
      selection.testLabels = testLabels
      selection.testFraction = testFraction
      selection.devFraction = devFraction
      selection.examplesAxis = examples?.rawValue
      (selection.testFile, selection.testSHA256) = try DataOptions.identity(test)
      (selection.devFile, selection.devSHA256) = try DataOptions.identity(dev)
      return selection
    }
  }

  /// The name and the SHA-256 of a file; those of a pipe, which is read once, are not known.
  private static func identity(_ path: String?) throws -> (String?, String?) {
    guard let path, path != "-", !FilePaths.isSpecial(path) else { return (nil, nil) }
    let input = try InputFile(path: path)
    return (input.baseName, try input.sha256())
  }

  /// These options, with those that are not given as another training had them.
  func repeating(_ earlier: EarlierTraining, wanted: WantedLabels, in file: OpenFile) throws -> DataOptions {
    guard !earlier.isBinding else { return repeating(earlier.record, wanted: wanted, in: file) }
    let (record, missing) = available(of: earlier.record, wanted: wanted, in: file)
    let options = repeating(record, wanted: wanted, in: file)
    var taken = SettingList.choices(record.selection)
    if options.features != features || options.labels != labels {
      taken += [("features", options.features ?? ""), ("labels", options.labels ?? "")]
    }
    let given = Set(SettingList.choices(try selection).map { $0.option })
    let sentence = taken.filter { !given.contains($0.option) }.map { "--\($0.option) \($0.value)" }
    if !sentence.isEmpty { Message.note("as in \(earlier.path): \(sentence.joined(separator: " "))") }
    if !missing.isEmpty {
      Message.warning("not taken from \(earlier.path): \(missing.joined(separator: "; "))")
    }
    return options
  }

  private func repeating(_ record: TrainingRecord, wanted: WantedLabels, in file: OpenFile) -> DataOptions {
    var options = self
    let recorded = record.selection
    options.weights = weights ?? recorded.weights
    options.classWeights = classWeights ?? recorded.classWeights.flatMap { ClassWeights($0) }
    // One test set takes the place of another.
    if testFraction == nil {
      options.testFeatures = testFeatures ?? recorded.testFeatures
      options.testLabels = testLabels ?? recorded.testLabels
    }
    if test == nil, testFeatures == nil, testLabels == nil {
      options.testFraction = testFraction ?? recorded.testFraction
    }
    if dev == nil { options.devFraction = devFraction ?? recorded.devFraction }
    options.examples = examples ?? recorded.examplesAxis.flatMap { DatasetSelection.ExampleAxis(rawValue: $0) }
    // Names are only taken where the file's own are others: what was chosen by them was not chosen by an option.
    if features == nil && labels == nil {
      var selection = DatasetSelection()
      (selection.wanted, selection.weights, selection.examples) = (wanted, options.weights, options.examples)
      let usual = try? selection.names(in: file)
      if usual?.features != record.features || usual?.labels != record.labels {
        (options.features, options.labels) = (record.features, record.labels)
      }
    }
    return options
  }

  /// A record without what the data do not have and what options beside it replace, and what that is.
  private func available(
    of record: TrainingRecord, wanted: WantedLabels, in file: OpenFile
  ) -> (TrainingRecord, missing: [String]) {
    var (record, missing) = (record, [String]())
    let columns = (file.reader as? any TableReader)?.columnNames
    let names = columns ?? file.reader.entries.map(\.name)
    func has(_ name: String) -> Bool {
      names.contains(name) || (columns != nil && ColumnNames.names(in: name).allSatisfy(names.contains))
    }
    if weights == nil, let name = record.selection.weights, !has(name) {
      missing.append("the weights \(name), which the data do not have")
      record.selection.weights = nil
    }
    if classWeights == nil, wanted == .values, let weights = record.selection.classWeights {
      missing.append("the class weights \(weights), because the labels are values")
      record.selection.classWeights = nil
    }
    if features == nil, labels == nil, let features = record.features, let labels = record.labels,
      !has(features) || !has(labels)
    {
      missing.append("the features \(features) and the labels \(labels), which the data do not have")
      (record.features, record.labels) = (nil, nil)
    }
    if test == nil, let features = record.selection.testFeatures, !has(features) {
      missing.append("the test set \(features), which the data do not have")
      (record.selection.testFeatures, record.selection.testLabels) = (nil, nil)
    }
    if testFraction != nil { (record.selection.testFeatures, record.selection.testLabels) = (nil, nil) }
    if test != nil || testFeatures != nil || testLabels != nil { record.selection.testFraction = nil }
    if dev != nil { record.selection.devFraction = nil }
    if test == nil, testFraction == nil, let name = record.selection.testFile {
      missing.append("the test set from \(name), which --test names")
    }
    if dev == nil, devFraction == nil, let name = record.selection.devFile {
      missing.append("the dev set from \(name), which --dev names")
    }
    // Files are not opened by a name without a folder.
    (record.selection.testFile, record.selection.devFile) = (nil, nil)
    return (record, missing)
  }
}
