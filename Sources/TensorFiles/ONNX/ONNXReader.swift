public import Tensors

/// An open ONNX file: the graph, and the tensors that stand in it.
public final class ONNXReader: TensorReader {
  /// The network's description.
  public let model: ONNXModel
  public private(set) var entries: [TensorEntry] = []
  public private(set) var notes: [String] = []

  private let input: InputFile
  private let bytes: ProtobufInput
  private let limits: Limits
  private var tensors: [String: ONNXTensor] = [:]
  private var places: [String: Int] = [:]
  /// The files of numbers beside this one that were opened.
  private var files: [String: InputFile] = [:]

  /// Reads everything but the numbers.
  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.input = input
    self.limits = limits
    bytes = try ProtobufInput(input)
    var tensors = ONNXTensors()
    model = try ONNXModel(bytes, tensors: &tensors, limits: limits)
    guard !model.graph.nodes.isEmpty || !model.graph.outputs.isEmpty || tensors.count > 0 else {
      throw FormatError(.damaged, "the ONNX model has no graph")
    }
    var repeated: Set<String> = []
    for (index, tensor) in (tensors.initializers + tensors.constants).enumerated() {
      let name = tensor.name.isEmpty ? "tensor_\(index + 1)" : tensor.name
      if let place = places[name] {
        // Said once: a file may have a hundred thousand of them.
        if repeated.insert(name).inserted {
          notes.append("\(name): there are several tensors of this name; the last one counts")
        }
        entries[place] = tensor.entry(name)
      } else {
        places[name] = entries.count
        entries.append(tensor.entry(name))
      }
      self.tensors[name] = tensor
    }
  }

  public func entry(_ name: String) throws(FormatError) -> TensorEntry {
    guard let place = places[name] else { throw missing(name) }
    return entries[place]
  }

  /// The properties of the model, by their keys.
  public func attributes(of path: String) throws(FormatError) -> [Attribute] {
    guard path.isEmpty else { return [] }
    var list: [Attribute] = model.metadata.map { Attribute(name: $0.key, value: .text($0.value)) }
    if !model.producer.isEmpty, !list.contains(where: { $0.name == "producer" }) {
      list.append(Attribute(name: "producer", value: .text(model.producer)))
    }
    return list
  }

  public func tensor(_ name: String) throws(FormatError) -> Tensor {
    let entry = try entry(name)
    guard entry.isNumeric, let tensor = tensors[name] else { throw notNumeric(entry) }
    do throws(FormatError) {
      return try tensor.tensor(bytes, limits: limits) { (data, count) throws(FormatError) in
        try externalFile(data, count)
      }
    } catch {
      throw FormatError(error.code, at: .object(name), error.sentence, file: error.file ?? input.name)
    }
  }

  /// The texts of a tensor that holds a list of them, such as the names of classes; nil for other tensors.
  ///
  /// - Throws: ``FormatError`` for texts that are not UTF-8.
  public func texts(_ name: String) throws(FormatError) -> [String]? {
    guard let tensor = tensors[name] else { return nil }
    do throws(FormatError) { return try tensor.texts(bytes, count: limits.objects) } catch {
      throw FormatError(error.code, at: .object(name), error.sentence, file: error.file ?? input.name)
    }
  }

  /// The file beside this one that holds the numbers of a tensor, and where in it they begin.
  private func externalFile(_ data: ONNXTensor.ExternalData, _ count: Int) throws(FormatError) -> (InputFile, Int) {
    let file = try openedFile(data.location)
    let size = try file.size()
    guard data.offset <= size, count <= size - data.offset else {
      throw FormatError(
        .truncated, "\(count) bytes are expected from byte \(data.offset) of \(data.location), which has \(size)")
    }
    if let length = data.length, length != count {
      throw FormatError(.damaged, "the tensor takes \(count) bytes, \(length) are said to be in \(data.location)")
    }
    return (file, data.offset)
  }

  private func openedFile(_ location: String) throws(FormatError) -> InputFile {
    if let file = files[location] { return file }
    guard let path = input.path else {
      throw FormatError(
        .unsupported,
        "the numbers are in the file \(location) beside the model, which is found only if the model is a file on disk")
    }
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.isEmpty, !location.utf8.contains(0), !parts.contains(""), !parts.contains("..") else {
      throw FormatError(
        .unsupported, "the numbers are said to be in the file '\(location)', which is not in the folder of the model")
    }
    // A link may lead out of the folder as well as a path.
    let folder = System.resolved(path).split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let target = System.resolved((folder + parts).joined(separator: "/"))
    guard target.split(separator: "/", omittingEmptySubsequences: false).starts(with: folder) else {
      throw FormatError(
        .unsupported, "the file '\(location)' with the numbers is a link that leads out of the folder of the model")
    }
    // A pipe would be waited for when it is opened.
    if System.isSpecialFile(target) {
      throw FormatError(.unsupported, "the numbers are in \(location), which is no plain file")
    }
    let file: InputFile
    do { file = try InputFile(path: target, limits: limits) } catch {
      throw FormatError(error.code, "the numbers are in the file \(location) beside the model: \(error.sentence)")
    }
    guard file.path != nil else {
      throw FormatError(.unsupported, "the numbers are in \(location), which is no plain file")
    }
    files[location] = file
    return file
  }
}
