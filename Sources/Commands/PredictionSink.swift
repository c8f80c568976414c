import ArgumentParser
import TensorFiles
import Tensors
import ToolSupport
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where predictions go: rows of text as they come, or arrays at the end.
final class PredictionSink {
  private let options: PredictionOptions
  private let columns: ModelColumns
  private let arrayFormat: (any FileFormat)?
  private let outputName: String
  /// Whether the rows are out as soon as they are written.
  private let isStreamed: Bool
  private var output: OutputFile?
  private var rejected: OutputFile?
  private var rejectedRows = RowWriter()
  private var rejectedCount = 0
  /// What is kept for arrays.
  private var arrays: PredictionArrays
  private var first: (header: [UInt8]?, inputColumns: Int)?
  private var score: Evaluator

  private let tableFormat: DelimitedFormat?
  /// Whether the predictions are kept as arrays and rows of text are not needed.
  var keepsArrays: Bool { arrayFormat != nil }

  init(_ options: PredictionOptions, _ columns: ModelColumns) throws {
    self.options = options
    self.columns = columns
    arrays = PredictionArrays(columns)
    score = Evaluator(columns.task, keepsPredictions: options.evaluation.intervals != nil)
    let format = try PredictionSink.format(options)
    tableFormat = format as? DelimitedFormat
    arrayFormat = tableFormat == nil ? format : nil
    guard arrayFormat == nil || options.output != "-" || isatty(STDOUT_FILENO) == 0 else {
      throw ValidationError("the arrays are binary and standard output is a terminal; name a file or a pipe")
    }
    if let arrayFormat {
      // What the format cannot hold is said before the work.
      do throws(FormatError) {
        for loss in try PredictionArrays.losses(columns, in: arrayFormat) {
          Message.warning("\(options.output == "-" ? "standard output" : options.output): \(loss)")
        }
      } catch {
        throw ValidationError("\(arrayFormat.name) cannot hold predictions: \(error.sentence)")
      }
    }
    let output = try OutputFile(path: options.output)
    isStreamed = arrayFormat == nil && output.isStreamed
    outputName = output.name
    self.output = consume output
    rejected = try options.reject.map { path throws(FormatError) in try OutputFile(path: path) }
    try rejected?.write("file,line,reason,row\n")
  }

  /// How the output is written; nil for rows like those of the input.
  private static func format(_ options: PredictionOptions) throws -> (any FileFormat)? {
    if let name = options.to {
      do throws(FormatError) { try FileFormats.checkCompression(of: options.output, as: name.format) } catch {
        throw ValidationError(error.description)
      }
      return name.format
    }
    guard options.output != "-" else { return nil }
    do throws(FormatError) { return try FileFormats.forWriting(path: options.output) } catch {
      // A pipe or a device gets what standard output gets, and that a folder takes none is said when it is opened.
      if FilePaths.isSpecial(options.output) { return nil }
      throw ValidationError(error.description + " (--to names another)")
    }
  }

  /// What separates the columns of the output; nil for what separates those of the input.
  ///
  /// CSV has semicolons where the input has them, and where commas are decimal points; TSV always has tabs.
  func delimiter(for input: Dialect) -> Dialect.Delimiter? {
    guard let tableFormat else { return nil }
    guard tableFormat.delimiter == .comma else { return tableFormat.delimiter }
    return input.delimiter == .semicolon || input.hasDecimalComma ? .semicolon : .comma
  }

  /// Begins the rows of one input, with its header and line end if it has one. The first header is the header of the
  /// output; a further one must be the same, and all inputs must have equally many columns.
  func begin(_ header: [UInt8]?, inputColumns: Int, of file: String) throws(FormatError) {
    guard let first else {
      first = (header, inputColumns)
      if let header, !keepsArrays { try output?.write(header) }
      return
    }
    // Arrays hold the predictions alone.
    if keepsArrays { return }
    guard inputColumns == first.inputColumns else {
      throw FormatError(
        .unsuitable,
        "\(inputColumns) columns, but the input before has \(first.inputColumns); --only-predictions or one output for "
          + "each", file: file)
    }
    if let header, let before = first.header, header != before {
      throw FormatError(
        .unsuitable, at: .line(1, column: nil), "the header differs from that of the input before", file: file)
    }
  }

