/// What the labels of examples are.
public enum LabelKind: Sendable, Hashable {
  /// One number, 0 or 1.
  case binary
  /// One number, that of a class: 0, 1 … below the count.
  case classes(Int)
  /// So many numbers, which stand for themselves.
  case values(Int)

  /// The numbers of an example's label.
  public var rowCount: Int {
    switch self {
    case .binary, .classes: 1
    case .values(let count): count
    }
  }

  /// The units of a last layer that predicts such labels.
  public var unitCount: Int {
    switch self {
    case .binary: 1
    case .classes(let count), .values(let count): count
    }
  }
}
