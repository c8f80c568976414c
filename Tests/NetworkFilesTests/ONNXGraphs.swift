import NetworkFiles
import TensorFiles
import Tensors

/// A graph that a test makes, and the file of it.
struct ONNXTestGraph {
  private var graph = ProtobufWriter()

  /// A graph that takes `x` and gives some values; its tensors are one dense layer of 2 units, `w` and `b`, that doubles
  /// the first of two inputs and takes the second with the other sign, and one, `u`, that gives both units.
  init(inputs: [String] = ["x"], outputs: [String] = ["y"]) {
    for name in inputs { graph.message(11) { $0.text(name, field: 1) } }
    for name in outputs { graph.message(12) { $0.text(name, field: 1) } }
    tensor("w", [2, 2], [2, 0, 0, -1])
    tensor("b", [2], [0, 0])
    tensor("u", [2, 2], [1, 0, 0, 1])
  }

  /// A tensor of floats.
  mutating func tensor(_ name: String, _ shape: [Int], _ values: [Float]) {
    graph.message(5) { tensor in
      tensor.integers(shape, field: 1)
      tensor.integer(1, field: 2)
      tensor.text(name, field: 8)
      for value in values { tensor.float(value, field: 4) }
    }
  }

  /// A tensor of integers: 3 int8, 6 int32, 7 int64.
  mutating func integers(_ name: String, _ shape: [Int], _ values: [Int], type: Int = 7) {
    graph.message(5) { tensor in
      tensor.integers(shape, field: 1)
      tensor.integer(type, field: 2)
      tensor.text(name, field: 8)
      tensor.integers(values, field: type == 7 ? 7 : 5)
    }
  }

  /// A tensor of texts.
  mutating func texts(_ name: String, _ texts: [String]) {
    graph.message(5) { tensor in
      tensor.integers([texts.count], field: 1)
      tensor.integer(8, field: 2)
      for text in texts { tensor.text(text, field: 6) }
      tensor.text(name, field: 8)
    }
  }

  /// An operation, such as `Relu h > r`, with attributes that are integers, floats or texts.
  mutating func node(
    _ line: String, domain: String = "", integers: [String: Int] = [:], floats: [String: Float] = [:],
    lists: [String: [Float]] = [:], texts: [String: String] = [:]
  ) {
    let words = line.split(separator: " ").map(String.init)
    let arrow = words.firstIndex(of: ">") ?? words.count
    graph.message(1) { node in
      for name in words[1..<arrow] { node.text(name == "-" ? "" : name, field: 1) }
      for name in words[(arrow + 1)...] { node.text(name, field: 2) }
      node.text(words[0], field: 4)
      for (name, value) in integers {
        node.message(5) {
          $0.text(name, field: 1)
          $0.integer(value, field: 3)
          $0.integer(2, field: 20)
        }
      }
      for (name, value) in floats {
        node.message(5) {
          $0.text(name, field: 1)
          $0.float(value, field: 2)
          $0.integer(1, field: 20)
        }
      }
      for (name, values) in lists {
        node.message(5) { list in
          list.text(name, field: 1)
          for value in values { list.float(value, field: 7) }
          list.integer(6, field: 20)
        }
      }
      for (name, value) in texts {
        node.message(5) {
          $0.text(name, field: 1)
          $0.text(value, field: 4)
          $0.integer(3, field: 20)
        }
      }
      if !domain.isEmpty { node.text(domain, field: 7) }
    }
  }

  /// The file.
  var bytes: [UInt8] {
    var model = ProtobufWriter()
    model.integer(8, field: 1)
    model.append(graph, field: 7)
    model.message(8) { $0.integer(13, field: 2) }
    return model.pieces.flatMap(\.self)
  }

  /// What is read of the file.
  func network() throws(FormatError) -> TrainedNetwork {
    try NetworkFormats.network(in: FileFormats.open(InputFile(bytes: bytes, name: "graph")))
  }

  /// Why nothing is read of it; nil for a network.
  var refusal: String? {
    do throws(FormatError) { _ = try network() } catch {
      return FormatError(error.code, at: error.location, error.sentence).description
    }
    return nil
  }
}
