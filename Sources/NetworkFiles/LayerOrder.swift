/// The order of dense layers that is told by nothing but their shapes.
enum LayerOrder {
  /// Steps of the search; more layers of equal sizes than these allow have more than one order anyway.
  private static let mostSteps = 10_000
  /// Layers that are searched; each step looks at all of them.
  private static let mostLayers = 100

  /// The one order in which each layer takes the outputs of the one before; nil where there is none, or another.
  static func only(_ layers: [(inputs: Int, outputs: Int)]) -> [Int]? {
    guard layers.count <= mostLayers else { return nil }
    var found: [[Int]] = []
    var steps = 0
    /// Longer and longer beginnings of an order, the last ones first.
    var open: [[Int]] = layers.indices.map { [$0] }
    while let order = open.popLast() {
      steps += 1
      guard steps < mostSteps, found.count < 2 else { return nil }
      if order.count == layers.count {
        found.append(order)
        continue
      }
      guard let last = order.last else { continue }
      for next in layers.indices where !order.contains(next) && layers[next].inputs == layers[last].outputs {
        open.append(order + [next])
      }
    }
    return found.count == 1 ? found[0] : nil
  }
}