  /// Rows of text, each with its line end.
  func write(_ rows: RowWriter) throws(FormatError) { try output?.write(rows) }

  /// Predictions, and what they are made of where that is kept too, when arrays are kept.
  func keep(_ outputs: [Double], inputs: [Double] = []) throws(FormatError) {
    let count = outputs.count / columns.outputCount
    try checkRoom(for: count, inputCount: count == 0 ? 0 : inputs.count / count)
    arrays.append(outputs, inputs: inputs)
  }

  /// Checks that so many further rows can be kept, when arrays are kept.
  ///
  /// - Throws: ``FormatError`` with code `limit`.
  func checkRoom(for count: Int, inputCount: Int = 0) throws(FormatError) {
    guard keepsArrays else { return }
    let limit = Limits().memory / (8 * (1 + columns.outputCount + inputCount))
    guard count > limit - arrays.count else { return }
    throw FormatError(
      .limit, "more than \(limit) rows do not fit in memory as arrays; .csv and .tsv take any number", file: outputName)
  }

  /// Counts what was made of the labels of some rows.
  ///
  /// - Throws: ``FormatError`` with code `limit` when intervals are asked for of more rows than can be kept.
  func add(_ other: Evaluator) throws(FormatError) {
    score.add(other)
    do { try score.checkRoom() } catch { throw FormatError(.limit, "--bootstrap: \(error.message)") }
  }

  /// A row that could not be read.
  func reject(_ error: FormatError, row: ArraySlice<UInt8>) throws(FormatError) {
    var line = ""
    if case .line(let number, _) = error.location { line = "\(number)" }
    rejectedCount += 1
    rejectedRows.removeAll()
    for field in [error.file ?? "", line, error.sentence] { rejectedRows.append(text: Array(field.utf8)[...]) }
    rejectedRows.append(text: row)
    rejectedRows.endRow()
    try rejected?.write(rejectedRows)
  }

  func flush() throws(FormatError) { try output?.flush() }

  /// Ends the outputs.
  ///
  /// - Parameter keepsFile: whether a file output is kept. Rows that went to standard output are there anyway, and so
  ///   the rejected ones are kept beside them.
  func end(keepsFile: Bool) throws {
    let isKept = keepsFile || isStreamed
    if keepsFile, let arrayFormat, var file = output.take() {
      let archive = try arrays.archive(for: arrayFormat)
      arrays = PredictionArrays(columns)
      try arrayFormat.write(archive, to: &file)
      output = consume file
    }
    if isKept {
      // Both are on the disk before either takes its place.
      try output?.finish()
      try rejected?.finish()
      try place(&output)
      try place(&rejected)
    }
    output = nil
    rejected = nil
    guard !isKept else {
      if rejectedCount > 0, let file = options.reject {
        Message.warning("\(rejectedCount) \(rejectedCount == 1 ? "row was" : "rows were") rejected, see \(file)")
      }
      return
    }
    let lost = options.reject.map { "\(outputName) and \($0) were" } ?? "\(outputName) was"
    Message.error("\(lost) not written, because an input failed")
  }

  private func place(_ output: inout OutputFile?) throws(FormatError) {
    guard let file = output.take() else { return }
    try file.commit()
  }

  /// Says how well the labels were predicted, on standard error.
  func reportScore(threads: Int) throws {
    let evaluation = try options.evaluation.intervals.map { try score.evaluation(bootstrap: $0, threads: threads) }
    Message.write(try PredictionScore(columns, evaluation ?? score.evaluation).report(options.format))
  }
}
