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
      Each output row is the input row as it was, followed by the model's columns: probability,label of one sigmoid \
      unit, class,probability_… of networks with classes, else value (or value1,value2,…). Rows are read and written \
      in blocks, in constant memory.

      Examples:
        reg-predict -m model.h5 positions.csv
        zcat rows.csv.gz | reg-predict -m model.h5 --features x1,x2 > predicted.csv
        reg-predict -m model.h5 --grid=-0.75,0.40,-0.75,0.65 --step 0.05
        reg-predict -m model.h5 --labels kick test.csv --only-predictions
      """,
    version: "reg-predict (reg-tools) \(RegTools.version)")

  @Option(
    name: .shortAndLong, help: "The network, in any form of reg-inspect --formats; - is standard input.",
    completion: .modelFile)
  var model: String

  @Argument(
    help: "CSV or TSV, or arrays in MAT, HDF5, NPZ and more; - or nothing is standard input.", completion: .dataFile)
  var inputs: [String] = []

  @OptionGroup(title: "Model") var network: NetworkOptions
  @OptionGroup(title: "Rows") var rows: RowOptions
  @OptionGroup(title: "Output") var columns: PredictionOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if columns.evaluation.bootstrap != nil && rows.labels == nil {
      throw ValidationError("--bootstrap is for true labels; --labels names their column")
    }
    if rows.grid != nil && !inputs.isEmpty { throw ValidationError("--grid takes the place of an input") }
    if rows.grid != nil {
      if rows.labels != nil { throw ValidationError("the points of a grid have no labels") }
      if let option = (rows.withoutUseForGrid + (columns.reject == nil ? [] : ["--reject"])).first {
        throw ValidationError("\(option) is for rows that are read; --grid makes its own")
      }
    } else if rows.step != nil {
      throw ValidationError("--step is the distance of the points of --grid, which is not there")
    }
    if model == "-" && rows.grid == nil && (inputs.isEmpty || inputs.contains("-")) {
      throw ValidationError("standard input is the model; the rows must come from a file")
    }
    for path in [columns.output] + (columns.reject.map { [$0] } ?? []) where FilePaths.areSame(path, model) {
      throw ValidationError("\(path) is the model; the output would take its place, so name another one")
    }
    for input in inputs where columns.reject.map({ FilePaths.areSame(input, $0) }) == true {
      throw ValidationError("\(input) is an input; the rejected rows would take its place, so name another --reject")
    }
    // Rows with columns appended may take the place of the rows themselves; predictions alone would be a loss.
    for input in inputs where FilePaths.areSame(input, columns.output) && (inputs.count > 1 || !columns.keepsRows) {
      throw ValidationError("\(input) is an input; the output would take its place, so name another one")
    }
    if let reject = columns.reject, reject == columns.output || FilePaths.areSame(reject, columns.output) {
      throw ValidationError("--reject and the output are the same, \(reject); rejected rows need a file of their own")
    }
  }

  func run() throws {
    let parameters = try network.network(in: try Reading.open(model, limits: limits))
    let predictor = try Predictor(network: parameters.network)
    if parameters.network.output == .probability, let names = parameters.network.classNames {
      Message.note("\(model): the probability is that of '\(names[1])', not of '\(names[0])'")
    }
    let modelColumns = try ModelColumns(parameters.network, threshold: columns.threshold)
    let sink = try PredictionSink(columns, modelColumns)
    if let bounds = rows.grid {
      let grid = try bounds.grid(inputCount: predictor.inputCount, step: rows.step ?? 0.05)
      let names = predictor.network.inputNames ?? (1...predictor.inputCount).map { "x\($0)" }
      try RowSourcePrediction(
        predictor: predictor, columns: modelColumns, source: DecisionGridRows(grid),
        inputNames: columns.onlyPredictions ? nil : names, options: columns, threads: threads.count
      ).write(to: sink)
    }
    var firstFailure: Int32 = 0
    for path in inputs.isEmpty && rows.grid == nil ? ["-"] : inputs {
      do {
        try predict(path, predictor, modelColumns, sink)
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
    if rows.labels != nil { try sink.reportScore(threads: threads.count) }
  }

  private var limits: Limits { Reading.limits(memory: memory.memoryLimit?.bytes, threads: threads.count) }

  private func predict(
    _ path: String, _ predictor: Predictor, _ modelColumns: ModelColumns, _ sink: PredictionSink
  ) throws {
    let (network, labels) = (predictor.network, TrueLabels(modelColumns))
    let input = try InputFile(path: path)
    input.isLineBuffered = rows.lineBuffered
    let format = try rows.from?.format ?? FileFormats.recognize(input)
    if let format = format as? DelimitedFormat {
      let table = try TableInput(
        input, format, rows, inputNames: network.inputNames, network.inputCount, labels: labels)
      try TablePrediction(predictor, modelColumns, table, columns, threads: threads.count).write(to: sink)
    } else {
      if columns.reject != nil { throw ValidationError("--reject takes rows of text; \(input.name) holds arrays") }
      for option in rows.withoutUseForArrays {
        Message.warning("\(input.name): arrays have no rows of text, which \(option) is for")
      }
      let file = try Reading.open(input, from: format.name, limits: limits)
      let arrays = try ArrayInput(
        file, rows.choice, inputNames: network.inputNames, inputCount: network.inputCount, labels: labels)
      try RowSourcePrediction(
        predictor: predictor, columns: modelColumns, source: arrays.rows, labels: arrays.labels, file: input.name,
        name: arrays.name, labelsName: rows.labels, options: columns, threads: threads.count
      ).write(to: sink)
      // What could be read has been predicted.
      if let damage = file.reader.damage { throw damage }
    }
  }
}
