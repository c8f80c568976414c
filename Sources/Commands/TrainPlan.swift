import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// What would be trained: `--dry-run`.
struct TrainPlan {
  private let setup: TrainSetup

  init(_ setup: TrainSetup) { self.setup = setup }

  private var settings: TrainingSettings { setup.settings }
  private var examples: TrainingExamples { setup.data.train }
  private var network: Network { setup.trainer.initialNetwork }

  /// The updates of one pass over the examples.
  private var batchesPerEpoch: Int {
    settings.batchSize.map { (examples.exampleCount - 1) / $0 + 1 } ?? 1
  }

  /// Bytes that the training takes about, on each of several ranks, with the examples in memory or the windows of those that are read.
  private var memory: Int {
    func bytes(_ examples: TrainingExamples?) -> Int {
      guard let examples, case .memory(let dataset) = examples else { return 0 }
      return (dataset.inputCount + dataset.labels.rows + 1) * dataset.exampleCount * 8
    }
    let data = [setup.data.train, setup.data.dev, setup.data.test].reduce(0) { $0 + bytes($1) }
    let window = if case .rows = examples, settings.batchSize != nil { 3 * 64 << 20 } else { 0 }
    let work = Trainer.memoryNeeded(
      layerSizes: network.layerSizes, settings, exampleCount: (examples.exampleCount - 1) / Job.ranks.count + 1)
    return Int(min(work, 0x1p62)) + data + window
  }

  /// Writes the plan on standard output.
  func write(as format: ReportFormat, state: TrainingState?, output path: String?) throws {
    var output = try OutputFile(path: "-")
    switch format {
    case .text: for line in lines(state, path) { try output.write(line.escapingControls + "\n") }
    case .json: try output.write(try json(state, path).text + "\n")
    }
    try output.flush()
  }

  private func lines(_ state: TrainingState?, _ path: String?) -> [String] {
    let names = setup.data.names
    var lines = ["data: \(setup.file.input.name), \(names.features) and \(names.labels): \(setup.data.sizes)"]
    lines.append("labels: \(TrainPlan.text(examples.kind))")
    switch examples {
    case .rows(let rows) where rows.isHeldByRanks: lines[0] += ", a part of them in memory on each rank"
    case .rows: lines[0] += ", read while they are used"
    case .memory: break
    }
    if setup.dev != nil && setup.data.dev == nil { lines.append("dev set: the test set serves as one") }
    let sizes = network.layerSizes.map(String.init).joined(separator: " → ")
    lines.append(
      "network: \(sizes) (\(network.layers.map(\.activation.rawValue).joined(separator: ", "))), "
        + "\(network.parameterCount) parameters")
    let chosen = SettingList.all(settings) + SettingList.choices(setup.record.selection)
    lines.append("settings: " + chosen.map { "--\($0.option) \($0.value)" }.joined(separator: " "))
    let batch = settings.batchSize.map { "\(min($0, examples.exampleCount)) examples" } ?? "all examples"
    var updates = "updates: \(setup.updateCount) of \(batch)"
    if settings.batchSize != nil { updates += ", \(batchesPerEpoch) in an epoch" }
    lines.append(updates)
    if let state { lines.append("done: \(state.iterationsDone) updates, from the checkpoint") }
    lines.append("memory: about \(TrainPlan.text(memory))")
    lines.append("output: \(path ?? "none, only the report")")
    return lines
  }

  private func json(_ state: TrainingState?, _ path: String?) -> JSONValue {
    .object([
      "model": JSONValue(path), "data": TrainReport.data(setup), "settings": ModelReport.settings(setup.untrained),
      "parameters": .integer(network.parameterCount), "iterations": .integer(setup.updateCount),
      "iterations_done": .integer(state?.iterationsDone ?? 0), "batches_per_epoch": .integer(batchesPerEpoch),
      "memory": .integer(memory),
    ])
  }

  private static func text(_ kind: LabelKind) -> String {
    switch kind {
    case .binary: "two classes, 0 and 1"
    case .classes(let count): "\(count) classes"
    case .values(let count): count == 1 ? "a value" : "\(count) values"
    }
  }

  private static func text(_ bytes: Int) -> String {
    for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where bytes >= size {
      return "\((Double(bytes) / Double(size)).fourDigits) \(unit)"
    }
    return "\(bytes) bytes"
  }
}
