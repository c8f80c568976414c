import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// What differs between two networks beside their weights, and, where their files name arrays in other ways, the
/// weights by the network's own names W1, b1 ….
struct NetworkDifference {
  /// Something that two networks say in other ways.
  private struct Fact {
    let key: String
    let title: String
    let texts: (String, String)
    let values: (JSONValue, JSONValue)
  }

  /// The weights and biases, compared as numbers; empty where the sizes of the layers differ.
  let arrays: [ArrayDifference]
  private let facts: [Fact]
  private let elementTypes: (ElementType, ElementType)

  /// The members of the report that say what differs.
  private static let keys = ["layers", "activations", "inputs", "classes", "input_scaling"]

  /// - Parameter withArrays: whether the weights are compared too.
  init(_ first: TrainedNetwork, _ second: TrainedNetwork, withArrays: Bool) throws {
    elementTypes = (first.elementType, second.elementType)
    let networks = [first.network, second.network]
    func list(_ names: [String]?) -> String {
      guard let names else { return "none" }
      return names.prefix(20).map(\.escapingControls).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
    }
    func texts(_ names: [String]?) -> JSONValue { names.map { .array($0.map(JSONValue.text)) } ?? .null }
    func fact(
      _ key: String, _ title: String, _ same: Bool, _ text: (Network) -> String, _ value: (Network) -> JSONValue
    ) -> Fact? {
      same
        ? nil
        : Fact(
          key: key, title: title, texts: (text(networks[0]), text(networks[1])),
          values: (value(networks[0]), value(networks[1])))
    }
    let (a, b) = (first.network, second.network)
    let areAlike = a.layerSizes == b.layerSizes
    facts = [
      fact("layers", "layers", areAlike, { $0.layerSizes.map(String.init).joined(separator: " → ") }) {
        .array($0.layerSizes.map(JSONValue.integer))
      },
      fact(
        "activations", "activations", a.layers.map(\.activation) == b.layers.map(\.activation),
        { $0.layers.map(\.activation.rawValue).joined(separator: ", ") }
      ) { .text($0.layers.map(\.activation.rawValue).joined(separator: ", ")) },
      fact("inputs", "names of inputs", a.inputNames == b.inputNames, { list($0.inputNames) }) { texts($0.inputNames) },
      fact("classes", "names of classes", a.classNames == b.classNames, { list($0.classNames) }) {
        texts($0.classNames)
      },
      fact(
        "input_scaling", "standardisation of inputs", a.inputScaling == b.inputScaling,
        { NetworkDifference.text($0.inputScaling) }
      ) { NetworkDifference.json($0.inputScaling) },
    ].compactMap(\.self)
    var arrays: [ArrayDifference] = []
    for (index, (layer, other)) in zip(a.layers, b.layers).enumerated() where withArrays && areAlike {
      for (name, matrix, otherMatrix) in [
        ("W", layer.weights, other.weights), ("b", layer.biases, other.biases),
      ] {
        arrays.append(
          try ArrayDifference(
            "\(name)\(index + 1)", NetworkDifference.source(matrix, first.elementType),
            NetworkDifference.source(otherMatrix, second.elementType), asNumbers: true))
      }
    }
    self.arrays = arrays
  }

  /// A matrix in the precision of its file, where it is exact in it.
  private static func source(_ matrix: Matrix, _ elementType: ElementType) throws -> any TensorSource {
    let tensor = try Tensor(matrix)
    return StoredTensor((try? tensor.converted(to: elementType)) ?? tensor)
  }

  private static func text(_ scaling: InputScaling?) -> String {
    guard let scaling else { return "none" }
    func list(_ numbers: [Double]) -> String {
      numbers.prefix(10).map { "\($0)" }.joined(separator: ", ") + (numbers.count > 10 ? ", …" : "")
    }
    return "mean \(list(scaling.mean)), scale \(list(scaling.scale))"
  }

  /// The means and scales of inputs for programs.
  static func json(_ scaling: InputScaling?) -> JSONValue {
    guard let scaling else { return .null }
    return .object([
      "mean": .array(scaling.mean.map(JSONValue.number)), "scale": .array(scaling.scale.map(JSONValue.number)),
    ])
  }

  /// Whether both are the same network, to the bit of every parameter.
  var isNone: Bool { facts.isEmpty && arrays.allSatisfy(\.isNone) }

  /// What differs beside the arrays.
  var text: String {
    facts.map { "  \($0.title): \($0.texts.0) and \($0.texts.1)\n" }.joined()
  }

  /// What is said of the precision, where one file has less than the other and that is seen.
  var precisionText: String {
    guard elementTypes.0 != elementTypes.1, arrays.contains(where: { !$0.isNone }) else { return "" }
    let narrow = elementTypes.0 == .float32 ? "first" : "second"
    return "  the \(narrow) is float32: distances are in float32 ulps\n"
  }

  /// The members of ``json`` for files that are no networks.
  static var noJSON: [String: JSONValue] { Dictionary(uniqueKeysWithValues: keys.map { ($0, .null) }) }

  /// Null where both agree, else both.
  var json: [String: JSONValue] {
    var report: [String: JSONValue] = [:]
    for key in NetworkDifference.keys {
      let fact = facts.first { $0.key == key }
      report[key] = fact.map { .array([$0.values.0, $0.values.1]) } ?? .null
    }
    return report
  }
}
