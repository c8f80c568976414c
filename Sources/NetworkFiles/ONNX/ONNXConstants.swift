import TensorFiles
import Tensors

/// A constant of a graph: numbers row by row.
struct ONNXConstant {
  var shape: [Int]
  var values: [Double]
  /// The type in the file.
  let elementType: ElementType

  /// The one number of a constant that has just one, whatever its dimensions.
  var scalar: Double? { values.count == 1 ? values[0] : nil }
}

/// The constants of a graph: its tensors, and what operations that only rearrange make of them.
struct ONNXConstants {
  private let reader: ONNXReader
  private let tensors: Set<String>
  /// The operation that gives a constant from another one.
  private var rearranging: [String: ONNXNode] = [:]

  private static let rearrangements: Set<String> = [
    "Identity", "Transpose", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten",
  ]
  /// Rearrangements of one tensor one after the other.
  private static let mostSteps = 64

  init(_ reader: ONNXReader) {
    self.reader = reader
    tensors = Set(reader.entries.map(\.name))
    for node in reader.model.graph.nodes {
      guard node.domain.isEmpty, ONNXConstants.rearrangements.contains(node.operation), let output = node.outputs.first,
        let input = node.inputs.first, contains(input), !tensors.contains(output)
      else { continue }
      rearranging[output] = node
    }
  }

  /// Whether a value is a constant.
  func contains(_ name: String) -> Bool { tensors.contains(name) || rearranging[name] != nil }

  /// A constant's numbers.
  ///
  /// - Throws: ``FormatError`` at the tensor.
  func callAsFunction(_ name: String) throws(FormatError) -> ONNXConstant {
    var steps: [ONNXNode] = []
    var source = name
    while let node = rearranging[source] {
      steps.append(node)
      source = node.inputs[0]
      guard steps.count <= ONNXConstants.mostSteps else {
        throw FormatError(.limit, at: .object(name), "a constant that is rearranged more than \(steps.count - 1) times")
      }
    }
    let tensor = try reader.tensor(source)
    let values: [Double]
    do { values = try tensor.doublesInStorageOrder() } catch { throw FormatError(error, at: .object(source)) }
    var constant = ONNXConstant(shape: tensor.shape, values: values, elementType: tensor.elementType)
    for node in steps.reversed() { try rearrange(&constant, node) }
    return constant
  }

  private func rearrange(_ constant: inout ONNXConstant, _ node: ONNXNode) throws(FormatError) {
    switch node.operation {
    case "Transpose":
      let count = constant.shape.count
      var order = Array((0..<count).reversed())
      if case .integers(let list) = node.attributes["perm"] { order = list }
      guard order != Array(0..<count) else { return }
      guard count == 2, order == [1, 0] else { throw node.unsupported("of \(count) dimensions, which is not read") }
      let matrix = Matrix(rows: constant.shape[0], columns: constant.shape[1], elements: constant.values).transposed
      constant.shape.reverse()
      constant.values = matrix.elements
    case "Squeeze": constant.shape.removeAll { $0 == 1 }
    case "Reshape", "Unsqueeze", "Flatten":
      // The numbers stay in their order; where their shape matters there are two dimensions.
      guard constant.shape.count < 2 || node.operation == "Flatten" && constant.shape.count == 2 else {
        throw node.unsupported("of a constant, which is not read")
      }
    default: break
    }
  }
}

extension ONNXNode {
  /// What the node is called in messages: its name, or that of its output.
  var place: FormatError.Location { .object(!name.isEmpty ? name : outputs.first ?? operation) }

  /// The operation with its article: `a Conv`, `an Erf`.
  var described: String {
    let article = "AEIO".contains(operation.prefix(1)) ? "an" : "a"
    return "\(article) \(operation)" + (domain.isEmpty ? "" : " of the operators \(domain)")
  }

  /// The error that the operation is none of a chain of dense layers.
  func unsupported(_ what: String? = nil) -> FormatError {
    FormatError(
      .unsupported, at: place,
      "this is \(described)" + (what.map { " \($0)" } ?? "; only chains of dense layers are read"))
  }

  /// A float among the attributes.
  func float(_ name: String, default value: Double) -> Double {
    if case .float(let float) = attributes[name] { Double(float) } else { value }
  }

  /// An integer among the attributes.
  func integer(_ name: String, default value: Int) -> Int {
    if case .integer(let integer) = attributes[name] { integer } else { value }
  }
}
