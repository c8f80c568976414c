import ArgumentParser
import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// `reg-tune`: the settings that do best on examples that were not trained with.
struct Tune: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reg-tune",
    abstract: "Search for the settings of a training: lambda, keep_prob and others.",
    discussion: """
      Examples:
        reg-tune data.mat                                 lambda and keep_prob
        reg-tune data.mat --lambda 0,0.1,1 --folds 5 --plot lambda.svg
        reg-tune data.mat --hidden 20:3,40:10 --learning-rate 0.1,0.3 -o best.h5
        reg-tune data.mat --random 50 --lambda 0.01..10 --keep-prob 0.5..1
        reg-tune data.mat --random 500 --halving --journal search.jsonl

      Commas separate the values of an option, ':' joins the parts of one value. \
      --random draws from lists and from ranges such as 0.01..1, in which all \
      orders of magnitude are as likely where the ends are positive and a factor \
      of 10 apart.
      """,
    version: "reg-tune (reg-tools) \(RegTools.version)")

  @Argument(
    help: "The examples: MAT, HDF5, NPZ, CSV and more (reg-inspect --formats), told by content; - is standard input.",
    completion: .dataFile)
  var data: String

  @Option(
    name: .shortAndLong,
    help: "Train with the best settings on all the data, and write the parameters here; - is standard output.",
    completion: .modelOutput)
  var output: String?

  @OptionGroup(title: "Search") var search: SearchOptions

  @OptionGroup(title: "Data") var dataOptions: DataOptions
  @OptionGroup(title: "Training") var training: RunOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var common: CommonOptions

  @Option(help: "The table: text, csv or json.")
  var format: TableFormat = .text

  @Option(help: ArgumentHelp("The format of the output, when its ending does not tell it.", valueName: "format"))
  var to: NetworkOutputFormatName?

  func validate() throws {
    do throws(TrainingError) { _ = try points } catch {
      throw ValidationError(TrainingOptions.namingOptions(error.description))
    }
    if search.folds != nil, dataOptions.dev != nil || dataOptions.devFraction != nil {
      throw ValidationError("--folds hold out parts of the training set, so they exclude --dev and --dev-fraction")
    }
    if search.rank == .accuracy, training.settings(threads: 1).loss.wantedLabels == .values {
      throw ValidationError("--rank accuracy is for classes, and --loss wants values; they are compared by their cost")
    }
    if search.plot != nil { try TunePlot.check(search) }
    let files = [("-o", output), ("--journal", search.journal), ("--plot", search.plot)].compactMap { name, path in
      path.map { (name, $0) }
    }
    for (index, (name, path)) in files.enumerated() {
      if path.isEmpty { throw ValidationError("\(name) needs the name of a file, found none") }
      if ([data] + dataOptions.otherFiles).contains(where: { FilePaths.areSame($0, path) }) {
        throw ValidationError("\(path) is the data; \(name) would take its place, so name another file")
      }
      if let other = files[..<index].first(where: { FilePaths.areSame($0.1, path) }) {
        throw ValidationError("\(other.0) and \(name) are the same file \(path)")
      }
    }
  }

  private var points: [SearchSpace.Point] {
    get throws(TrainingError) { try search.points(from: training.settings(threads: 1)) }
  }

  func run() throws {
    let file = try dataOptions.open(data, threads: threads.count)
    let shared = training.settings(threads: 1)
    let loaded = try dataOptions.load(
      file, wanted: shared.loss.wantedLabels, seed: shared.seed, threads: threads.count)
    // That they are too many is said before the notes on what would be done with them.
    let sets = try ProgressBar.whileReading(file.input) {
      try loaded.inMemory(of: file, limit: dataOptions.mostMemory)
    }
    for note in loaded.notes { Message.note(note) }
    if let classes = loaded.classes { Message.note(classes.summary) }
    let data = try TuneData(
      loaded, in: sets, devFile: dataOptions.dev, folds: search.folds, seed: search.searchSeed)
    let ranking = search.ranking(for: shared.loss)
    let points = try points
    let fewest = points.map { $0.settings.updateCount(examples: data.train.exampleCount) }.min() ?? 0
    let rounds =
      search.halving
      ? SuccessiveHalving(settingCount: points.count, iterations: fewest)
      : SuccessiveHalving(withoutHalving: points.count)
    let model = try output.map {
      try TuneModel(
        path: $0, format: to, data: data, file: file, selection: dataOptions.selection, settings: points)
    }
    let picture = try search.plot.map { try TunePlot(path: $0, data: data, search: search) }
    let log = try search.journal.map { path in
      try SearchJournal(path: path, identity: identity(of: file, data, points))
    }
    let running = TuneSearch(data, points: points, halving: rounds, ranking: ranking, journal: log)
    let outcome = try Interruption.finishing { try running.run(threads: threads.count) }
    var report = TuneReport(outcome, data: data, choices: search.columns, rounds: rounds, ranking: ranking)
    report.file = file.input.name
    var failure: (any Error)?
    if !outcome.isInterrupted {
      try picture?.write(outcome.results)
      if let model, let best = outcome.results.first, best.divergence == nil {
        do { report.model = try model.train(best, threads: threads.count, outcome: outcome) } catch { failure = error }
      }
    }
    // Whatever becomes of the model, the search was done.
    try report.write(as: format, toStandardError: output == "-")
    if let failure { throw failure }
    try end(outcome)
  }

  /// Exits where the search or the last training was interrupted, or has no answer.
  private func end(_ outcome: TuneSearch.Outcome) throws {
    if let code = Interruption.exitCode {
      var sentence = "interrupted after \(outcome.runCount) runs"
      if !outcome.isInterrupted { sentence = "interrupted after the search; no model was written" }
      if let journal = search.journal {
        sentence += "; the same command goes on from \(journal)"
      } else {
        sentence += "; with --journal FILE a search can go on where it was"
      }
      Message.error(sentence)
      throw ExitCode(code)
    }
    if let error = outcome.results.first?.divergence {
      throw FormatError(.unsuitable, "no training came to its end: \(error)", file: data)
    }
  }

  /// What must be the same where a search goes on.
  private func identity(
    of file: OpenFile, _ data: TuneData, _ points: [SearchSpace.Point]
  ) throws -> JSONValue {
    let shared = training.settings(threads: 1)
    var options: [String: JSONValue] = [
      "search-seed": .integer(Int(search.searchSeed)), "random": search.random.map(JSONValue.integer) ?? "none",
      "points": .integer(points.count),
      "folds": data.hasFolds ? .integer(data.foldCount) : "none", "halving": search.halving ? "yes" : "no",
      "kernel": .text(try shared.kernel.resolved().rawValue),
    ]
    // Only where it decides what is trained on.
    if search.halving { options["rank"] = .text(search.ranking(for: shared.loss).rawValue) }
    for dimension in try search.space.dimensions {
      options[String(dimension.setting.option.dropFirst(2))] = .text(dimension.text)
    }
    return .object([
      "journal": "reg-tune", "version": .integer(2),
      "data": .object([
        "file_sha256": .text(try file.input.sha256()), "examples_sha256": .text(data.digest),
        "train_examples": .integer(data.train.exampleCount),
      ]),
      "search": .object(TuneSettings.shared(shared).merging(options) { $1 }),
    ])
  }
}
