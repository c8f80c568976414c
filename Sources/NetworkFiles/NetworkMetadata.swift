public import TensorFiles
import Tensors
public import Training

/// Everything of a trained network but its weights as one JSON text, for formats that have a place for texts beside the
/// weights: names, activations with their exact numbers, and the record of the training.
///
/// It is the parameter file without its arrays `W1`, `b1` …: attributes of the file are members of the object, those of
/// the group `training` members of an object of that name. Format: `Formats/parameters`.
public struct NetworkMetadata: Sendable {
  /// The name under which formats keep the text.
  public static let key = "reg_tools"
  /// The array that holds the text, one byte an element, in formats of arrays alone.
  static let arrayName = "metadata"
  private static let checksum = "parameters_sha256"
  /// Attributes of the group `training` whose names are also those of its arrays, and how they are called where an array
  /// takes the name: a JSON object has one member of a name.
  private static let besideArrays = ["dev_cost": "dev_set_cost"]

  private let document: JSONValue

  /// What is known of a network.
  ///
  /// - Throws: `FormatError` when memory for it cannot be had.
  public init(_ trained: TrainedNetwork) throws(FormatError) {
    document = try NetworkMetadata(try ParameterFile(trained).archive()).document
  }

  /// The text of ``text``.
  ///
  /// - Throws: `FormatError` with code `damaged`.
  public init(text: String) throws(FormatError) {
    let document = try JSONValue(parsing: Array(text.utf8))
    guard document.objectValue != nil else { throw FormatError(.damaged, "the text is no JSON object") }
    self.document = document
  }

  /// The JSON document on one line.
  public var text: String {
    get throws(FormatError) {
      do { return try document.text } catch { throw FormatError(.unsuitable, "\(error)") }
    }
  }

  /// The activations of the layers, with their exact numbers; nil where they are not named, or not known.
  public var activations: [Activation]? {
    guard let names = document["activations"]?.arrayValue else { return nil }
    let activations = names.compactMap { $0.textValue.flatMap(Activation.init(rawValue:)) }
    return activations.count == names.count ? activations : nil
  }

  /// The scaling of the inputs; nil where the network has none.
  public var inputScaling: InputScaling? {
    func numbers(_ name: String) -> [Double]? {
      guard let elements = document[name]?.arrayValue else { return nil }
      let numbers = elements.compactMap(\.doubleValue)
      return numbers.count == elements.count ? numbers : nil
    }
    guard let mean = numbers("input_mean"), let scale = numbers("input_scale"), mean.count == scale.count else {
      return nil
    }
    return InputScaling(mean: mean, scale: scale)
  }

  /// Gives back to a network what its own format does not keep: names, the record of its training, and the numbers of
  /// activations and of the scaling as they were before they were rounded to float32.
  ///
  /// Nothing is taken where the weights are not those that the text was written for; that is noted.
  public func restore(_ trained: inout TrainedNetwork) {
    do throws(FormatError) {
      guard document[NetworkMetadata.checksum]?.textValue == NetworkMetadata.checksum(of: trained.network) else {
        trained.notes.append(
          "the weights have changed since the file was written by reg-tools: what it says of their training is not used"
        )
        return
      }
      var archive = try self.archive()
      try ParameterFile.set(trained.network.layers, as: .float64, in: &archive)
      let recorded = try ParameterFile(archive)
      trained.training = recorded.training
      trained.network.inputNames = recorded.network.inputNames
      trained.network.classNames = recorded.network.classNames
      for (index, layer) in recorded.network.layers.enumerated()
      where layer.activation.isSameInFloat32(as: trained.network.layers[index].activation) {
        trained.network.layers[index].activation = layer.activation
      }
      if let found = trained.network.inputScaling, let exact = recorded.network.inputScaling,
        exact.isSameInFloat32(as: found)
      {
        trained.network.inputScaling = exact
      }
    } catch {
      trained.notes.append("what reg-tools wrote beside the weights cannot be read and is not used: \(error.sentence)")
    }
  }

  /// The SHA-256 of the parameters as float32, which is the same before and after they are rounded.
  private static func checksum(of network: Network) -> String {
    var hash = SHA256()
    for layer in network.layers {
      for matrix in [layer.weights, layer.biases] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * matrix.elements.count)
        for element in matrix.elements {
          // -0 and 0 are one number.
          let bits = (Float(element) + 0).bitPattern
          for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift))) }
        }
        hash.update(bytes)
      }
    }
    return hash.finishHex()
  }
}

