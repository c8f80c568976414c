public import Tensors

/// An open Core ML file: the description of the model, and the arrays of its layers.
public final class CoreMLReader: TensorReader {
  /// The model's description.
  public let model: CoreMLModel
  public private(set) var entries: [TensorEntry] = []
  public private(set) var notes: [String] = []

  private let input: InputFile
  private let bytes: ProtobufInput
  private let limits: Limits
  private var arrays: [String: CoreMLArray] = [:]
  private var places: [String: Int] = [:]
  /// The names that stand there several times.
  private var repeated: Set<String> = []

  /// Reads everything but the numbers.
  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.input = input
    self.limits = limits
    bytes = try ProtobufInput(input)
    var arrays: [CoreMLArray] = []
    model = try CoreMLModel(bytes, arrays: &arrays, limits: limits)
    guard !model.kind.isEmpty else { throw FormatError(.damaged, "the Core ML file holds no model that is known") }
    guard model.layers.count > 0 || CoreMLKinds.networks.contains(where: { CoreMLKinds.models[$0] == model.kind })
    else {
      add(
        TensorEntry(name: model.kind, shape: [], content: .other(className: "Core ML model", remedy: remedy)), nil)
      return
    }
    for array in arrays {
      add(array.entry(array.name.isEmpty ? array.layer : "\(array.layer)/\(array.name)"), array)
    }
  }

  /// What can be done about a model that has no layers.
  private var remedy: String? {
    model.kind == "mlProgram"
      ? "its numbers are in another file of its package; convert the network to ONNX, or with convert_to='neuralnetwork'"
      : "only neural networks have arrays that are read"
  }

  private func add(_ entry: TensorEntry, _ array: CoreMLArray?) {
    if let place = places[entry.name] {
      // Said once: a file may have a hundred thousand of them.
      if repeated.insert(entry.name).inserted {
        notes.append("\(entry.name): there are several arrays of this name; the last one counts")
      }
      entries[place] = entry
    } else {
      places[entry.name] = entries.count
      entries.append(entry)
    }
    arrays[entry.name] = array
  }

  public func entry(_ name: String) throws(FormatError) -> TensorEntry {
    guard let place = places[name] else { throw missing(name) }
    return entries[place]
  }

  /// What the author says of the model, and its classes.
  public func attributes(of path: String) throws(FormatError) -> [Attribute] {
    guard path.isEmpty else { return [] }
    var list = model.metadata.map { Attribute(name: $0.key, value: .text($0.value)) }
    if let labels = model.classLabels, !model.metadata.contains(where: { $0.key == "classes" }) {
      list.append(Attribute(name: "classes", value: .texts(labels)))
    }
    return list
  }

  public func tensor(_ name: String) throws(FormatError) -> Tensor {
    let entry = try entry(name)
    guard entry.isNumeric, let array = arrays[name] else { throw notNumeric(entry) }
    do throws(FormatError) { return try array.tensor(bytes, limits: limits) } catch {
      throw FormatError(error.code, at: .object(name), error.sentence, file: error.file ?? input.name)
    }
  }
}
