/// Why a tensor could not be made or converted.
public struct TensorError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it was.
  public enum Code: Sendable, Hashable {
    /// The system has no memory for so many bytes.
    case outOfMemory
    /// The shape is negative, too large to count, or does not fit the bytes.
    case shape
    /// A value cannot be represented in the type asked for.
    case inexact
    /// The conversion has no meaning for this element type, such as complex to real.
    case elementType
  }

  /// What kind of failure it was.
  public let code: Code
  /// What was found and what was expected, as one sentence without a full stop.
  public let description: String

  /// An error with its sentence.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
