import TensorFiles
import Tensors

/// Where a file keeps the weights of each layer.
protocol KerasWeights {
  /// The names of the arrays of a layer's weights, in their order: kernel, bias.
  func arrays(of layer: KerasLayer) throws(FormatError) -> [String]
}

/// Weights in a group for each layer, which names its arrays in attributes: `.h5` files of all versions.
struct KerasLayerGroups: KerasWeights {
  /// The layers that the file has groups for, in its order.
  let layerNames: [String]

  private let reader: any TensorReader
  /// What stands before the names of the groups: `model_weights/`, or nothing in files of weights alone.
  private let prefix: String

  /// The lists of texts that an attribute holds at the most, in parts.
  private static let mostParts = 100_000

  /// - Parameter root: the group of all layers; "" for the file itself.
  /// - Throws: ``FormatError`` with code `damaged` when it has no list of layers.
  init(_ reader: any TensorReader, root: String) throws(FormatError) {
    self.reader = reader
    prefix = root.isEmpty ? "" : root + "/"
    guard root.isEmpty || reader.groups.contains(root) else {
      throw FormatError(
        .unsuitable, "there is no group \(root): the file holds an architecture and no weights; Keras' save writes both"
      )
    }
    guard let names = try KerasLayerGroups.texts("layer_names", of: root, in: reader) else {
      throw FormatError(
        .damaged, at: root.isEmpty ? .file : .object(root), "there is no attribute layer_names, the list of the layers")
    }
    layerNames = names
  }

  func arrays(of layer: KerasLayer) throws(FormatError) -> [String] {
    // All weights of a model in a model stand in its group, under the names of its layers.
    guard let group = layer.places.first?.name else { return [] }
    let names = try arrays(ofGroup: group)
    guard layer.places.count > 1 else { return names }
    return names.filter { name in
      name.dropFirst(prefix.utf8.count + group.utf8.count + 1).split(separator: "/").contains { part in
        part == layer.name || part.hasPrefix(layer.name + "_") && !part.dropFirst(layer.name.count + 1).contains("_")
      }
    }
  }

  /// The arrays of a layer's group; none for a layer that has no group.
  func arrays(ofGroup group: String) throws(FormatError) -> [String] {
    guard layerNames.contains(group) else { return [] }
    let path = prefix + group
    return (try KerasLayerGroups.texts("weight_names", of: path, in: reader) ?? []).map { "\(path)/\($0)" }
  }

  /// The texts of an attribute, which is split where it would be too long: `layer_names0`, `layer_names1` …; nil for
  /// none.
  static func texts(
    _ name: String, of path: String, in reader: any TensorReader
  ) throws(FormatError) -> [String]? {
    var values: [String: AttributeValue] = [:]
    for attribute in try reader.attributes(of: path) { values[attribute.name] = attribute.value }
    // A list without texts is written as one without numbers.
    if let value = values[name] { return value.texts ?? [] }
    guard let first = values[name + "0"]?.texts else { return nil }
    var texts = first
    for part in 1..<mostParts {
      guard let more = values["\(name)\(part)"]?.texts else { break }
      texts += more
    }
    return texts
  }
}

/// Weights in groups that are named after the classes of the layers and counted: `.keras` and `.weights.h5` files.
struct KerasVariables: KerasWeights {
  /// What a model keeps its layers under: in Keras 2.12, and since.
  static let containers = ["layers", "_layer_checkpoint_dependencies"]

  /// The members of every group.
  private var members: [String: Set<String>] = [:]

  init(_ reader: any TensorReader) {
    for path in reader.entries.map(\.name) + reader.groups {
      guard let slash = path.lastIndex(of: "/") else { continue }
      members[String(path[..<slash]), default: []].insert(String(path[path.index(after: slash)...]))
    }
  }

  func arrays(of layer: KerasLayer) throws(FormatError) -> [String] {
    var path = ""
    for place in layer.places {
      guard
        let container = KerasVariables.containers.map({ path + $0 }).first(where: { members[$0] != nil }),
        let group = group(of: place, in: container)
      else { return [] }
      path = "\(container)/\(group)/"
    }
    return variables(of: String(path.dropLast()))
  }

  /// The arrays of a group's variables: `vars/0`, `vars/1` …
  func variables(of group: String) -> [String] {
    let path = group.isEmpty ? "vars" : group + "/vars"
    return (members[path] ?? []).compactMap(Int.init).sorted().map { "\(path)/\($0)" }
  }

  /// The groups of a class in a container, by their numbers: `dense`, `dense_1` …
  func groups(of snakeCaseClass: String, in container: String) -> [String] {
    let numbered = (members[container] ?? []).compactMap { name -> (number: Int, name: String)? in
      if name == snakeCaseClass { return (0, name) }
      guard name.hasPrefix(snakeCaseClass + "_") else { return nil }
      return Int(name.dropFirst(snakeCaseClass.count + 1)).map { ($0, name) }
    }
    return numbered.sorted { $0.number < $1.number }.map(\.name)
  }

  /// All groups in a container, sorted.
  func groups(in container: String) -> [String] { (members[container] ?? []).sorted() }

  private func group(of place: KerasPlace, in container: String) -> String? {
    let groups = groups(of: place.snakeCaseClass, in: container)
    // Keras 2.12 counts dense, dense_2, dense_4: their order is what counts.
    if groups.count == place.count { return groups[place.index] }
    let name = place.index == 0 ? place.snakeCaseClass : "\(place.snakeCaseClass)_\(place.index)"
    return groups.contains(name) ? name : nil
  }
}
