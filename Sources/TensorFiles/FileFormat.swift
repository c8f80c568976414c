public import Tensors

/// A way in which tensors are written as bytes.
///
/// One conforming type per folder; ``FileFormats/all`` lists them, and everything else iterates that list.
public protocol FileFormat: Sendable {
  /// The name on the command line: `mat5`.
  var name: String { get }
  /// What it is, for people: `MATLAB level 5 (v6 and v7)`.
  var title: String { get }
  /// The endings of file names, without the dot; they choose the format of an output.
  var pathExtensions: [String] { get }
  /// Whether ``write(_:to:)`` is offered.
  var writes: Bool { get }

  /// Whether a file that begins with these bytes is of this format.
  ///
  /// - Parameters:
  ///   - prefix: the first bytes, up to ``FileFormats/prefixLength`` of them.
  ///   - size: the bytes of the whole file, where they are known.
  func recognizes(prefix: [UInt8], size: Int?) -> Bool

  /// Reads the list of what is in the file, not the arrays.
  func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader

  /// Writes all of an archive, or throws before the first byte when the format cannot hold it.
  func write(_ archive: TensorArchive, to output: inout OutputFile) throws(FormatError)
}

/// An open file: what it holds, and the arrays on request.
public protocol TensorReader: AnyObject {
  /// What is in the file, in the file's order.
  var entries: [TensorEntry] { get }
  /// The error that ended the listing, when only a part of the file could be read.
  var damage: FormatError? { get }

  /// The entry of that name.
  ///
  /// A reader of files with many entries has an index of them; without one the list is searched.
  ///
  /// - Throws: ``FormatError`` with code `missingArray` that lists the names there are.
  func entry(_ name: String) throws(FormatError) -> TensorEntry
  /// The attributes of a tensor or group; those of the file itself have the path "".
  func attributes(of path: String) throws(FormatError) -> [Attribute]
  /// The paths of groups, beside tensors, that may have attributes.
  var groups: [String] { get }
  /// One array, whole.
  ///
  /// - Throws: ``FormatError``: `missingArray`, `unsupported` where it is not a numeric array, `limit`, `damaged`.
  func tensor(_ name: String) throws(FormatError) -> Tensor
  /// The rows of one two-dimensional (or, as rows of one number, one-dimensional) array, block by block.
  func rows(of name: String) throws(FormatError) -> any RowSource
}

extension TensorReader {
  public var groups: [String] { [] }
  public var damage: FormatError? { nil }
  public func attributes(of path: String) throws(FormatError) -> [Attribute] { [] }

  /// The rows of an array that is read whole: for formats that hold an array in one piece.
  public func rows(of name: String) throws(FormatError) -> any RowSource {
    let tensor = try tensor(name)
    do { return MatrixRows(try tensor.matrix()) } catch { throw FormatError(error, at: .object(name)) }
  }

  /// The entry of that name, searched for.
  public func entry(_ name: String) throws(FormatError) -> TensorEntry {
    if let entry = entries.first(where: { $0.name == name }) { return entry }
    throw missing(name)
  }

  /// The error that there is no entry of a name, which lists the names there are.
  func missing(_ name: String) -> FormatError {
    let names = entries.map(\.name)
    return FormatError(
      .missingArray, at: .object(name),
      names.isEmpty
        ? "there is no such array; the file has none"
        : "there is no such array; the file has \(names.prefix(20).joined(separator: ", "))"
          + (names.count > 20 ? " and \(names.count - 20) more" : ""))
  }

  /// Every numeric array with all attributes, or those at some paths.
  ///
  /// - Parameters:
  ///   - limit: the most bytes of all arrays together.
  ///   - isWanted: whether what stands at a path is read; the file's own attributes have the path "".
  /// - Throws: ``FormatError``: `limit` before anything is read; what ``tensor(_:)`` and ``attributes(of:)`` throw.
  public func archive(
    limit: Int = Limits().memory, where isWanted: (String) -> Bool = { _ in true }
  ) throws(FormatError) -> TensorArchive {
    let wanted = entries.filter { $0.isNumeric && isWanted($0.name) }
    try check(wanted, limit: limit)
    var archive = TensorArchive()
    for path in [""] + groups where isWanted(path) {
      for attribute in try attributes(of: path) { archive.setAttribute(attribute.name, of: path, to: attribute.value) }
    }
    for entry in wanted {
      archive.set(entry.name, to: try tensor(entry.name))
      for attribute in try attributes(of: entry.name) {
        archive.setAttribute(attribute.name, of: entry.name, to: attribute.value)
      }
    }
    return archive
  }

  /// Throws when arrays take more bytes than a limit all together.
  private func check(_ entries: [TensorEntry], limit: Int) throws(FormatError) {
    var sum = 0
    for entry in entries {
      guard let type = entry.elementType else { continue }
      let bytes: Int
      do { bytes = try Tensor.byteCount(shape: entry.shape, elementType: type) } catch {
        throw FormatError(error, at: .object(entry.name))
      }
      guard bytes <= limit - sum else {
        throw FormatError(
          .limit, at: .object(entry.name),
          "\(bytes) bytes are needed in memory beside \(sum) for other arrays, the limit is \(limit)")
      }
      sum += bytes
    }
  }
}

/// A reader of text in rows and columns, whose columns have names and can be read one by one.
///
/// Its one entry, `data`, is the whole table.
public protocol TableReader: TensorReader {
  /// The names of the columns: the header's, or `1`, `2` … where there is none.
  var columnNames: [String] { get }
  /// Whether the first line was taken as a header.
  var hasHeader: Bool { get }
  /// The rows of some columns, given by position from 0: the others need not be numbers.
  func rows(ofColumns columns: [Int], missing: MissingValues) throws(FormatError) -> any RowSource
  /// Where in the text a value stands, given by its row and column from 0; costs a pass over the rows before it.
  func location(ofRow row: Int, column: Int) throws(FormatError) -> FormatError.Location
  /// The texts of one column, given by position from 0.
  func texts(ofColumn column: Int) throws(FormatError) -> [String]
}

extension TableReader {
  /// The rows of some columns, given by position from 0, with NaN for what is missing.
  public func rows(ofColumns columns: [Int]) throws(FormatError) -> any RowSource {
    try rows(ofColumns: columns, missing: .nan)
  }

  /// The position, counted from 0, of a column given by its name or by its position counted from 1.
  ///
  /// - Throws: ``FormatError`` with code `missingArray` that lists the names, `unsuitable` when several columns have
  ///   it.
  public func position(ofColumn name: String) throws(FormatError) -> Int {
    try ColumnNames.position(of: name, in: columnNames)
  }
}

/// One line of a file's list: an array, or something else that is named so that nobody misses it.
public struct TensorEntry: Sendable, Hashable {
  /// What stands under the name.
  public enum Content: Sendable, Hashable {
    /// Numbers of a type, stored in the file as another where that is narrower.
    case numbers(ElementType, storedAs: ElementType?)
    /// Not a numeric array: its class in the file's own words, and what the user can do about it.
    case other(className: String, remedy: String?)
  }

  /// The name, unique in the file.
  public let name: String
  /// The length of each dimension; empty for a scalar.
  public let shape: [Int]
  /// What stands under the name.
  public let content: Content

  /// One line of a file's list.
  public init(name: String, shape: [Int], content: Content) {
    self.name = name
    self.shape = shape
    self.content = content
  }

  /// Whether it is an array of numbers.
  public var isNumeric: Bool { elementType != nil }

  /// The element type, if it is an array of numbers.
  public var elementType: ElementType? {
    if case .numbers(let type, _) = content { type } else { nil }
  }
}
