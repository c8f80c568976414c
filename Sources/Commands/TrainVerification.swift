import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// Whether a model's parameters are those that its record of the training makes of the data, bit by bit.
final class TrainVerification {
  private let path: String
  private let model: TrainedNetwork
  private let record: TrainingRecord
  private let settings: TrainingSettings

  /// Reads a model and its record.
  ///
  /// - Throws: ``FormatError`` that says what the record lacks, ``TrainingError`` of code `kernel` where this processor
  ///   cannot compute as it was computed.
  init(_ path: String) throws {
    self.path = path
    model = try NetworkFormats.network(in: try Reading.open(path))
    guard let record = model.training else {
      throw FormatError(
        .unsuitable, "the file does not say how the network was trained; reg-train records it", file: path)
    }
    self.record = record
    do throws(FormatError) {
      var settings = try record.trainingSettings(of: model.network)
      settings.kernel = try record.trainingKernel()
      self.settings = settings
    } catch {
      throw error.naming(path)
    }
    try TrainVerification.checkEnding(record, path)
    _ = try settings.kernel.resolved()
  }

  private static func checkEnding(_ record: TrainingRecord, _ path: String) throws(FormatError) {
    func refuse(_ sentence: String) throws(FormatError) { throw FormatError(.unsuitable, sentence, file: path) }
    let done = record.iterationsDone.map(String.init) ?? "some"
    if record.isInterrupted {
      try refuse("the training was interrupted after \(done) iterations; one that came to its end can be verified")
    }
    if record.divergence != nil { try refuse("the training diverged after \(done) iterations, so it has no result") }
    if record.search != nil && record.search?.folds == nil {
      try refuse("reg-tune trained it with the training and the dev set together; reg-train cannot do that again")
    }
    if record.dataSHA256 == nil {
      try refuse("the file does not have the SHA-256 of the data (data_sha256), so nothing tells the right ones")
    }
  }

  /// Trains again and says what came out.
  ///
  /// - Returns: whether all bits are the same.
  func run(_ data: String, _ options: DataOptions, threads: Int, format: ReportFormat) throws -> Bool {
    var settings = settings
    settings.threads = threads
    let setup = try TrainSetup(
      data, options, settings, as: EarlierTraining(path: path, record: record, isBinding: true)
    ) { sha256 in
      guard sha256 != record.dataSHA256 else { return }
      throw FormatError(
        .unsuitable,
        "these are other data than \(path) was trained with: the SHA-256 is \(sha256), recorded is "
          + "\(record.dataSHA256 ?? "none")", file: data)
    }
    try checkSets(setup)
    let bar = ProgressBar("training again", unit: "iterations", total: setup.updateCount)
    let result = try setup.trainer.run(progress: { progress in
      if progress.iterationsDone & 63 == 0 { bar.update(done: progress.iterationsDone) }
      return .continue
    })
    bar.finish()
    if let divergence = result.divergence { throw FormatError(.unsuitable, divergence.description, file: data) }
    let differences = differences(from: result.network)
    if Job.isFirst { try report(differences, result, format: format) }
    return differences.isEmpty
  }

  /// What stopped the training is there too, and the network is of the data's size.
  private func checkSets(_ setup: TrainSetup) throws(FormatError) {
    let file = setup.file.input.name
    if let choice = TrainChoice.firstDifference(setup.record, from: record) {
      throw FormatError(
        .unsuitable,
        "\(path) was trained with \(choice.name) \(choice.before ?? "none"), found \(choice.now ?? "none")", file: file)
    }
    let needsDev = settings.patience != nil
    let (now, then) = (setup.record.selection, record.selection)
    if needsDev, now.devSHA256 != then.devSHA256 {
      throw FormatError(
        .unsuitable,
        "\(path) was stopped by a dev set from \(then.devFile ?? "the data"), SHA-256 \(then.devSHA256 ?? "none"); "
          + "--dev names it", file: file)
    }
    if needsDev, then.devSHA256 == nil, then.devFraction == nil, now.testSHA256 != then.testSHA256 {
      throw FormatError(
        .unsuitable,
        "\(path) was stopped by the test set from \(then.testFile ?? "the data"), SHA-256 "
          + "\(then.testSHA256 ?? "none"); --test names it", file: file)
    }
    let network = setup.data.naming(setup.trainer.initialNetwork)
    guard network.classNames == model.network.classNames, network.inputNames == model.network.inputNames else {
      throw FormatError(.unsuitable, "\(path) names its inputs or classes otherwise than the data do", file: file)
    }
    guard network.layers.map(\.activation) == model.network.layers.map(\.activation) else {
      throw FormatError(
        .unsuitable, "\(path) has other activations than its loss and its settings make", file: path)
    }
    guard setup.trainer.initialNetwork.layerSizes == model.network.layerSizes else {
      throw FormatError(
        .unsuitable,
        "\(path) has the layers \(model.network.layerSizes), but the data make \(setup.trainer.initialNetwork.layerSizes)",
        file: file)
    }
  }

