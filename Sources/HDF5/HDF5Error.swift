/// What went wrong in a file or in a use of this module: the HDF5 call, the object and the library's own error stack.
public struct HDF5Error: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of trouble. New kinds may be added, so a `switch` over codes needs a `default`.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The name of the kind, as it is spelled in source.
    public let description: String

    private init(_ name: String) { description = name }

    /// A call of the HDF5 library failed; `stack` says why.
    public static let failedCall = Code("failedCall")
    /// Data are compressed or encoded by a filter that the HDF5 library here lacks.
    public static let missingFilter = Code("missingFilter")
    /// The type asked for cannot hold every value of the stored type exactly, or the reverse when writing.
    public static let inexactConversion = Code("inexactConversion")
    /// The stored type cannot be read or written in the way that was asked for (text as numbers, a compound ...).
    public static let unsupportedType = Code("unsupportedType")
    /// The object is of another kind: a group where a dataset was asked for.
    public static let wrongKind = Code("wrongKind")
    /// A hyperslab reaches outside of the dataset, or has another rank.
    public static let outOfBounds = Code("outOfBounds")
    /// A buffer or an array does not have the size that the selection needs.
    public static let wrongSize = Code("wrongSize")
    /// The data are larger than the limit that the caller set, or than memory can be.
    public static let tooLarge = Code("tooLarge")
    /// The object would make the library read another file, which the caller did not allow.
    public static let refused = Code("refused")
    /// An argument cannot be given to HDF5: a name with a zero byte, a negative size, text that does not fit.
    public static let invalidArgument = Code("invalidArgument")
    /// A stored value is not one that its type allows: a boolean that is neither 0 nor 1.
    public static let invalidValue = Code("invalidValue")
  }

  /// The kind of trouble.
  public let code: Code
  /// The HDF5 function that failed or would have been called, as `H5Dread`.
  public let call: String
  /// The object: a path inside the file (`/group/X`), `attribute units of /X`, or the file's own name.
  public let object: String
  /// What is wrong with the object, as the rest of a sentence that starts with its name; empty after a failed call.
  public let reason: String
  /// The library's error stack, from where the trouble was found to the outermost function, one line each.
  public let stack: [String]

  init(_ code: Code, call: String, object: String, reason: String = "", stack: [String] = []) {
    self.code = code
    self.call = call
    self.object = object
    self.reason = reason
    self.stack = stack
  }

  /// One sentence for the user: the object, what is wrong with it and, after a failed call, HDF5's first reason.
  public var description: String {
    guard reason.isEmpty else { return "\(object) \(reason)" }
    guard let first = stack.first else { return "\(call) failed on \(object)" }
    return "\(call) failed on \(object): \(first)"
  }
}
