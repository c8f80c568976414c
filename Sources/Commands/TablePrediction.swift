import TensorFiles
import Tensors
import ToolSupport
import Training

/// Predicts the rows of a table, block by block: threads parse, compute and format, the rows stay in order.
struct TablePrediction {
  private let predictor: Predictor
  private let columns: ModelColumns
  private let table: TableInput
  private let options: PredictionOptions
  private let threads: Int

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
      columns: columns, text: PredictionText(columns, in: output), numbers: options.numbers,
      writesRows: !options.onlyPredictions, goesOnAfterErrors: options.reject != nil, output: output,
      keepsArrays: sink.keepsArrays, keepsPredictions: options.evaluation.intervals != nil)
    try sink.begin(
      layout.hasHeader ? header(output) : nil, inputColumns: options.onlyPredictions ? 0 : layout.columnCount,
      of: layout.file)
    let records = DelimitedRecords(table.input, layout: layout)
    let size = table.input.knownSize
    let bar = ProgressBar("predicting", unit: size == nil ? "rows" : "B", total: size)
    var (rows, bytes) = (0, 0)
    while true {
      var blocks: [RecordBlock] = []
      var ending: FormatError?
      do throws(FormatError) {
        while blocks.count < threads, let block = try records.nextBlock() { blocks.append(block) }
      } catch {
        // The rows before it are predicted first, however many blocks are read ahead.
        ending = error
      }
      for (block, result) in zip(blocks, inParallel(blocks) { work.predict($0) }) {
        rows += result.count
        bytes += block.length
        if sink.keepsArrays { try sink.keep(result.outputs) } else { try sink.write(result.text) }
        try sink.add(result.score)
        for (error, record) in result.rejected { try sink.reject(error, row: block[record]) }
        if let failure = result.failure { throw failure }
      }
      if let ending { throw ending }
      if blocks.isEmpty { break }
      bar.update(done: size == nil ? rows : bytes)
    }
    bar.finish()
  }

  private func header(_ output: OutputDialect) -> [UInt8] {
    var writer = output.writer()
    if !options.onlyPredictions { output.append(header: table.layout, to: &writer) }
    writer.append(header: columns.names)
    return writer.text
  }
}
