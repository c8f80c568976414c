/// Named tensors in the order of the file, with the attributes that stand beside them.
public struct TensorArchive: Sendable {
  /// One named tensor. A name may be a path, `training/cost`.
  public struct Member: Sendable {
    /// The name, unique in its archive.
    public let name: String
    /// The numbers.
    public let tensor: Tensor

    /// A named tensor.
    public init(name: String, tensor: Tensor) {
      self.name = name
      self.tensor = tensor
    }
  }

  /// The tensors, in the order of the file.
  public private(set) var members: [Member] = []
  /// Where each name stands among the members.
  private var places: [String: Int] = [:]
  /// What stands beside them.
  public private(set) var attributes = AttributeTree()

  /// An archive without tensors.
  public init() {}

  /// The tensor of that name.
  public subscript(name: String) -> Tensor? {
    places[name].map { members[$0].tensor }
  }

  /// Puts a tensor under a name: in the place of the one that has it, otherwise at the end.
  public mutating func set(_ name: String, to tensor: Tensor) {
    let member = Member(name: name, tensor: tensor)
    if let index = places[name] {
      members[index] = member
    } else {
      places[name] = members.count
      members.append(member)
    }
  }

  /// The attributes of a tensor or group, in order; the file's own have the path "".
  public func attributes(of path: String = "") -> [Attribute] {
    attributes[path]
  }

  /// The value of one attribute, or nil where there is none.
  public func attribute(_ name: String, of path: String = "") -> AttributeValue? {
    attributes.value(name, of: path)
  }

  /// Puts an attribute under a name: in the place of the one that has it, otherwise at the end.
  public mutating func setAttribute(_ name: String, of path: String = "", to value: AttributeValue) {
    attributes.set(name, of: path, to: value)
  }

  /// The paths that have attributes, sorted.
  public var pathsWithAttributes: [String] { attributes.paths }
}

/// A name and a small value beside a tensor, a group or a whole file.
public struct Attribute: Sendable {
  /// The name, unique at its place.
  public let name: String
  /// The value.
  public let value: AttributeValue

  /// A named value.
  public init(name: String, value: AttributeValue) {
    self.name = name
    self.value = value
  }
}

/// What an attribute can hold.
public enum AttributeValue: Sendable {
  /// A text.
  case text(String)
  /// A list of texts.
  case texts([String])
  /// Numbers of any type and shape.
  case numbers(Tensor)

  /// One double.
  public static func number(_ value: Double) throws(TensorError) -> AttributeValue {
    .numbers(try Tensor([value], shape: []))
  }

  /// One 64-bit integer.
  public static func integer(_ value: Int) throws(TensorError) -> AttributeValue {
    .numbers(try Tensor([Int64(value)], shape: []))
  }

  /// The text, if it is one.
  public var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// The list of texts; one text is a list of one.
  public var texts: [String]? {
    switch self {
    case .text(let text): [text]
    case .texts(let texts): texts
    case .numbers: nil
    }
  }

  /// The numbers as doubles, if they are real numbers that doubles hold exactly.
  public var doubles: [Double]? {
    guard case .numbers(let tensor) = self else { return nil }
    // A value that no double holds is no double: that is the answer, not a failure.
    return try? tensor.doublesInStorageOrder()
  }

  /// The one number, if there is exactly one.
  public var double: Double? {
    guard let doubles, doubles.count == 1 else { return nil }
    return doubles[0]
  }

  /// The one number as an integer, if there is exactly one and it is whole.
  public var integer: Int? { double.flatMap(Int.init(exactly:)) }
}
