import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// Files of examples that tests write, and what is read from them.
enum ExampleFixtures {
  /// A table in memory.
  static func csv(_ text: String, name: String = "table.csv") throws -> OpenFile {
    try FileFormats.open(InputFile(bytes: Array(text.utf8), name: name))
  }

  /// Arrays in a file of a format, opened.
  static func open(
    _ arrays: [(String, Tensor)], as format: String, in folder: TemporaryFolder, name: String = "data",
    options: WritingOptions = WritingOptions()
  ) throws -> OpenFile {
    var archive = TensorArchive()
    for (name, tensor) in arrays { archive.set(name, to: tensor) }
    let path = "\(folder.path)/\(name)"
    try FileFormats.write(ArchiveSource(archive), to: path, as: FileFormats.named(format), options: options)
    return try FileFormats.open(path)
  }

  /// A choice of arrays or columns.
  static func selection(
    _ wanted: WantedLabels = .auto, _ change: (inout DatasetSelection) -> Void = { _ in }
  ) -> DatasetSelection {
    var selection = DatasetSelection()
    selection.wanted = wanted
    change(&selection)
    return selection
  }

  /// All rows of examples that are read, in blocks of so many.
  static func rows(_ examples: TrainingExamples?, block: Int = 777) throws -> [Double] {
    guard case .rows(let streamed)? = examples else { return try rows(ofMemory: examples) }
    let source = try streamed.open()
    #expect(source.columnCount == streamed.columnCount && source.rowCount == streamed.exampleCount)
    var result: [Double] = []
    var buffer = [Double](repeating: 0, count: block * streamed.columnCount)
    while true {
      var span = buffer.mutableSpan
      let count = try source.nextRows(into: &span)
      if count == 0 { return result }
      result += buffer[..<(count * streamed.columnCount)]
    }
  }

  /// The rows of examples in memory, as they would be read.
  private static func rows(ofMemory examples: TrainingExamples?) throws -> [Double] {
    let dataset = try #require(examples?.dataset)
    var result: [Double] = []
    for example in 0..<dataset.exampleCount {
      for input in 0..<dataset.inputCount { result.append(dataset.features[input, example]) }
      for row in 0..<dataset.labels.rows { result.append(dataset.labels[row, example]) }
      if let weights = dataset.weights { result.append(weights[example]) }
    }
    return result
  }

  /// What loading, or reading what was loaded, says of a file.
  static func message(_ file: OpenFile, _ selection: DatasetSelection, test: OpenFile? = nil) -> String? {
    #expect(throws: FormatError.self) {
      let loaded = try selection.load(file, testFile: test)
      for set in [loaded.train, loaded.dev, loaded.test].compactMap(\.self) { _ = try rows(set) }
    }?.description
  }
}
