import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// What reg-inspect tells people about a trained network.
struct ModelText {
  private let model: TrainedNetwork
  private let form: any NetworkFormat
  private let units: IdleUnits
  /// The name of the data that the units were looked at with.
  private let data: String?

  init(_ model: TrainedNetwork, form: any NetworkFormat, units: IdleUnits, data: String?) {
    self.model = model
    self.form = form
    self.units = units
    self.data = data
  }

  var text: String {
    let network = model.network
    let sizes = network.layerSizes.map(String.init).joined(separator: " → ")
    var text = "network \(sizes), \(network.parameterCount) parameters\n"
    if !(form is ParametersFormat) || model.elementType != .float64 {
      text += "  form: \(form.title), \(model.elementType.rawValue)\n"
    }
    if let names = network.inputNames {
      text += "  inputs: \(names.map(\.escapingControls).joined(separator: ", "))\n"
    }
    text += scaling + output
    var table = TextTable(columns: [.left, .left] + Array(repeating: .right, count: 6), indent: 2)
    table.add(["layer", "", "shape", "parameters", "norm", "mean", "min", "max"])
    for (index, layer) in network.layers.enumerated() {
      table.add(row("\(index + 1) \(layer.activation.rawValue)", "W\(index + 1)", layer.weights))
      table.add(row("", "b\(index + 1)", layer.biases))
    }
    text += table.text
    for sentence in units.sentences(network, data: data) + model.notes {
      text += "  \(sentence.escapingControls)\n"
    }
    if !model.leftOut.isEmpty {
      let names = model.leftOut.prefix(10).map(\.escapingControls).joined(separator: ", ")
      text += "  beside the network: \(names)\(model.leftOut.count > 10 ? ", …" : "")\n"
    }
    return text + training
  }

  /// What is done to the inputs first.
  private var scaling: String {
    guard let scaling = model.network.inputScaling else { return "" }
    let names = model.network.inputNames ?? scaling.mean.indices.map { "input \($0 + 1)" }
    let parts = zip(names, zip(scaling.mean, scaling.scale)).prefix(10).map { name, numbers in
      "\(name.escapingControls) - \(numbers.0.fourDigits)) / \(numbers.1.fourDigits)"
    }
    return "  standardised inputs: \(parts.map { "(" + $0 }.joined(separator: ", "))"
      + "\(scaling.mean.count > 10 ? ", …" : "")\n"
  }

  /// What the outputs mean, where that is more than the probability of the label 1.
  private var output: String {
    switch model.network.output {
    case .probability:
      return model.network.classNames.map { "  classes: \($0[0].escapingControls), \($0[1].escapingControls)\n" } ?? ""
    case .classes(let names):
      let shown = names.prefix(20).map(\.escapingControls).joined(separator: ", ")
      return "  classes: \(shown)\(names.count > 20 ? ", … (\(names.count))" : "")\n"
    case .values(let count): return "  output: \(count) value\(count == 1 ? "" : "s")\n"
    }
  }

  private func row(_ layer: String, _ name: String, _ matrix: Matrix) -> [String] {
    let of = TensorStatistics(matrix.elements)
    return [
      layer, name, "\(matrix.rows)x\(matrix.columns)", "\(of.count)", of.norm.fourDigits, of.mean.fourDigits,
      of.minimum.fourDigits, of.maximum.fourDigits,
    ]
  }

  private var training: String {
    guard let record = model.training else { return "" }
    let parts = record.recordedSettings.map { "\($0.name) \($0.value)" }
    var text = "training: \(parts.joined(separator: ", "))\n"
    if record.isInterrupted {
      text += "  interrupted after \(record.iterationsDone.map(String.init) ?? "?") iterations\n"
    }
    if let divergence = record.divergence { text += "  diverged: \(divergence.escapingControls)\n" }
    if let best = record.bestIteration {
      text += record.stoppedEarly ? "  stopped early after \(record.iterationsDone ?? best) iterations;" : " "
      text += " the parameters are those after \(best), the best on the dev set\n"
    }
    for (name, score) in [("training", record.train), ("dev", record.dev), ("test", record.test)] {
      guard let score else { continue }
      var parts = score.accuracy.map { ["accuracy \($0)"] } ?? []
      parts += score.cost.map { ["cost \($0)"] } ?? []
      parts += score.examples.map { ["\($0) examples"] } ?? []
      for metric in Metric.allCases where metric != .accuracy && metric != .cost {
        parts += score.metrics[metric].map { ["\(metric.title) \($0.fourDigits)"] } ?? []
      }
      text += "  \(name) set: \(parts.joined(separator: ", "))\n"
    }
    if let first = record.costs.first, let last = record.costs.last {
      text += "  cost: \(first.cost) at iteration \(first.iteration), \(last.cost) at \(last.iteration)"
      text += " (\(record.costs.count) recorded)\n"
    }
    if let file = record.dataFile { text += "  data: \(file.escapingControls)\n" }
    if let sha256 = record.dataSHA256 { text += "  data SHA-256: \(sha256.escapingControls)\n" }
    return text
  }
}
