/// An entry of a group: a name, and what it leads to. Nothing has been opened to learn this.
public struct HDF5Link: Sendable, Hashable {
  /// How a name leads to an object.
  public enum Kind: Sendable, Hashable {
    /// Directly.
    case hard
    /// By another path within the file.
    case soft(target: String)
    /// By a path within another file.
    case external(file: String, target: String)
    /// In a way that some program registered with its library, by its number.
    case userDefined(Int)
  }

  /// The name within the group. Bytes that are no UTF-8 show as U+FFFD; `HDF5Group.object(at:)` uses the exact ones.
  public let name: String
  /// How the name leads to an object.
  public let kind: Kind
  /// Whether it is a soft link that leads to no object within the file. Always false for other kinds: a hard link
  /// cannot dangle, and finding out about an external one would open another file.
  public let isDangling: Bool
  /// The name's bytes where they are no UTF-8, with a zero at the end.
  let exactName: [CChar]?
  /// Where the object's header begins, counted from the beginning of the HDF5 data; nil for other links than hard ones.
  package let address: Int?
}