extension NetworkMetadata {
  /// The document of a parameter file's archive.
  init(_ archive: TensorArchive) throws(FormatError) {
    var members = NetworkMetadata.members(archive, of: "")
    let training = NetworkMetadata.members(archive, of: TrainingRecord.group)
    if !training.isEmpty { members[TrainingRecord.group] = .object(training) }
    for (path, keys) in ParameterFile.describingArrays {
      guard let tensor = archive[path], let value = NetworkMetadata.value(.numbers(tensor)) else { continue }
      if keys.count == 1 {
        members[keys[0]] = value
      } else if var group = members[keys[0]]?.objectValue {
        if let other = NetworkMetadata.besideArrays[keys[1]] { group[other] = group[keys[1]] }
        group[keys[1]] = value
        members[keys[0]] = .object(group)
      }
    }
    members[NetworkMetadata.checksum] = .text(NetworkMetadata.checksum(of: try ParameterFile(archive).network))
    document = .object(members)
  }

  private static func members(_ archive: TensorArchive, of path: String) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    for attribute in archive.attributes(of: path) { members[attribute.name] = value(attribute.value) }
    return members
  }

  private static func value(_ value: AttributeValue) -> JSONValue? {
    switch value {
    case .text(let text): return .text(text)
    case .texts(let texts): return .array(texts.map(JSONValue.text))
    case .numbers(let tensor):
      guard let doubles = value.doubles, doubles.allSatisfy(\.isFinite) else { return nil }
      let numbers = doubles.map { number in
        tensor.elementType.isInteger ? Int(exactly: number).map(JSONValue.integer) ?? .number(number) : .number(number)
      }
      return tensor.shape.isEmpty ? numbers[0] : .array(numbers)
    }
  }

  /// The archive of a parameter file that lacks its weights.
  func archive() throws(FormatError) -> TensorArchive {
    var archive = TensorArchive()
    do {
      for (name, value) in (document.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
        if let group = value.objectValue, name == TrainingRecord.group {
          for (inner, value) in group.sorted(by: { $0.key < $1.key }) {
            let attribute = NetworkMetadata.besideArrays.first { $0.value == inner }?.key ?? inner
            try NetworkMetadata.set(value, path: name, name: attribute, in: &archive)
          }
        } else if name != NetworkMetadata.checksum {
          try NetworkMetadata.set(value, path: "", name: name, in: &archive)
        }
      }
    } catch {
      throw FormatError(error)
    }
    return archive
  }

  private static func set(
    _ value: JSONValue, path: String, name: String, in archive: inout TensorArchive
  ) throws(TensorError) {
    let full = path.isEmpty ? name : "\(path)/\(name)"
    if ParameterFile.describingArrays[full] != nil, let elements = value.arrayValue {
      archive.set(full, to: try Tensor(elements.compactMap(\.doubleValue)))
      return
    }
    switch value {
    case .text(let text): archive.setAttribute(name, of: path, to: .text(text))
    case .integer(let integer): archive.setAttribute(name, of: path, to: try .integer(integer))
    case .number(let number): archive.setAttribute(name, of: path, to: try .number(number))
    case .array(let elements) where elements.allSatisfy { $0.textValue != nil }:
      archive.setAttribute(name, of: path, to: .texts(elements.compactMap(\.textValue)))
    case .array(let elements) where elements.allSatisfy { $0.doubleValue != nil }:
      archive.setAttribute(name, of: path, to: .numbers(try Tensor(elements.compactMap(\.doubleValue))))
    case .array, .object, .bool, .null: break
    }
  }

  /// The archive's layers with the text as an array beside them, for formats that hold arrays alone.
  func asArray(in archive: TensorArchive) throws -> TensorArchive {
    var result = TensorArchive()
    for member in archive.members where ParameterFile.describingArrays[member.name] == nil {
      result.set(member.name, to: member.tensor)
    }
    // A row, which MATLAB's char() makes one text.
    let bytes = Array(try text.utf8)
    result.set(NetworkMetadata.arrayName, to: try Tensor(bytes, shape: [1, bytes.count]))
    return result
  }
}

extension Activation {
  /// Whether two activations are one when their numbers are rounded to float32.
  func isSameInFloat32(as other: Activation) -> Bool {
    name == other.name && parameters.map(Float.init) == other.parameters.map(Float.init)
  }
}

extension InputScaling {
  /// Whether two scalings are one when their numbers are rounded to float32, or the squares of the scales, which Keras
  /// keeps: their roots may be the next float32.
  func isSameInFloat32(as other: InputScaling) -> Bool {
    mean.map(Float.init) == other.mean.map(Float.init) && scale.count == other.scale.count
      && zip(scale, other.scale).allSatisfy { abs(Float($0) - Float($1)) <= Float($0).ulp }
  }
}
