package import ArgumentParser
package import NetworkFiles
package import TensorFiles

/// Whether a report is for people or for programs.
package enum ReportFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
  case text, json
}

/// Options of every tool.
package struct CommonOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "No progress, no notes, no warnings.")
  package var quiet = false

  package init() {}

  package func validate() throws {
    if quiet { Message.silence() }
  }
}

/// How many threads work.
package struct ThreadOptions: ParsableArguments {
  @Option(help: "The number of threads; the results are the same bits for every number. (default: the cores)")
  package var threads: Int?

  package init() {}

  package func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be from 1 to 1024, found \(threads)")
    }
  }

  /// The number of threads to use.
  package var count: Int { threads ?? Processor.coreCount }
}

/// Which arrays are the features and the labels.
package struct DataOptions: ParsableArguments {
  @Option(help: "The array of the features; of a table, columns by name or position: x1,x2.")
  package var features: String?

  @Option(help: "The array or column of the labels.")
  package var labels: String?

  @Option(help: "The array of the test set's features.")
  package var testFeatures: String?

  @Option(help: "The array of the test set's labels.")
  package var testLabels: String?

  @Option(help: "Take the test set from another file.")
  package var test: String?

  @Option(help: "Hold out a random part of the examples, such as 0.2, as the test set.")
  package var testFraction: Double?

  @Option(help: "Whether an example is a row or a column of the features, when they are square: rows or columns.")
  package var examples: DatasetSelection.ExampleAxis?

  @Option(help: ArgumentHelp("The format of the input, when its content does not tell it.", valueName: "format"))
  package var from: FormatName?

  package init() {}

  package func validate() throws {
    if let testFraction, !(testFraction > 0 && testFraction < 1) {
      throw ValidationError("--test-fraction must be between 0 and 1, found \(testFraction)")
    }
    if test != nil && testFraction != nil {
      throw ValidationError("--test and --test-fraction exclude each other")
    }
  }

  /// Reads the training and the test set of a file.
  package func load(_ file: OpenFile, seed: UInt32) throws -> LoadedDataset {
    var selection = DatasetSelection()
    selection.features = features
    selection.labels = labels
    selection.testFeatures = testFeatures
    selection.testLabels = testLabels
    selection.testFraction = testFraction
    selection.examples = examples
    selection.seed = seed
    let testFile = try test.map { path in try FileFormats.open(path) }
    // A damaged file may have lost a part of the examples, or the test set, unseen.
    for file in [file] + (testFile.map { [$0] } ?? []) {
      if let damage = file.reader.damage { throw damage.naming(file.input.name) }
    }
    return try selection.load(file, testFile: testFile)
  }
}
