import ArgumentParser
import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// `reg-predict`: rows in, rows with predictions out.
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reg-predict",
    abstract: "Predict rows of a table with a trained network.",
    discussion: """
      Each output row is the input row as it was, followed by the probability and the label. Rows are read and written \
      as they come, in constant memory.

      Examples:
        reg-predict -m model.h5 positions.csv
        zcat rows.csv.gz | reg-predict -m model.h5 --features x1,x2 > predicted.csv
        reg-predict -m model.h5 --grid=-0.75,0.40,-0.75,0.65 --step 0.05
        reg-predict -m model.h5 --labels kick test.csv --only-predictions
      """,
    version: "reg-predict (reg-tools) \(RegTools.version)")

  @Option(name: .shortAndLong, help: "The parameters; - is standard input.")
  var model: String

  @Argument(help: "CSV or TSV, or arrays in MAT or HDF5; - or nothing is standard input.")
  var inputs: [String] = []

  @OptionGroup(title: "Rows") var rows: RowOptions
  @OptionGroup(title: "Output") var columns: PredictionOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if rows.grid != nil && !inputs.isEmpty { throw ValidationError("--grid takes the place of an input") }
    if rows.grid != nil && rows.labels != nil { throw ValidationError("the points of a grid have no labels") }
    if model == "-" && rows.grid == nil && (inputs.isEmpty || inputs.contains("-")) {
      throw ValidationError("standard input is the model; the rows must come from a file")
    }
    for path in [columns.output] + (columns.reject.map { [$0] } ?? []) where FilePaths.areSame(path, model) {
      throw ValidationError("\(path) is the model; the output would take its place, so name another one")
    }
    for input in inputs where columns.reject.map({ FilePaths.areSame(input, $0) }) == true {
      throw ValidationError("\(input) is an input; the rejected rows would take its place, so name another --reject")
    }
    if let reject = columns.reject, reject == columns.output || FilePaths.areSame(reject, columns.output) {
      throw ValidationError("--reject and the output are the same, \(reject); rejected rows need a file of their own")
    }
  }

  func run() throws {
    let parameters = try ParameterFile(try FileFormats.open(model))
    let predictor = try Predictor(network: parameters.network)
    guard parameters.network.outputCount == 1, parameters.network.layers.last?.activation == .sigmoid else {
      throw FormatError(
        .unsupported, "the network does not end in one sigmoid unit, which is what is predicted", file: model)
    }
    let sink = try PredictionSink(columns)
    if let bounds = rows.grid {
      let grid = try DecisionGrid(bounds: try bounds.pairs(inputCount: predictor.inputCount), step: rows.step)
      let names = predictor.network.inputNames ?? (1...predictor.inputCount).map { "x\($0)" }
      try RowSourcePrediction(
        predictor: predictor, source: DecisionGridRows(grid), inputNames: columns.onlyPredictions ? nil : names,
        options: columns
      ).write(to: sink)
    }
    var firstFailure: Int32 = 0
    for path in inputs.isEmpty && rows.grid == nil ? ["-"] : inputs {
      do {
        try predict(path, predictor, sink)
      } catch let error as FormatError where ExitStatus.code(for: error) != ExitStatus.inputOutput {
        // A bad file does not stop the rest.
        try sink.flush()
        Message.error(error.naming(path).description)
        if firstFailure == 0 { firstFailure = ExitStatus.code(for: error) }
      }
    }
    // A file that lacks rows would look whole, so it is not kept.
    try sink.end(keepsFile: firstFailure == 0)
    // The accuracy of a part would be taken for that of the whole.
    if firstFailure != 0 { throw ExitCode(firstFailure) }
    if rows.labels != nil { try sink.reportScore(columns.format) }
  }

  private func predict(_ path: String, _ predictor: Predictor, _ sink: PredictionSink) throws {
    let input = try InputFile(path: path)
    let format = try rows.from?.format ?? FileFormats.recognize(input)
    if let format = format as? DelimitedFormat {
      let table = try TableInput(input, format, rows, inputNames: predictor.network.inputNames, predictor.inputCount)
      try TablePrediction(predictor, table, columns, threads: threads.count).write(to: sink)
    } else {
      let file = try FileFormats.open(input, from: format.name)
      let arrays = try ArrayInput(file, rows, inputCount: predictor.inputCount)
      try RowSourcePrediction(
        predictor: predictor, source: arrays.rows, labels: arrays.labels, file: input.name, name: arrays.name,
        labelsName: rows.labels, options: columns
      ).write(to: sink)
      // What could be read has been predicted.
      if let damage = file.reader.damage { throw damage }
    }
  }
}

