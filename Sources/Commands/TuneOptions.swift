import ArgumentParser
import NetworkFiles
import ToolSupport
import Training

/// Which values of which settings a search tries.
struct SearchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Sizes of the hidden layers: 20:3,40:10.", valueName: "values"))
  var hidden: String?

  @Option(help: ArgumentHelp("Activations of the hidden layers: relu,tanh.", valueName: "values"))
  var activation: String?

  @Option(
    name: .customLong("init"), help: ArgumentHelp("How weights are drawn: notebook,he,xavier.", valueName: "values"))
  var initialization: String?

  @Option(help: ArgumentHelp("Optimizers: gradient-descent,adam(0.9,0.999,1e-8).", valueName: "values"))
  var optimizer: String?

  @Option(help: ArgumentHelp("Learning rates: 0.1,0.3.", valueName: "values"))
  var learningRate: String?

  @Option(help: ArgumentHelp("Schedules of the learning rate: constant,step(10000,0.5).", valueName: "values"))
  var schedule: String?

  @Option(help: ArgumentHelp("Examples of an update: 32,128.", valueName: "values"))
  var batchSize: String?

  @Option(help: ArgumentHelp("L2 penalties. (default: 0,0.1,0.3,0.7,1)", valueName: "values"))
  var lambda: String?

  @Option(help: ArgumentHelp("L1 penalties: 0,0.1.", valueName: "values"))
  var l1: String?

  @Option(help: ArgumentHelp("Bounds on the norm of a unit's weights: 2,4.", valueName: "values"))
  var maxNorm: String?

  @Option(
    help: ArgumentHelp(
      "Probabilities of keeping a hidden unit; 0.9:0.8 is one for each layer. (default: 1,0.9,0.86)",
      valueName: "values"))
  var keepProb: String?

  @Option(help: ArgumentHelp("Probabilities of keeping an input: 1,0.9.", valueName: "values"))
  var inputKeepProb: String?

  @Option(help: ArgumentHelp("Try N settings drawn from the lists and ranges: lambda 0.01..1.", valueName: "n"))
  var random: Int?

  @Option(help: ArgumentHelp("Hold out each of K parts of the training set in turn.", valueName: "k"))
  var folds: Int?

  @Flag(help: "Train all settings for a part of the iterations, and only the best third three times as long.")
  var halving = false

  @Option(
    help: "What comes first: the larger accuracy, or the smaller cost. (default: accuracy; of values, the cost)")
  var rank: SearchRanking?

  @Option(
    help: ArgumentHelp("Keep finished runs here; the same search goes on from them.", valueName: "file"),
    completion: .file(extensions: ["jsonl"]))
  var journal: String?

  @Option(
    help: ArgumentHelp("Draw the dev error against lambda, as SVG: lambda.svg.", valueName: "file"),
    completion: .file(extensions: ["svg"]))
  var plot: String?

  @Option(help: "The seed of the drawn settings and of the folds.")
  var searchSeed: UInt32 = 1

  func validate() throws {
    if let folds, folds < 2 { throw ValidationError("--folds must be at least 2, found \(folds)") }
    do throws(TrainingError) { _ = try space } catch { throw ValidationError(error.description) }
    if let random, random < 1 { throw ValidationError("--random must be at least 1, found \(random)") }
  }

  /// What is tried.
  ///
  /// Where no option has a choice, these are the course's two regularizations: lambda and keep_prob, each unless it is
  /// given.
  var space: SearchSpace {
    get throws(TrainingError) {
      var dimensions: [SearchValues] = []
      for (setting, text) in texts {
        if let text { dimensions.append(try SearchValues(text, for: setting)) }
      }
      if !dimensions.contains(where: \.isChoice) {
        let isGiven = Set(dimensions.map(\.setting))
        for (setting, grid, range) in SearchOptions.defaults where !isGiven.contains(setting) {
          dimensions.append(try SearchValues(random == nil ? grid : range, for: setting))
        }
      }
      return SearchSpace(dimensions)
    }
  }

  /// The settings that differ between the points, or where none does those that are given.
  var columns: [SearchableSetting] {
    guard let space = try? space else { return [] }
    return space.choices.isEmpty ? space.dimensions.map(\.setting) : space.choices
  }

  private static let defaults: [(SearchableSetting, grid: String, range: String)] = [
    (.lambda, "0,0.1,0.3,0.7,1", "0.01..1"), (.keepProbabilities, "1,0.9,0.86", "0.7..1"),
  ]

  private var texts: [(SearchableSetting, String?)] {
    SearchableSetting.allCases.map { setting in
      switch setting {
      case .hiddenSizes: (setting, hidden)
      case .activation: (setting, activation)
      case .initialization: (setting, initialization)
      case .optimizer: (setting, optimizer)
      case .learningRate: (setting, learningRate)
      case .schedule: (setting, schedule)
      case .batchSize: (setting, batchSize)
      case .lambda: (setting, lambda)
      case .l1: (setting, l1)
      case .maxNorm: (setting, maxNorm)
      case .keepProbabilities: (setting, keepProb)
      case .inputKeepProbability: (setting, inputKeepProb)
      }
    }
  }

  /// By what the results are compared: values have no accuracy.
  func ranking(for loss: Loss) -> SearchRanking { rank ?? (loss.wantedLabels == .values ? .cost : .accuracy) }

  /// The settings to try.
  func points(from base: TrainingSettings) throws(TrainingError) -> [SearchSpace.Point] {
    if let random { return try space.draws(random, seed: searchSeed, from: base) }
    return try space.grid(from: base)
  }
}

/// The form of reg-tune's report.
enum TableFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
  case text, csv, json
}

extension SearchRanking: ExpressibleByArgument {}
