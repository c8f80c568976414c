public import Tensors

/// Archives of NumPy arrays. Format: `Formats/npz`.
public struct NPZFormat: FileFormat {
  public let name = "npz"
  public let title = "NumPy archive"
  public let pathExtensions = ["npz"]

  /// What stands after an array's name.
  static let ending = ".npy"

  /// The format.
  public init() {}

  /// A ZIP archive whose first member is an array, or one without members.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool {
    if prefix.starts(with: [0x50, 0x4B, 0x05, 0x06]) { return true }
    guard prefix.starts(with: [0x50, 0x4B, 0x03, 0x04]), prefix.count >= ZIPRecord.local.length else { return false }
    let end = ZIPRecord.local.length + Int(prefix[26]) + Int(prefix[27]) << 8
    guard prefix.count >= end else { return false }
    return prefix[ZIPRecord.local.length..<end].suffix(4).elementsEqual(NPZFormat.ending.utf8)
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try NPZReader(input, limits: limits)
  }

  public func changes(writing archive: ArchiveSource) throws(FormatError) -> [String] {
    _ = try NPZFormat.arrays(of: archive)
    return archive.attributeLosses(in: "NPZ")
  }

  /// Writes what `np.savez` writes; with a level of compression from 1 on, what `np.savez_compressed` writes.
  public func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    let level = options.compression.flatMap { $0 > 0 ? min($0, 9) : nil }
    var zip = ZIPWriter()
    for (name, array) in try NPZFormat.arrays(of: archive) {
      try zip.begin(name + NPZFormat.ending, level: level, of: array.mostBytes, to: &output)
      try array.write { bytes throws(FormatError) in try zip.write(bytes, to: &output) }
      try zip.end(to: &output)
    }
    try zip.finish(to: &output)
  }

  /// The arrays with their names, all of them checked before the first is written.
  private static func arrays(of archive: ArchiveSource) throws(FormatError) -> [(name: String, array: NPYArrayToWrite)]
  {
    var names: Set<String> = []
    var arrays: [(String, NPYArrayToWrite)] = []
    for member in archive.members {
      guard !member.name.utf8.contains(0) else {
        throw FormatError(.unsuitable, at: .object(member.name), "a name in a ZIP archive cannot have a zero byte")
      }
      // With the ending and the fixed fields the name must fit in what is looked at to tell the format.
      let most = FileFormats.prefixLength - ZIPRecord.local.length - ending.utf8.count
      guard member.name.utf8.count <= most else {
        throw FormatError(
          .unsuitable, at: .object(member.name),
          "the name has \(member.name.utf8.count) bytes, \(most) at the most are written")
      }
      guard names.insert(member.name).inserted else {
        throw FormatError(.unsuitable, at: .object(member.name), "two arrays have this name; rename one (--rename)")
      }
      arrays.append((member.name, try NPYArrayToWrite(member)))
    }
    return arrays
  }
}
