/// The description of a network in an ONNX file: a ModelProto without the numbers of its tensors.
public struct ONNXModel: Sendable {
  /// The version of the format.
  public internal(set) var irVersion = 0
  /// The program that wrote the file.
  public internal(set) var producer = ""
  /// The versions of the sets of operators, by their domain; that of ONNX itself is "".
  public internal(set) var operatorSets: [String: Int] = [:]
  /// What stands beside the network, in the order of the file.
  public internal(set) var metadata: [(key: String, value: String)] = []
  /// The names of the functions that the file itself defines.
  public internal(set) var functions: Set<String> = []
  /// The network.
  public internal(set) var graph = ONNXGraph()
}

/// Operations and what goes into and out of them.
public struct ONNXGraph: Sendable {
  /// The name of the graph.
  public internal(set) var name = ""
  /// The operations, in an order in which they can be done.
  public internal(set) var nodes: [ONNXNode] = []
  /// What goes in; in old files also the tensors of the file.
  public internal(set) var inputs: [ONNXValue] = []
  /// What comes out.
  public internal(set) var outputs: [ONNXValue] = []
}

/// One operation.
public struct ONNXNode: Sendable {
  /// The name, which may be empty.
  public internal(set) var name = ""
  /// What it does: `Gemm`.
  public internal(set) var operation = ""
  /// The set of operators that it is of; ONNX's own is "".
  public internal(set) var domain = ""
  /// The names of the values that it takes; an optional one that is left out is "".
  public internal(set) var inputs: [String] = []
  /// The names of the values that it gives.
  public internal(set) var outputs: [String] = []
  /// Its settings.
  public internal(set) var attributes: [String: ONNXAttribute] = [:]
}

/// A setting of an operation.
public enum ONNXAttribute: Sendable, Hashable {
  case float(Float)
  case integer(Int)
  case text(String)
  case floats([Float])
  case integers([Int])
  case texts([String])
  /// A tensor, which is listed among the file's under the name of the node's output where the node is a constant.
  case tensor
  /// Another kind: a graph, a sparse tensor, a type.
  case other
}

/// A value that goes into or comes out of a graph.
public struct ONNXValue: Sendable, Hashable {
  /// The length of a dimension.
  public enum Dimension: Sendable, Hashable {
    case length(Int)
    /// It is not the same every time, and has a name.
    case named(String)
    case unknown
  }

  /// The name.
  public internal(set) var name = ""
  /// The number of the element type (TensorProto.DataType); nil for what is no tensor.
  public internal(set) var elementType: Int?
  /// The lengths of the dimensions; nil where not even their number is known.
  public internal(set) var shape: [Dimension]?
}
