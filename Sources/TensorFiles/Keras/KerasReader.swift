public import Tensors

/// An open `.keras` file: the arrays of its weights, and the documents beside them.
public final class KerasReader: TensorReader {
  /// The architecture as the file has it: JSON in UTF-8.
  public let configuration: [UInt8]
  /// What the writer says of itself, JSON in UTF-8; nil where the file has no such member.
  public let metadata: [UInt8]?
  public var damage: FormatError? { archiveDamage ?? weights.damage }

  private let archiveDamage: FormatError?
  private let weights: any TensorReader

  /// Bytes of a document that are read.
  private static let mostDocumentBytes = 64 << 20

  /// Lists the arrays of a file.
  ///
  /// - Throws: ``FormatError``: `unrecognized` when the file is no ZIP archive, `damaged` when a member is missing.
  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    guard try input.prefix(4) == ZIPArchive.signature else {
      throw FormatError(.unrecognized, "the first bytes are not those of a ZIP archive")
    }
    let archive = try ZIPArchive(input, limits: limits)
    configuration = try KerasReader.contents(
      of: KerasFormat.Member.configuration, in: archive, limit: KerasReader.mostDocumentBytes)
    metadata =
      archive.members.contains { $0.name == KerasFormat.Member.metadata }
      ? try KerasReader.contents(of: KerasFormat.Member.metadata, in: archive, limit: KerasReader.mostDocumentBytes)
      : nil
    let member = KerasFormat.Member.weights
    let image = InputFile(
      bytes: try KerasReader.contents(of: member, in: archive, limit: limits.memory), name: input.name)
    do throws(FormatError) {
      guard HDF5Format().recognizes(prefix: try image.prefix(FileFormats.prefixLength), size: nil) else {
        throw FormatError(.damaged, "the first bytes are not those of an HDF5 file")
      }
      weights = try HDF5Format().open(image, limits: limits)
    } catch {
      throw error.location == .file ? error.at(.object(member), file: input.name) : error
    }
    // The members that are needed are there and whole: what is wrong elsewhere concerns none of the arrays.
    archiveDamage = archive.damage?.naming(input.name)
  }

  public var entries: [TensorEntry] { weights.entries }
  public var groups: [String] { weights.groups }
  public func entry(_ name: String) throws(FormatError) -> TensorEntry { try weights.entry(name) }
  public func tensor(_ name: String) throws(FormatError) -> Tensor { try weights.tensor(name) }
  public func source(of name: String) throws(FormatError) -> any TensorSource { try weights.source(of: name) }
  public func rows(of name: String) throws(FormatError) -> any RowSource { try weights.rows(of: name) }

  /// The attributes in the file of weights.
  public func attributes(of path: String) throws(FormatError) -> [Attribute] { try weights.attributes(of: path) }

  /// All bytes of a member, of which there must be one.
  private static func contents(
    of name: String, in archive: ZIPArchive, limit: Int
  ) throws(FormatError) -> [UInt8] {
    let found = archive.members.filter { $0.name == name }
    guard let member = found.first, found.count == 1 else {
      if found.isEmpty, let damage = archive.damage { throw damage }
      throw FormatError(
        .damaged, at: .object(name), found.isEmpty ? "the archive has no such member" : "the archive has it twice")
    }
    return try archive.contents(of: member, limit: limit)
  }
}