  /// An array of the model that is not what the training makes.
  private struct Difference {
    let name: String
    let layer: Int
    let count: Int
    let total: Int
    /// The farthest two numbers: how many floating-point numbers apart, recorded, found.
    let farthest: (ulps: UInt64, recorded: Double, found: Double)
  }

  /// Whether the file holds float32, so that this is all that can be compared.
  private var isRounded: Bool { model.elementType == .float32 }

  private func differences(from network: Network) -> [Difference] {
    var result: [Difference] = []
    for (index, (recorded, found)) in zip(model.network.layers, network.layers).enumerated() {
      for (name, old, new) in [("W", recorded.weights, found.weights), ("b", recorded.biases, found.biases)] {
        if let difference = difference("\(name)\(index + 1)", index + 1, old.elements, new.elements) {
          result.append(difference)
        }
      }
    }
    for (name, old, new) in [
      ("input_mean", model.network.inputScaling?.mean, network.inputScaling?.mean),
      ("input_scale", model.network.inputScaling?.scale, network.inputScaling?.scale),
    ] {
      if let difference = difference(name, 0, old ?? [], new ?? []) { result.append(difference) }
    }
    return result
  }

  private func difference(_ name: String, _ layer: Int, _ recorded: [Double], _ found: [Double]) -> Difference? {
    var count = 0
    var farthest: (ulps: UInt64, recorded: Double, found: Double) = (0, 0, 0)
    for (old, exact) in zip(recorded, found) {
      let new = isRounded ? Double(Float(exact)) : exact
      guard old.bitPattern != new.bitPattern else { continue }
      count += 1
      let ulps = TrainVerification.distance(old, new, isFloat32: isRounded)
      if ulps >= farthest.ulps { farthest = (ulps, old, new) }
    }
    return count == 0 ? nil : Difference(name: name, layer: layer, count: count, total: found.count, farthest: farthest)
  }

  /// How many floating-point numbers lie between two, counting one of them.
  private static func distance(_ one: Double, _ other: Double, isFloat32: Bool) -> UInt64 {
    func place(_ number: Double) -> UInt64 {
      isFloat32 ? UInt64(Float(number).magnitude.bitPattern) : number.magnitude.bitPattern
    }
    let (a, b) = (place(one), place(other))
    guard one.sign == other.sign else { return a + b }
    return a > b ? a - b : b - a
  }

  private func report(_ differences: [Difference], _ result: TrainingResult, format: ReportFormat) throws {
    var output = try OutputFile(path: "-")
    switch format {
    case .text:
      let kind = isRounded ? " as float32, which is what the file holds" : ""
      if differences.isEmpty {
        try output.write(
          "\(path): the same bits: \(model.network.parameterCount) parameters after \(result.iterationsDone) iterations, "
            + "kernel \(result.kernel)\(kind)\n")
      }
      for difference in differences {
        let place = difference.layer == 0 ? "" : "layer \(difference.layer), "
        let (ulps, recorded, found) = difference.farthest
        try output.write(
          "\(path): \(place)\(difference.name): \(difference.count) of \(difference.total) numbers differ\(kind), at most "
            + "by \(ulps) ulp: \(recorded) in the file, \(found) trained again\n")
      }
    case .json:
      let list = differences.map { difference in
        JSONValue.object([
          "name": .text(difference.name), "layer": .integer(difference.layer), "different": .integer(difference.count),
          "of": .integer(difference.total), "ulps": .integer(Int(clamping: difference.farthest.ulps)),
          "recorded": .number(difference.farthest.recorded), "found": .number(difference.farthest.found),
        ])
      }
      let document = JSONValue.object([
        "model": .text(path), "same": .bool(differences.isEmpty), "parameters": .integer(model.network.parameterCount),
        "compared_as": .text(isRounded ? "float32" : "float64"), "iterations": .integer(result.iterationsDone),
        "kernel": .text(result.kernel), "differences": .array(list),
      ])
      try output.write(try document.text + "\n")
    }
    try output.flush()
  }
}
