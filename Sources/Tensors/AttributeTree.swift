/// The attributes of a file's tensors and groups, by path; those of the file itself have the path "".
public struct AttributeTree: Sendable {
  private var lists: [String: AttributeList] = [:]

  /// No attributes.
  public init() {}

  /// The paths that have attributes, sorted.
  public var paths: [String] { lists.keys.sorted() }

  /// The attributes at a path, in order.
  public subscript(path: String) -> [Attribute] { lists[path]?.attributes ?? [] }

  /// The value of one attribute, or nil where there is none.
  public func value(_ name: String, of path: String = "") -> AttributeValue? { lists[path]?[name]?.value }

  /// Puts an attribute under a name: in the place of the one that has it, otherwise at the end.
  public mutating func set(_ name: String, of path: String = "", to value: AttributeValue) {
    lists[path, default: AttributeList()].set(Attribute(name: name, value: value))
  }

  /// Takes the attributes of one path to another, or away.
  public mutating func move(_ path: String, to other: String?) {
    guard let list = lists.removeValue(forKey: path), let other else { return }
    lists[other] = list
  }
}

/// The attributes of one place, in order.
private struct AttributeList {
  private(set) var attributes: [Attribute] = []
  /// Where each name stands among them.
  private var places: [String: Int] = [:]

  subscript(name: String) -> Attribute? { places[name].map { attributes[$0] } }

  mutating func set(_ attribute: Attribute) {
    if let index = places[attribute.name] {
      attributes[index] = attribute
    } else {
      places[attribute.name] = attributes.count
      attributes.append(attribute)
    }
  }
}
