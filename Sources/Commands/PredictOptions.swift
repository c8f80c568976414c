import ArgumentParser
import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// Which rows are predicted.
struct RowOptions: ParsableArguments {
  @Option(
    help: "The model's inputs, by column name or position: x1,x2; of array files, the array's name.",
    completion: .arrayNames)
  var features: String?

  @Option(
    help: """
      The column or array of true labels, a,b for several values: accuracy, log loss, confusion, AUC, F1 and more, \
      or the errors of values, go to standard error at the end.
      """, completion: .arrayNames)
  var labels: String?

  @Option(
    help: ArgumentHelp("Predict the points of a grid, one pair of bounds per input.", valueName: "xmin,xmax,ymin,ymax"))
  var grid: GridBounds?

  @Option(help: "The distance of the grid's points. (default: 0.05)")
  var step: Double?

  @Option(
    help:
      "Whether the first row is a header: auto, yes or no. Auto: when one of its features is no number. (default: auto)"
  )
  var header: HeaderChoice?

  @Option(help: ArgumentHelp("What separates the columns. (default: found from the first rows)", valueName: "c"))
  var delimiter: String?

  @Option(help: "Whether an example is a row or a column of square arrays: rows or columns.")
  var examples: DatasetSelection.ExampleAxis?

  @Option(help: ArgumentHelp("The format of the input, when its content does not tell it.", valueName: "format"))
  var from: FormatName?

  @Flag(help: "Write each row of a pipe as soon as it comes, not in blocks; the first one tells what all are like.")
  var lineBuffered = false

  func validate() throws {
    if let delimiter, Dialect.Delimiter(delimiter) == nil {
      throw ValidationError("--delimiter must be one character that is not part of a number, found '\(delimiter)'")
    }
    if let step, !(step > 0 && step.isFinite) {
      throw ValidationError("--step must be a positive number, found \(step)")
    }
  }
}

extension RowOptions {
  /// Which arrays or columns are read.
  var choice: InputChoice { InputChoice(features: features, labels: labels, examples: examples) }

  /// What was given that a grid has no use for.
  var withoutUseForGrid: [String] {
    let given = [
      ("--features", features != nil), ("--header", header != nil), ("--delimiter", delimiter != nil),
      ("--examples", examples != nil), ("--from", from != nil), ("--line-buffered", lineBuffered),
    ]
    return given.filter(\.1).map(\.0)
  }

  /// What was given that arrays have no use for.
  var withoutUseForArrays: [String] {
    withoutUseForGrid.filter { ["--header", "--delimiter", "--line-buffered"].contains($0) }
  }
}

/// What is written for a row.
struct PredictionOptions: ParsableArguments {
  @Option(help: "The label is 1 when the probability is greater; only for one sigmoid unit. (default: 0.5)")
  var threshold: Double?

  @Flag(help: "Write the model's columns alone.")
  var onlyPredictions = false

  @Option(
    help: "Digits after the decimal point of the model's numbers. (default: as few as read back as the same number)")
  var digits: Int?

  @Option(help: ArgumentHelp("Put rows that cannot be read there and go on.", valueName: "file"), completion: .file())
  var reject: String?

  @Option(
    name: .shortAndLong,
    help: "Where the rows go: .csv, .tsv, or arrays in .mat, .h5, .npz or .npy, which are kept in memory till the end.",
    completion: .dataOutput)
  var output = "-"

  @Option(help: ArgumentHelp("The format of the output, when its ending does not tell it.", valueName: "format"))
  var to: OutputFormatName?

  @Option(help: "The report of --labels: text or json.")
  var format = ReportFormat.text

  @OptionGroup var evaluation: EvaluationOptions

  /// How the model's numbers are written.
  var numbers: NumberFormat { digits.map(NumberFormat.fixed) ?? .shortest }

  /// Whether each row of the output has the row of the input in it.
  var keepsRows: Bool {
    let format = to?.format ?? (try? FileFormats.forWriting(path: output))
    return !onlyPredictions && (format == nil || format is DelimitedFormat)
  }

  func validate() throws {
    if output.isEmpty { throw ValidationError("the name of the output is empty") }
    if reject == "" { throw ValidationError("the name of the file of --reject is empty") }
    if let threshold, !threshold.isFinite {
      throw ValidationError("--threshold must be a number, found \(threshold)")
    }
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

  func grid(inputCount: Int, step: Double) throws -> DecisionGrid {
    guard values.count == 2 * inputCount else {
      throw ValidationError(
        "--grid has \(values.count) bounds; the model has \(inputCount) inputs, which need \(2 * inputCount)")
    }
    let bounds = (0..<inputCount).map { (lower: values[2 * $0], upper: values[2 * $0 + 1]) }
    do throws(TrainingError) {
      return try DecisionGrid(bounds: bounds, step: step)
    } catch {
      throw TrainingError(error.code, "--grid: \(error.message)")
    }
  }
}
