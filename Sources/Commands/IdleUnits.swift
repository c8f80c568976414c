import Tensors
import Training

/// The units of a network that add nothing to what it says, layer by layer; units count from 1.
struct IdleUnits {
  /// The units of one layer.
  struct Layer {
    /// Those whose weights are all 0: they say the same for every row.
    var constant: [Int] = []
    /// Those to which the next layer gives only weights of 0.
    var unused: [Int] = []
    /// Those that are 0 for every row of the data; nil where there is no data.
    var dead: [Int]?
  }

  private(set) var layers: [Layer] = []
  /// The rows of the data.
  private(set) var rowCount = 0

  /// What the weights tell.
  init(_ network: Network) {
    for (index, layer) in network.layers.enumerated() {
      let weights = layer.weights
      var found = Layer()
      found.constant = (0..<weights.rows).filter { row in
        (0..<weights.columns).allSatisfy { weights[row, $0] == 0 }
      }
      if index + 1 < network.layers.count {
        let next = network.layers[index + 1].weights
        found.unused = (0..<next.columns).filter { column in (0..<next.rows).allSatisfy { next[$0, column] == 0 } }
      }
      found.constant = found.constant.map { $0 + 1 }
      found.unused = found.unused.map { $0 + 1 }
      layers.append(found)
    }
  }

  /// What the weights tell, and the rows of some data.
  init(_ network: Network, on rows: ExampleRows) throws {
    self.init(network)
    var isDead = network.layers.map { Array(repeating: true, count: $0.outputCount) }
    rowCount = try rows.forEachBlock { features, _ in
      for (index, a) in network.forward(features).a.enumerated() {
        for unit in 0..<a.rows where isDead[index][unit] {
          isDead[index][unit] = (0..<a.columns).allSatisfy { a[unit, $0] == 0 }
        }
      }
    }
    guard rowCount > 0 else { return }
    for index in layers.indices {
      layers[index].dead = isDead[index].indices.filter { isDead[index][$0] }.map { $0 + 1 }
    }
  }

  /// A sentence for each kind in each layer that has some.
  func sentences(_ network: Network, data: String?) -> [String] {
    var sentences: [String] = []
    for (index, layer) in layers.enumerated() {
      let kinds = [
        (layer.constant, "constant: all their weights are 0"),
        (layer.unused, "unused: the next layer gives them the weight 0"),
        (layer.dead ?? [], "dead: they are 0 for each of the \(rowCount) rows of \(data ?? "the data")"),
      ]
      for (units, what) in kinds where !units.isEmpty {
        let list = units.prefix(10).map(String.init).joined(separator: ", ") + (units.count > 10 ? ", …" : "")
        let count = network.layers[index].outputCount
        sentences.append("layer \(index + 1): \(units.count) of \(count) units are \(what) (\(list))")
      }
    }
    if let data, layers.allSatisfy({ $0.dead?.isEmpty == true }) {
      sentences.append("no unit is dead, that is 0 for each of the \(rowCount) rows of \(data)")
    }
    return sentences
  }
}
