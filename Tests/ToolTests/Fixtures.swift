import FoundationEssentials
import Synchronization
import TensorFiles
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The data that `make-field` makes, once for all tests: 211 positions to train with, 200 to test with.
enum Field {
  /// The MATLAB file: `X`, `y`, `Xval`, `yval`.
  static var mat: String { get throws { try folder.get().file("field.mat") } }
  /// The tables `x1,x2,kick`.
  static var train: String { get throws { try folder.get().file("train.csv") } }
  static var test: String { get throws { try folder.get().file("test.csv") } }
  /// A network that was trained with `train.csv`, so it knows the names of its inputs.
  static var model: String { get throws { try folder.get().file("model.h5") } }

  private static let folder = Result {
    let folder = try TemporaryFolder()
    try #require(try Tool.makeField(folder.path).code == 0)
    try #require(try Tool.train("train.csv", "--iterations", "300", "-o", "model.h5", in: folder).code == 0)
    pathToRemove.withLock { $0 = folder.path }
    // What lives as long as the program is not deinitialized.
    atexit { Field.pathToRemove.withLock { System.removeTree($0) } }
    return folder
  }
  private static let pathToRemove = Mutex("")
}

/// The notebook's own data: the file at `REG_NOTEBOOK_DATA`, or `shared/data/data.mat` beside the package.
enum Notebook {
  static let data = System.variable("REG_NOTEBOOK_DATA") ?? Tool.package + "/../shared/data/data.mat"
  static let isThere = System.exists(data)
}

extension Trait where Self == ConditionTrait {
  /// The file is not ours to give away, so it is not part of the package.
  static var needsNotebookData: Self {
    .enabled(if: Notebook.isThere, "skipped: the notebook's data.mat is not at REG_NOTEBOOK_DATA")
  }
}

extension TemporaryFolder {
  /// Writes arrays in the format that the ending of the name tells.
  func write(_ arrays: KeyValuePairs<String, Matrix>, to name: String, features: [String]? = nil) throws {
    var archive = TensorArchive()
    for (name, matrix) in arrays { archive.set(name, to: try Tensor(matrix)) }
    if let features { archive.setAttribute("features", to: .texts(features)) }
    try FileFormats.write(archive, to: file(name))
  }

  /// Writes a network of one unit, whose probability is sigmoid(x1 + 2 x2 + 3 x3 …).
  func writeModel(_ name: String = "model.h5", inputs: Int = 2, features: [String]? = nil) throws {
    try writeNetwork(name, [([(1...inputs).map(Double.init)], [0], "sigmoid")], features: features)
  }
}

extension TemporaryFolder {
  /// Writes a network in our own form: for each layer W, b and the activation.
  func writeNetwork(
    _ name: String, _ layers: [(weights: [[Double]], biases: [Double], activation: String)],
    classes: [String]? = nil, features: [String]? = nil
  ) throws {
    var archive = TensorArchive()
    for (index, layer) in layers.enumerated() {
      archive.set("W\(index + 1)", to: try Tensor(Matrix(layer.weights)))
      archive.set("b\(index + 1)", to: try Tensor(Matrix(layer.biases.map { [$0] })))
    }
    archive.setAttribute("activations", to: .texts(layers.map(\.activation)))
    if let classes { archive.setAttribute("classes", to: .texts(classes)) }
    if let features { archive.setAttribute("features", to: .texts(features)) }
    try FileFormats.write(archive, to: file(name))
  }
}

/// A JSON document that a tool wrote.
enum JSON: Decodable, Equatable {
  case object([String: JSON])
  case array([JSON])
  case text(String)
  case number(Double)
  case bool(Bool)
  case null

  init(_ text: String) throws { self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8)) }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let bool = try? container.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let array = try? container.decode([JSON].self) {
      self = .array(array)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  subscript(_ key: String) -> JSON? { if case .object(let members) = self { members[key] } else { nil } }
  subscript(_ index: Int) -> JSON? {
    if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
  }

  var keys: Set<String> { if case .object(let members) = self { Set(members.keys) } else { [] } }
  var elements: [JSON] { if case .array(let elements) = self { elements } else { [] } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }
  var text: String? { if case .text(let text) = self { text } else { nil } }
}

/// Whether two numbers differ by no more than a part of the second.
func isClose(_ found: Double?, _ expected: Double, relative: Double = 1e-9) -> Bool {
  guard let found else { return false }
  return abs(found - expected) <= relative * abs(expected)
}
