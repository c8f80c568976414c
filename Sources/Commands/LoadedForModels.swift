import ArgumentParser
import NetworkFiles
import Plotting
import TensorFiles
import Tensors
import ToolSupport
import Training

/// Examples that networks of the same inputs and classes are shown with.
final class LoadedForModels {
  /// The name of the file.
  let file: String
  /// The same without its folder.
  let name: String
  /// The SHA-256 of the file.
  let sha256: String
  /// What was found there.
  let dataset: LoadedDataset
  /// The names of the networks' classes; empty for values.
  let classNames: [String]
  /// For each class of the data, that of the networks.
  private let numbers: [Int?]
  private let names: [String]

  /// Opens and reads the examples, as the first of the models was trained with them where its file says that.
  ///
  /// - Throws: ``FormatError`` where the networks do not fit the examples, or one another.
  init(_ path: String, _ options: DataOptions, _ models: [PlottedModels.Model], threads: Int) throws {
    let first = models[0]
    try LoadedForModels.check(models)
    let opened = try options.open(path, threads: threads)
    (file, name) = (opened.input.name, opened.input.baseName)
    let wanted: WantedLabels
    switch first.trained.network.output {
    case .probability: (wanted, classNames) = (.auto, first.trained.network.classNames ?? ["0", "1"])
    case .classes(let names): (wanted, classNames) = (.classes, names)
    case .values: (wanted, classNames) = (.values, [])
    }
    var options = options
    if let record = first.trained.training {
      options = try options.repeating(
        EarlierTraining(path: first.path, record: record, isBinding: false), wanted: wanted, in: opened)
    }
    let seed = first.trained.training?.settings.seed.flatMap { UInt32(exactly: $0) } ?? TrainingSettings().seed
    dataset = try LoadedForModels.load(opened, options, wanted, seed: seed, threads: threads)
    sha256 = try opened.input.sha256()
    let inputs = first.trained.network.inputCount
    guard dataset.train.inputCount == inputs else {
      throw FormatError(
        .unsuitable,
        "\(first.path) has \(inputs) input\(inputs == 1 ? "" : "s"), the examples have \(dataset.train.inputCount); "
          + "--features chooses as many", file: file)
    }
    names = dataset.classes?.names ?? (wanted == .values ? [] : ["0", "1"])
    numbers = LoadedForModels.numbers(
      of: names, among: classNames,
      // Without names in the one or the other the places are what is known.
      byPlace: first.trained.network.classNames == nil || dataset.classes == nil)
    if let missing = numbers.firstIndex(of: nil) {
      throw FormatError(
        .unsuitable, at: .object(dataset.names.labels),
        "the class '\(names[missing])' is none of \(first.path), which has \(classNames.prefix(10).joined(separator: ", "))",
        file: file)
    }
    if case .values(let count) = dataset.train.kind, count != first.trained.network.outputCount {
      throw FormatError(
        .unsuitable,
        "\(first.path) gives \(first.trained.network.outputCount) values, the labels have \(count); --labels names them",
        file: file)
    }
  }

  /// The number of the networks' class for one of the data.
  func classNumber(_ number: Int) -> Int { numbers[number] ?? 0 }

  /// How well a network does on some of the examples.
  ///
  /// - Throws: ``FormatError`` where the examples are read block by block, and their classes have other numbers than the
  ///   network's.
  func evaluation(of trained: TrainedNetwork, on examples: TrainingExamples, threads: Int) throws -> Evaluation {
    let (kind, loss): (LabelKind, Loss) =
      switch trained.network.output {
      case .probability: (.binary, .crossEntropy)
      case .classes(let names): (.classes(names.count), .softmax)
      case .values(let count): (.values(count), .squared)
      }
    let recorded = trained.training?.settings.loss.flatMap(Loss.init(rawValue:))
    return try Evaluation.of(
      trained.network, on: numbered(examples, as: kind), loss: recorded ?? loss, threads: threads)
  }

  /// Examples whose classes are numbered as the networks' are.
  private func numbered(_ examples: TrainingExamples, as kind: LabelKind) throws -> TrainingExamples {
    let areSame = numbers.enumerated().allSatisfy { $0.offset == $0.element }
    if areSame && examples.kind == kind { return examples }
    guard case .memory(let dataset) = examples else {
      throw FormatError(
        .limit,
        "the classes have other numbers than the models', and the examples are too many to be numbered anew; "
          + "--memory-limit lets them into memory", file: file)
    }
    let labels = Matrix(
      rows: 1, columns: dataset.exampleCount, elements: dataset.labels.elements.map { Double(classNumber(Int($0))) })
    return .memory(try Dataset(features: dataset.features, labels: labels, kind: kind, weights: dataset.weights))
  }

  /// Labels that are not those of two classes are read as what they are: their names tell what does not fit.
  private static func load(
    _ file: OpenFile, _ options: DataOptions, _ wanted: WantedLabels, seed: UInt32, threads: Int
  ) throws -> LoadedDataset {
    do {
      return try options.load(file, wanted: wanted, seed: seed, threads: threads)
    } catch let error as FormatError {
      if wanted == .auto, let other = try? options.load(file, wanted: .classes, seed: seed, threads: threads) {
        return other
      }
      throw error.withoutLosses
    }
  }

  private static func numbers(of names: [String], among classNames: [String], byPlace: Bool) -> [Int?] {
    names.enumerated().map { number, name in
      if let place = classNames.firstIndex(of: name) { return place }
      return byPlace && classNames.indices.contains(number) && classNames.count >= names.count ? number : nil
    }
  }

  private static func check(_ models: [PlottedModels.Model]) throws {
    let first = models[0]
    for model in models.dropFirst() {
      let (one, other) = (first.trained.network, model.trained.network)
      guard one.inputCount == other.inputCount else {
        throw FormatError(
          .unsuitable, "\(other.inputCount) inputs, but \(first.path) has \(one.inputCount): no data fit both",
          file: model.path)
      }
      guard one.output == other.output || Self.classes(one) == Self.classes(other) && Self.classes(one) != nil else {
        throw FormatError(.unsuitable, "the classes are others than those of \(first.path)", file: model.path)
      }
    }
  }

  private static func classes(_ network: Network) -> [String]? {
    switch network.output {
    case .probability: network.classNames ?? ["0", "1"]
    case .classes(let names): names
    case .values: nil
    }
  }
}
