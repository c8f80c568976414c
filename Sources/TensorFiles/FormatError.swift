public import Tensors

/// Why a file could not be read or written, and where: `file:place: sentence`.
public struct FormatError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it was. The set is open: formats may add their own.
  public struct Code: Sendable, Hashable {
    /// The name of the kind, for programs.
    public let name: String

    /// A kind of failure.
    public init(_ name: String) { self.name = name }

    /// The bytes contradict the format.
    public static let damaged = Code("damaged")
    /// The file ends before what it announces.
    public static let truncated = Code("truncated")
    /// No known format begins like this.
    public static let unrecognized = Code("unrecognized")
    /// The format is known, but this part of it is not read or written here.
    public static let unsupported = Code("unsupported")
    /// The file has no array or column of that name.
    public static let missingArray = Code("missing-array")
    /// The values or shapes do not serve the purpose.
    public static let unsuitable = Code("unsuitable")
    /// More memory, objects or levels would be needed than the limits allow.
    public static let limit = Code("limit")
    /// There is no such file, or it cannot be opened.
    public static let noInput = Code("no-input")
    /// The output cannot be created.
    public static let cannotCreate = Code("cannot-create")
    /// The system failed to read or write.
    public static let inputOutput = Code("input-output")
    /// The reader of the output has gone away.
    public static let closedPipe = Code("closed-pipe")
  }

  /// The place in a file.
  public enum Location: Sendable, Hashable {
    /// The file as a whole.
    case file
    /// A byte, counted from 0.
    case byte(Int)
    /// A line and, where it is known, a column of text, both counted from 1.
    case line(Int, column: Int?)
    /// A named object: a variable, a dataset, a column.
    case object(String)
  }

  /// What kind of failure it was.
  public let code: Code
  /// The place in the file.
  public let location: Location
  /// What was found, what was expected and how to mend it; without a full stop at the end.
  public let sentence: String
  /// The file, filled in by whoever opened it.
  public var file: String?

  /// An error at a place.
  public init(_ code: Code, at location: Location = .file, _ sentence: String, file: String? = nil) {
    self.code = code
    self.location = location
    self.sentence = sentence
    self.file = file
  }

  /// An error of a tensor's, at a place.
  public init(_ error: TensorError, at location: Location = .file) {
    let code: Code = error.code == .outOfMemory ? .limit : .unsuitable
    self.init(code, at: location, error.description)
  }

  /// `file:place: sentence`, with control characters escaped.
  public var description: String {
    var text = ""
    if let file { text += file }
    switch location {
    case .file: if file != nil { text += ": " }
    case .byte(let offset): text += file == nil ? "byte \(offset): " : ": byte \(offset): "
    case .object(let name): text += file == nil ? "\(name): " : ": \(name): "
    case .line(let line, let column):
      text += (file == nil ? "line " : ":") + "\(line)" + (column.map { ":\($0)" } ?? "") + ": "
    }
    return (text + sentence).escapingControls
  }
}

extension FormatError {
  /// The same error, naming the file unless it names one already.
  public func naming(_ file: String) -> FormatError {
    var error = self
    error.file = error.file ?? file
    return error
  }

  /// The same error at a place that only the caller knows.
  public func at(_ location: Location, file: String) -> FormatError {
    FormatError(code, at: location, sentence, file: file)
  }
}

extension FormatError {
  /// An error of ours, or one of a library below us, at an object.
  package static func converted(_ error: any Error, at object: String) -> FormatError {
    switch error {
    case let error as FormatError: error
    case let error as TensorError: FormatError(error, at: object.isEmpty ? .file : .object(object))
    case let error as any ConvertibleToFormatError: error.formatError(at: object)
    default: FormatError(.damaged, at: object.isEmpty ? .file : .object(object), "\(error)")
    }
  }

  /// What a function on tensors gives; its errors are those of the file as a whole.
  static func converting<Result: ~Copyable>(
    _ body: () throws(TensorError) -> Result
  ) throws(FormatError) -> Result {
    do { return try body() } catch { throw FormatError(error) }
  }
}

/// An error of a library below us that can be said in our terms.
protocol ConvertibleToFormatError: Error {
  /// The same error at an object of the file.
  func formatError(at object: String) -> FormatError
}
