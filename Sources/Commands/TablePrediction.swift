import TensorFiles
import Tensors
import ToolSupport
import Training

/// Predicts the rows of a table, block by block: threads parse, compute and format, the rows stay in order.
final class TablePrediction {
  private let predictor: Predictor
  private let columns: ModelColumns
  private let table: TableInput
  private let options: PredictionOptions
  private let threads: Int

  /// Bytes of a block: it and its rows of text stay in the second cache.
  private static let blockLength = 1 << 17

  init(
    _ predictor: Predictor, _ columns: ModelColumns, _ table: TableInput, _ options: PredictionOptions, threads: Int
  ) {
    self.predictor = predictor
    self.columns = columns
    self.table = table
    self.options = options
    self.threads = threads
  }

  func write(to sink: PredictionSink) throws {
    let layout = table.layout
    let output = OutputDialect(layout.dialect, delimiter: sink.delimiter(for: layout.dialect))
    let work = BlockPrediction(
      predictor: predictor, selection: table.selection, labelColumns: table.labelColumns, labels: table.labels,
      columns: columns, text: PredictionText(columns, in: output), writesRows: !options.onlyPredictions,
      goesOnAfterErrors: options.reject != nil, output: output,
      keepsArrays: sink.keepsArrays, keepsPredictions: options.evaluation.intervals != nil)
    try sink.begin(
      layout.hasHeader ? header(output) : nil, inputColumns: options.onlyPredictions ? 0 : layout.columnCount,
      of: layout.file)
    let records = DelimitedRecords(table.input, layout: layout, blockLength: TablePrediction.blockLength)
    let size = table.input.knownSize
    let bar = ProgressBar("predicting", unit: size == nil ? "rows" : "B", total: size)
    let (columns, numbers) = (columns, options.numbers)
    var (rows, bytes) = (0, 0)
    try inTurn(
      threads: threads, job: { TableJob(writer: output.writer(numbers), score: Evaluator(columns.task)) },
      begin: { job in try job.read(records) },
      work: { work.work() },
      end: { job in
        guard let block = job.block else { return }
        rows += job.count
        bytes += block.length
        if sink.keepsArrays { try sink.keep(job.outputs) } else { try sink.write(job.writer) }
        if table.input.isLineBuffered { try sink.flush() }
        try sink.add(job.score)
        for (error, record) in job.rejected { try sink.reject(error, row: block[record]) }
        if let failure = job.failure { throw failure }
        bar.update(done: size == nil ? rows : bytes)
      })
    bar.finish()
  }

  private func header(_ output: OutputDialect) -> [UInt8] {
    var writer = output.writer()
    if !options.onlyPredictions { output.append(header: table.layout, to: &writer) }
    writer.append(header: columns.names)
    return writer.text
  }
}
