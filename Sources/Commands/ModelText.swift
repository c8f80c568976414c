import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// What reg-inspect tells people about a trained network.
struct ModelText {
  private let model: TrainedNetwork

  init(_ model: TrainedNetwork) { self.model = model }

  var text: String {
    let network = model.network
    let sizes = network.layerSizes.map(String.init).joined(separator: " → ")
    var text = "network \(sizes), \(network.parameterCount) parameters\n"
    if let names = network.inputNames {
      text += "  inputs: \(names.map(\.escapingControls).joined(separator: ", "))\n"
    }
    var table = TextTable(columns: [.left, .left, .right, .right, .right, .right, .right], indent: 2)
    table.add(["layer", "", "shape", "parameters", "norm", "min", "max"])
    for (index, layer) in network.layers.enumerated() {
      table.add(row("\(index + 1) \(layer.activation.rawValue)", "W\(index + 1)", layer.weights))
      table.add(row("", "b\(index + 1)", layer.biases))
    }
    return text + table.text + training
  }

  private func row(_ layer: String, _ name: String, _ matrix: Matrix) -> [String] {
    let of = TensorStatistics(matrix.elements)
    return [
      layer, name, "\(matrix.rows)x\(matrix.columns)", "\(of.count)", of.norm.fourDigits, of.minimum.fourDigits,
      of.maximum.fourDigits,
    ]
  }

  private var training: String {
    guard let record = model.training else { return "" }
    let settings = record.settings
    var parts: [String] = []
    func add(_ name: String, _ value: (some CustomStringConvertible)?) {
      if let value { parts.append("\(name) \(value)") }
    }
    add("learning rate", settings.learningRate)
    add("iterations", settings.iterations)
    add("lambda", settings.lambda)
    add("keep_prob", settings.keepProbabilities?.map(\.description).joined(separator: ","))
    add("seed", settings.seed)
    if settings.keepProbabilities?.contains(where: { $0 < 1 }) == true {
      add("dropout seed", settings.dropoutSeed)
      add("masks", settings.dropoutMasks)
    }
    add("precision", settings.precision)
    add("kernel", record.kernel)
    var text = "training: \(parts.joined(separator: ", "))\n"
    if record.isInterrupted {
      text += "  interrupted after \(record.iterationsDone.map(String.init) ?? "?") iterations\n"
    }
    for (name, score) in [("training", record.train), ("test", record.test)] {
      guard let score else { continue }
      text += "  \(name) set: accuracy \(score.accuracy.map { "\($0)" } ?? "?")"
      text += score.cost.map { ", cost \($0)" } ?? ""
      text += score.examples.map { ", \($0) examples" } ?? ""
      text += "\n"
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
