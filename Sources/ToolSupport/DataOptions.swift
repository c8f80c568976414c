package import ArgumentParser
package import NetworkFiles
package import TensorFiles
package import Training

/// Which arrays are the features and the labels, and which examples are for what.
package struct DataOptions: ParsableArguments {
  @Option(
    help: "The array of the features; of a table, columns by name or position: x1,x2.", completion: .arrayNames)
  package var features: String?

  @Option(
    help: "The array or column of the labels; of values, several columns: y1,y2.", completion: .arrayNames)
  package var labels: String?

  @Option(
    help: "The array or column of the examples' weights, which are no feature then.", completion: .arrayName)
  package var weights: String?

  @Option(
    help: ArgumentHelp(
      "What the examples of each class count: balanced (each class the same), or a number for each, 1,5.",
      valueName: "balanced|list"), completion: .list(["balanced"]))
  package var classWeights: ClassWeights?

  @Option(help: "The array of the test set's features.", completion: .arrayName)
  package var testFeatures: String?

  @Option(help: "The array of the test set's labels.", completion: .arrayName)
  package var testLabels: String?

  @Option(help: "Take the test set from another file.", completion: .dataFile)
  package var test: String?

  @Option(help: "Hold out a random part of the examples, such as 0.2, as the test set.")
  package var testFraction: Double?

  @Option(
    help: "Take the dev set, which tells when to stop and what is best, from another file.", completion: .dataFile)
  package var dev: String?

  @Option(help: "Hold out a random part of the examples that are left, such as 0.1, as the dev set.")
  package var devFraction: Double?

  @Option(help: "Whether an example is a row or a column of the features, when they are square: rows or columns.")
  package var examples: DatasetSelection.ExampleAxis?

  @Option(
    help: ArgumentHelp(
      "Read examples while they are used when all of them take more memory: 500M, 2G. The blocks that are read ahead, "
        + "about 200M, parameters and a batch come on top. (default: a quarter of the machine's)",
      valueName: "size"), transform: ByteCount.limit)
  package var memoryLimit: ByteCount?

  @Option(help: ArgumentHelp("The format of the input, when its content does not tell it.", valueName: "format"))
  package var from: FormatName?

  package init() {}

  package func validate() throws {
    for (option, fraction) in [("--test-fraction", testFraction), ("--dev-fraction", devFraction)] {
      if let fraction, !(fraction > 0 && fraction < 1) {
        throw ValidationError("\(option) must be between 0 and 1, found \(fraction)")
      }
    }
    if test != nil && testFraction != nil {
      throw ValidationError("--test and --test-fraction exclude each other")
    }
    if testFraction != nil && (testFeatures != nil || testLabels != nil) {
      throw ValidationError(
        "--test-fraction and \(testFeatures != nil ? "--test-features" : "--test-labels") exclude each other")
    }
    if dev != nil && devFraction != nil {
      throw ValidationError("--dev and --dev-fraction exclude each other")
    }
  }

  /// Bytes that examples may take in memory.
  package var mostMemory: Int { memoryLimit?.bytes ?? Processor.memory / 4 }

  /// The other files that are read: of the test set and the dev set.
  package var otherFiles: [String] { [test, dev].compactMap(\.self) }

  /// Why only one of the files may be `-`.
  package static let onlyOnce = "standard input can be read once, so only one of the files may be -"

  /// Opens the file of the examples.
  ///
  /// - Parameter threads: how many may decode it.
  package func open(_ path: String, threads: Int) throws -> OpenFile {
    if ([path] + otherFiles).count(where: { $0 == "-" }) > 1 { throw ValidationError(DataOptions.onlyOnce) }
    for (option, other, isChosen) in [("--test", test, (testFeatures ?? testLabels) != nil), ("--dev", dev, false)] {
      guard let other, path != "-", !isChosen, FilePaths.areSame(path, other) else { continue }
      Message.warning(
        "\(option) \(other) is the file of the training examples: where the same arrays are taken of it, they are "
          + "measured by themselves; \(option)-fraction holds some of them out")
    }
    let limits = limits(threads)
    let input = try InputFile(path: path, limits: limits)
    // What comes through a pipe is kept first.
    return try ProgressBar.whileReading(input) { () throws(FormatError) in
      try Reading.open(input, from: from?.format.name, limits: limits)
    }
  }

  /// An array is read whole only where that is within the memory limit; what is looked at in passing is small.
  private func limits(_ threads: Int) -> Limits {
    Reading.limits(memory: max(mostMemory, 64 << 20), threads: threads)
  }

  /// Finds the training, the dev and the test set of a file, and reads them unless they are too large.
  ///
  /// - Parameters:
  ///   - wanted: what the labels are to be.
  ///   - threads: how many may decode the files.
  package func load(
    _ file: OpenFile, wanted: WantedLabels = .auto, seed: UInt32, threads: Int
  ) throws -> LoadedDataset {
    let limits = limits(threads)
    var selection = DatasetSelection()
    selection.features = features
    selection.labels = labels
    selection.wanted = wanted
    selection.weights = weights
    selection.classWeights = classWeights
    selection.testFeatures = testFeatures
    selection.testLabels = testLabels
    selection.testFraction = testFraction
    selection.devFraction = devFraction
    selection.examples = examples
    selection.memoryLimit = mostMemory
    selection.seed = seed
    selection.ranks = Job.ranks.count
    let testFile = try test.map { path in try Reading.open(path, limits: limits) }
    let devFile = try dev.map { path in try Reading.open(path, limits: limits) }
    // A damaged file may have lost a part of the examples, or the test set, unseen.
    for file in [file, testFile, devFile].compactMap(\.self) {
      if let damage = file.reader.damage { throw damage.naming(file.input.name) }
    }
    return try ProgressBar.whileReading(file.input) {
      try selection.load(file, devFile: devFile, testFile: testFile)
    }
  }
}
