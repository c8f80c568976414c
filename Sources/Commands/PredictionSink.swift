import TensorFiles
import Tensors
import ToolSupport
import Training

/// Where predictions go: rows of text as they come, or arrays at the end.
final class PredictionSink {
  /// The true labels and what was made of them, when they are known.
  struct Score: Sendable {
    var confusion = Metrics.Confusion()
    var logLoss = 0.0
  }

  private let options: PredictionOptions
  private let arrayFormat: (any FileFormat)?
  private var output: OutputFile?
  private var rejected: OutputFile?
  private var probabilities: [Double] = []
  private var labels: [Double] = []
  private var header: [UInt8]?
  private var score = Score()

  /// What separates the columns of the output; nil for what separates those of the input.
  let delimiter: UInt8?
  /// Whether the predictions are kept as arrays and rows of text are not needed.
  var keepsArrays: Bool { arrayFormat != nil }
  /// Whether rows that cannot be read are put aside.
  var takesRejected: Bool { options.reject != nil }

  init(_ options: PredictionOptions) throws {
    self.options = options
    let format: (any FileFormat)? =
      if let name = options.to {
        try FileFormats.named(name)
      } else {
        options.output == "-" ? nil : try FileFormats.forWriting(path: options.output)
      }
    arrayFormat = format is DelimitedFormat ? nil : format
    delimiter = format?.name == "tsv" ? UInt8(ascii: "\t") : nil
    output = try OutputFile(path: options.output)
    rejected = try options.reject.map { path throws(FormatError) in try OutputFile(path: path) }
    try rejected?.write("file,line,reason,row\n")
  }

  /// The header of the rows, once; that of a further input must be the same.
  func writeHeader(_ text: [UInt8], of file: String) throws(FormatError) {
    if let header {
      guard header == text else {
        throw FormatError(
          .unsuitable, at: .line(1, column: nil), "the header differs from that of the input before", file: file)
      }
      return
    }
    header = text
    if !keepsArrays { try output?.write(text + [UInt8(ascii: "\n")]) }
  }

  /// Rows of text, each with its line end.
  func write(_ rows: [UInt8]) throws(FormatError) { try output?.write(rows) }

  /// Predictions, when arrays are kept.
  func keep(_ probabilities: [Double]) {
    self.probabilities += probabilities
    labels += probabilities.map { $0 > options.threshold ? 1 : 0 }
  }

  func add(_ other: Score) {
    score.confusion.truePositives += other.confusion.truePositives
    score.confusion.falsePositives += other.confusion.falsePositives
    score.confusion.trueNegatives += other.confusion.trueNegatives
    score.confusion.falseNegatives += other.confusion.falseNegatives
    score.logLoss += other.logLoss
  }

  /// A row that could not be read.
  func reject(_ error: FormatError, row: ArraySlice<UInt8>) throws(FormatError) {
    var line = ""
    if case .line(let number, _) = error.location { line = "\(number)" }
    let fields = [error.file ?? "", line, error.sentence, String(decoding: row, as: UTF8.self)]
    try rejected?.write(fields.map(PredictionSink.quoted).joined(separator: ",") + "\n")
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { ",\"\r\n".contains($0) }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }

  func flush() throws(FormatError) { try output?.flush() }

  /// Ends the outputs.
  ///
  /// - Parameter keepsFile: whether a file output is kept; what went to standard output is there anyway.
  func end(keepsFile: Bool) throws {
    if keepsFile, let arrayFormat {
      var archive = TensorArchive()
      archive.set("probability", to: try Tensor(probabilities, shape: [probabilities.count, 1]))
      archive.set("label", to: try Tensor(labels, shape: [labels.count, 1]))
      try end(&output) { output throws(FormatError) in try arrayFormat.write(archive, to: &output) }
    } else if keepsFile || options.output == "-" {
      try end(&output) { _ in }
    }
    output = nil
    try end(&rejected) { _ in }
  }

  private func end(
    _ output: inout OutputFile?, _ last: (inout OutputFile) throws(FormatError) -> Void
  ) throws(FormatError) {
    guard var file = output.take() else { return }
    try last(&file)
    try file.commit()
  }

  /// Says how well the labels were predicted, on standard error.
  func reportScore(_ format: ReportFormat) throws {
    let counts = score.confusion
    let count = counts.exampleCount
    let cost = count == 0 ? Double.nan : score.logLoss / Double(count)
    switch format {
    case .text:
      Message.note("accuracy \(count == 0 ? Double.nan : counts.accuracy), log loss \(cost), \(count) rows")
      Message.note(
        "label 1: \(counts.truePositives) predicted as 1, \(counts.falseNegatives) as 0; "
          + "label 0: \(counts.trueNegatives) predicted as 0, \(counts.falsePositives) as 1")
    case .json:
      let report: [String: JSONValue] = [
        "accuracy": JSONValue(count == 0 ? Double.nan : counts.accuracy), "log_loss": JSONValue(cost),
        "rows": .integer(count), "true_positives": .integer(counts.truePositives),
        "false_positives": .integer(counts.falsePositives), "true_negatives": .integer(counts.trueNegatives),
        "false_negatives": .integer(counts.falseNegatives),
      ]
      Message.write(try JSONValue.object(report).text)
    }
  }
}
