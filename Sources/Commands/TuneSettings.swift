import TensorFiles
import Training

/// Settings in the reports of a search.
enum TuneSettings {
  /// Those that a search can choose, each as JSON: a number, a list of numbers or a name.
  static func json(_ settings: TrainingSettings) -> JSONValue {
    var members: [String: JSONValue] = [:]
    for setting in SearchableSetting.allCases { members[setting.rawValue] = json(setting, settings) }
    return .object(members)
  }

  private static func json(_ setting: SearchableSetting, _ settings: TrainingSettings) -> JSONValue {
    switch setting {
    case .hiddenSizes: .array(settings.hiddenSizes.map(JSONValue.integer))
    case .batchSize: JSONValue(settings.batchSize)
    case .learningRate: .number(settings.learningRate)
    case .lambda: .number(settings.lambda)
    case .l1: .number(settings.l1)
    case .maxNorm: JSONValue(settings.maxNorm)
    case .keepProbabilities:
      settings.keepProbabilities.count == 1
        ? .number(settings.keepProbabilities[0]) : .array(settings.keepProbabilities.map(JSONValue.number))
    case .inputKeepProbability: .number(settings.inputKeepProbability)
    case .activation, .initialization, .optimizer, .schedule: .text(setting.text(in: settings))
    }
  }

  /// All settings that the runs of a search share, for its journal, by the names of their options. The number of threads
  /// changes nothing, and the recorded costs are not kept.
  static func shared(_ settings: TrainingSettings) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    for (option, value) in SettingList.all(settings) where option != "record-every" { members[option] = .text(value) }
    // As the options of a search have them, which take their place.
    for setting in SearchableSetting.allCases {
      members[String(setting.option.dropFirst(2))] = .text(setting.text(in: settings))
    }
    return members
  }
}