/// Which rows are predicted.
struct RowOptions: ParsableArguments {
  @Option(help: "The model's inputs, by column name or position: x1,x2; of array files, the array's name.")
  var features: String?

  @Option(help: "The column or array of true labels: accuracy, cost and confusion go to standard error at the end.")
  var labels: String?

  @Option(
    help: ArgumentHelp("Predict the points of a grid, one pair of bounds per input.", valueName: "xmin,xmax,ymin,ymax"))
  var grid: GridBounds?

  @Option(help: "The distance of the grid's points.")
  var step = 0.05

  @Option(help: "Whether the first row is a header: auto, yes or no. Auto: when one of its features is no number.")
  var header = HeaderChoice.auto

  @Option(help: ArgumentHelp("What separates the columns. (default: found from the first rows)", valueName: "c"))
  var delimiter: String?

  @Option(help: "Whether an example is a row or a column of square arrays: rows or columns.")
  var examples: DatasetSelection.ExampleAxis?

  @Option(help: ArgumentHelp("The format of the input, when its content does not tell it.", valueName: "format"))
  var from: FormatName?

  func validate() throws {
    if let delimiter, Dialect.Delimiter(delimiter) == nil {
      throw ValidationError("--delimiter must be one character that is not part of a number, found '\(delimiter)'")
    }
    guard step > 0, step.isFinite else { throw ValidationError("--step must be a positive number, found \(step)") }
  }
}

/// What is written for a row.
struct PredictionOptions: ParsableArguments {
  @Option(help: "The label is 1 when the probability is greater.")
  var threshold = 0.5

  @Flag(help: "Write the model's columns alone.")
  var onlyPredictions = false

  @Option(help: "Digits after the decimal point of the probability. (default: as few as read back as the same number)")
  var digits: Int?

  @Option(help: ArgumentHelp("Put rows that cannot be read there and go on.", valueName: "file"))
  var reject: String?

  @Option(name: .shortAndLong, help: "Where the rows go: .csv, .tsv, or arrays in .mat or .h5.")
  var output = "-"

  @Option(help: ArgumentHelp("The format of the output, when its ending does not tell it.", valueName: "format"))
  var to: FormatName?

  @Option(help: "The report of --labels: text or json.")
  var format = ReportFormat.text

  /// How probabilities are written.
  var numbers: NumberFormat { digits.map(NumberFormat.fixed) ?? .shortest }

  func validate() throws {
    guard threshold.isFinite else { throw ValidationError("--threshold must be a number, found \(threshold)") }
    if let digits, !(0...1100).contains(digits) {
      throw ValidationError("--digits must be from 0 to 1100, found \(digits)")
    }
  }
}

/// Bounds of a grid, `xmin,xmax,ymin,ymax`.
struct GridBounds: ExpressibleByArgument {
  let values: [Double]

  init?(argument: String) {
    guard let list = CommaSeparated<Double>(argument: argument) else { return nil }
    values = list.values
  }

  func pairs(inputCount: Int) throws -> [(lower: Double, upper: Double)] {
    guard values.count == 2 * inputCount else {
      throw ValidationError(
        "--grid has \(values.count) bounds; the model has \(inputCount) inputs, which need \(2 * inputCount)")
    }
    return (0..<inputCount).map { (lower: values[2 * $0], upper: values[2 * $0 + 1]) }
  }
}
