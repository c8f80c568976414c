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
  /// Whether files of it are written.
  var writes: Bool { get }
  /// Whether a file may be written compressed as a whole, `x.csv.gz`: not where parts of it are compressed already or
  /// another library writes it.
  var mayBeCompressed: Bool { get }

  /// Whether the files are text, which a terminal can show.
  var isText: Bool { get }

  /// Whether a file that begins with these bytes is of this format.
  ///
  /// - Parameters:
  ///   - prefix: the first bytes, up to ``FileFormats/prefixLength`` of them.
  ///   - size: the bytes of the whole file, where they are known.
  func recognizes(prefix: [UInt8], size: Int?) -> Bool
  /// Whether a ZIP archive that no format's ``recognizes(prefix:size:)`` claims, with members of these names, is of this
  /// format.
  func recognizes(members: [String]) -> Bool

  /// Reads the list of what is in the file, not the arrays.
  func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader

  /// What would be written otherwise than it is, a sentence for each array: `y: 211 becomes 211x1, …`.
  ///
  /// Only names, shapes, types and attributes are looked at, no numbers.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` or `unsupported`, at the array that the format cannot hold.
  func changes(writing archive: ArchiveSource) throws(FormatError) -> [String]

  /// Writes all of an archive, or throws before the first byte what ``changes(writing:)`` throws.
  ///
  /// Arrays are read one after the other, or block by block where the format allows it, never all at once.
  func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError)

  /// A small text file that others expect beside a file of that path, such as Caffe's list of files; nil for none.
  func companion(of path: String) -> (path: String, text: String)?
}

extension FileFormat {
  public var writes: Bool { true }
  public var isText: Bool { false }
  public var mayBeCompressed: Bool { false }
  public func recognizes(members: [String]) -> Bool { false }

  public func changes(writing archive: ArchiveSource) throws(FormatError) -> [String] { [] }

  public func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    throw FormatError(.unsupported, "\(title) is read, not written", file: output.name)
  }

  public func companion(of path: String) -> (path: String, text: String)? { nil }

  /// Writes an archive that is in memory.
  public func write(
    _ archive: TensorArchive, to output: inout OutputFile, options: WritingOptions = WritingOptions()
  ) throws(FormatError) {
    try write(ArchiveSource(archive), to: &output, options: options)
  }
}

/// What the user may choose about a file that is written.
public struct WritingOptions: Sendable, Hashable {
  /// The level of compression, from 0 (none) to 9 (smallest), where the format has one; nil for the format's own.
  public var compression: Int?
  /// Threads that compress one array. What is written is the same for any number of them.
  public var threads: Int

  /// Choices; the threads are as many as the machine's cores where they are nil.
  public init(compression: Int? = nil, threads: Int? = nil) {
    self.compression = compression
    self.threads = max(1, threads ?? Workers.coreCount)
  }
}

/// An open file: what it holds, and the arrays on request.
public protocol TensorReader: AnyObject {
  /// What is in the file, in the file's order.
  var entries: [TensorEntry] { get }
  /// The error that ended the listing, when only a part of the file could be read.
  var damage: FormatError? { get }
  /// What was decided about the file or is odd about it, one sentence each: said once, before results.
  var notes: [String] { get }

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
  /// One array in the type of the file, to be read whole or block by block.
  func source(of name: String) throws(FormatError) -> any TensorSource
  /// The rows of one two-dimensional (or, as rows of one number, one-dimensional) array as doubles, block by block.
  func rows(of name: String) throws(FormatError) -> any RowSource
}

extension TensorReader {
  public var groups: [String] { [] }
  public var damage: FormatError? { nil }
  public var notes: [String] { [] }
  public func attributes(of path: String) throws(FormatError) -> [Attribute] { [] }

  /// An array that is read whole: for formats that hold an array in one piece.
  public func source(of name: String) throws(FormatError) -> any TensorSource {
    let entry = try entry(name)
    guard let type = entry.elementType else { throw notNumeric(entry) }
    return LoadedTensor(shape: entry.shape, elementType: type) { try self.tensor(name) }
  }

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
        : "there is no such array\(NearestName.question(name, among: names)); the file has "
          + names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : ""))
  }

  /// The error that an entry is no array of numbers, with what can be done about it.
  public func notNumeric(_ entry: TensorEntry) -> FormatError {
    guard case .other(let className, let remedy) = entry.content else {
      return FormatError(.unsupported, at: .object(entry.name), "not an array of numbers")
    }
    let shape = entry.shape.isEmpty ? "" : " \(Tensor.describe(entry.shape))"
    return FormatError(
      .unsupported, at: .object(entry.name),
      "this is \(className)\(shape), not an array of numbers" + (remedy.map { "; \($0)" } ?? ""))
  }

  /// The numeric arrays, to be read when they are written, with all attributes; or those at some paths.
  ///
  /// - Parameter isWanted: whether what stands at a path is taken; the file's own attributes have the path "".
  public func archiveSource(
    where isWanted: (String) -> Bool = { _ in true }
  ) throws(FormatError) -> ArchiveSource {
    var archive = ArchiveSource()
    for path in [""] + groups + entries.filter(\.isNumeric).map(\.name) where isWanted(path) {
      for attribute in try attributes(of: path) {
        archive.attributes.set(attribute.name, of: path, to: attribute.value)
      }
    }
    for entry in entries where entry.isNumeric && isWanted(entry.name) {
      archive.members.append(.init(name: entry.name, source: try source(of: entry.name)))
    }
    return archive
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
    try check(entries.filter { $0.isNumeric && isWanted($0.name) }, limit: limit)
    let sources = try archiveSource(where: isWanted)
    var archive = TensorArchive()
    for path in sources.attributes.paths {
      for attribute in sources.attributes[path] { archive.setAttribute(attribute.name, of: path, to: attribute.value) }
    }
    for member in sources.members { archive.set(member.name, to: try tensor(member.name)) }
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
  /// The columns, by position from 0, that hold text in all of the first rows.
  var textColumns: Set<Int> { get }
  /// The rows of some columns, given by position from 0: the others need not be numbers.
  ///
  /// - Parameters:
  ///   - columns: their positions, in the order in which they are read.
  ///   - missing: what becomes of a value that is missing.
  ///   - classes: for columns whose fields are names, the classes whose numbers are read.
  func rows(
    ofColumns columns: [Int], missing: MissingValues, classes: [Int: ClassLabels]
  ) throws(FormatError) -> any RowSource
  /// The classes in a column of texts, given by position from 0; nil for a column of numbers. Costs a pass over a table
  /// that does not declare them.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` for more than ``ClassLabels/most`` classes; `damaged`.
  func classes(ofColumn column: Int) throws(FormatError) -> ClassLabels?
  /// The classes of a column that are declared before the rows; its numbers count these.
  func declaredClasses(ofColumn column: Int) throws(FormatError) -> ClassLabels?
  /// Where in the text a value stands, given by its row and column from 0; costs a pass over the rows before it.
  func location(ofRow row: Int, column: Int) throws(FormatError) -> FormatError.Location
  /// The texts of one column, given by position from 0.
  func texts(ofColumn column: Int) throws(FormatError) -> [String]
}

extension TableReader {
  public var textColumns: Set<Int> { [] }

  /// The rows of some columns, given by position from 0, with NaN for what is missing.
  public func rows(ofColumns columns: [Int]) throws(FormatError) -> any RowSource {
    try rows(ofColumns: columns, missing: .nan)
  }

  /// The rows of some columns of numbers, given by position from 0.
  public func rows(ofColumns columns: [Int], missing: MissingValues) throws(FormatError) -> any RowSource {
    try rows(ofColumns: columns, missing: missing, classes: [:])
  }

  public func declaredClasses(ofColumn column: Int) throws(FormatError) -> ClassLabels? { nil }

  /// Some columns, given by position from 0, to be read block by block: float64, NaN for what is missing.
  ///
  /// - Parameters:
  ///   - columns: their positions, in the order in which they are read.
  ///   - classes: for columns whose fields are names, the classes whose numbers are read.
  ///   - isVector: whether a single column has the shape (rows,), not (rows, 1).
  public func source(
    ofColumns columns: [Int], classes: [Int: ClassLabels] = [:], isVector: Bool = false
  ) -> any TensorSource {
    let rowCount = entries.first?.shape.first ?? 0
    return TableSource(
      self, shape: isVector && columns.count == 1 ? [rowCount] : [rowCount, columns.count], columns: columns,
      classes: classes)
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
  /// What else should be known of it, in a few words: `sparse, 8 stored`.
  public let remark: String?

  /// One line of a file's list.
  public init(name: String, shape: [Int], content: Content, remark: String? = nil) {
    self.name = name
    self.shape = shape
    self.content = content
    self.remark = remark
  }

  /// Whether it is an array of numbers.
  public var isNumeric: Bool { elementType != nil }

  /// The element type, if it is an array of numbers.
  public var elementType: ElementType? {
    if case .numbers(let type, _) = content { type } else { nil }
  }
}
