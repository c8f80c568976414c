public import Tensors

/// The formats that are read and written: the one list that detection, options, help and tests iterate.
public enum FileFormats {
  /// Every format, in the order in which they are asked; text, which has no signature, comes last.
  public static let all: [any FileFormat] = [
    MAT5Format(),
    MAT73Format(),
    HDF5Format(),
    CaffeDataFormat(),
    NPYFormat(), NPZFormat(),
    KerasFormat(),
    SafetensorsFormat(),
    ONNXFormat(), CoreMLFormat(),
    MAT4Format(),
    OctaveTextFormat(),
    ARFFFormat(),
    SVMLightFormat(),
    DelimitedFormat.csv, DelimitedFormat.tsv,
  ]

  /// Bytes at the beginning of a file that are enough to tell every format.
  public static let prefixLength = 4096

  /// The format of that name.
  ///
  /// - Throws: ``FormatError`` with code `unrecognized` that lists the names.
  public static func named(_ name: String) throws(FormatError) -> any FileFormat {
    if let format = all.first(where: { $0.name == name }) { return format }
    throw FormatError(
      .unrecognized, "'\(name)' is not a format; there are \(all.map(\.name).joined(separator: ", "))")
  }

  /// The format that an output of that name is written in, by its ending: that before `.gz` where it is compressed.
  public static func forWriting(path: String) throws(FormatError) -> any FileFormat {
    let name = path.split(separator: "/").last ?? ""
    let parts = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    let ending = parts.dropFirst().last { $0 != "gz" } ?? ""
    if let format = all.first(where: { $0.writes && $0.pathExtensions.contains(String(ending)) }) {
      try checkCompression(of: path, as: format)
      return format
    }
    // Several formats may have one ending: it means the first of them.
    var endings: [String] = []
    for ending in all.filter(\.writes).flatMap(\.pathExtensions) where !endings.contains("." + ending) {
      endings.append("." + ending)
    }
    let list = endings.joined(separator: " ")
    throw FormatError(
      .unrecognized, "the ending of the name does not tell the format; there are \(list)", file: path)
  }

  /// Checks that a file whose name ends in `.gz` can be written in a format.
  ///
  /// - Throws: ``FormatError`` with code `unsupported`.
  public static func checkCompression(of path: String, as format: any FileFormat) throws(FormatError) {
    guard OutputFile.isCompressed(path), !format.mayBeCompressed else { return }
    throw FormatError(
      .unsupported, "\(format.title) is compressed in itself or not at all; leave .gz out of the name", file: path)
  }

  /// The format of a file, told by its first bytes.
  ///
  /// - Throws: ``FormatError`` with code `unrecognized`, which names what the file is where that is known.
  public static func recognize(_ input: InputFile) throws(FormatError) -> any FileFormat {
    let prefix = try input.prefix(prefixLength)
    guard !prefix.isEmpty else { throw FormatError(.truncated, "the file is empty", file: input.name) }
    if let cut = FileFormats.cutSignature(prefix) { throw FormatError(.truncated, cut, file: input.name) }
    if let foreign = ForeignFormat.recognize(prefix: prefix) {
      throw FormatError(.unsupported, foreign.sentence, file: input.name)
    }
    if let format = all.first(where: { $0.recognizes(prefix: prefix, size: input.knownSize) }) { return format }
    if prefix.starts(with: ZIPArchive.signature) { return try recognizeArchive(input) }
    if let foreign = try ForeignFormat.recognizeByEnd(input, prefix: prefix) {
      throw FormatError(.unsupported, foreign.sentence, file: input.name)
    }
    throw FormatError(
      .unrecognized,
      "the content is of no known format; there are \(all.map(\.name).joined(separator: ", ")) (--from names one)",
      file: input.name)
  }

  /// The format of a ZIP archive, told by the names of its members.
  private static func recognizeArchive(_ input: InputFile) throws(FormatError) -> any FileFormat {
    let archive = try ZIPArchive(input, limits: Limits())
    let names = archive.members.map(\.name)
    if let format = all.first(where: { $0.recognizes(members: names) }) { return format }
    if names.isEmpty, let damage = archive.damage { throw damage.naming(input.name) }
    throw FormatError(.unsupported, ForeignFormat.archive(of: names).sentence, file: input.name)
  }

  /// What is said of a file that ends before its format can be told, and would pass for text; nil for others.
  private static func cutSignature(_ prefix: [UInt8]) -> String? {
    let hdf5: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    if prefix.count < hdf5.count, hdf5.starts(with: prefix) {
      return "the file ends within the first 8 bytes of HDF5"
    }
    if prefix.count < NPYFormat.signature.count, NPYFormat.signature.starts(with: prefix) {
      return "the file ends within the first \(NPYFormat.signature.count) bytes of a NumPy array"
    }
    if prefix.count < 128, prefix.starts(with: "MATLAB 5.0 MAT-file".utf8) {
      return "the file ends after \(prefix.count) bytes, within the 128 bytes of a MATLAB file's header"
    }
    return nil
  }

  /// Opens a file in the format that its first bytes tell, or in the one named.
  ///
  /// - Parameters:
  ///   - path: the file, or `-` for standard input.
  ///   - name: the format; nil for what the content tells.
  ///   - limits: what reading may cost.
  ///   - tables: what is known already about text in rows and columns; other formats do not look at it.
  public static func open(
    _ path: String, from name: String? = nil, limits: Limits = Limits(), tables: TableOptions = TableOptions()
  ) throws(FormatError) -> OpenFile {
    try open(InputFile(path: path, limits: limits), from: name, limits: limits, tables: tables)
  }

  /// Opens an input in the format that its first bytes tell, or in the one named.
  public static func open(
    _ input: InputFile, from name: String? = nil, limits: Limits = Limits(), tables: TableOptions = TableOptions()
  ) throws(FormatError) -> OpenFile {
    var format: any FileFormat = if let name { try named(name) } else { try recognize(input) }
    if let table = format as? DelimitedFormat { format = table.with(tables) }
    do {
      return OpenFile(input: input, format: format, reader: try format.open(input, limits: limits))
    } catch {
      throw error.naming(input.name)
    }
  }
}

extension FileFormats {
  /// Writes an archive to a file, complete or not at all.
  ///
  /// - Parameters:
  ///   - archive: what is written.
  ///   - path: the file, or `-` for standard output.
  ///   - format: how; nil for what the ending of the path tells.
  /// - Throws: ``FormatError``: what the format cannot hold, `cannotCreate`, `inputOutput`.
  public static func write(
    _ archive: TensorArchive, to path: String, as format: (any FileFormat)? = nil
  ) throws(FormatError) {
    try write(ArchiveSource(archive), to: path, as: format)
  }

  /// Writes arrays that are read while they are written, complete or not at all, and what belongs beside the file.
  ///
  /// - Parameters:
  ///   - archive: what is written.
  ///   - path: the file, or `-` for standard output.
  ///   - format: how; nil for what the ending of the path tells.
  ///   - options: what the user may choose.
  /// - Throws: ``FormatError``: what the format cannot hold, `cannotCreate`, `inputOutput`; what reading throws.
  public static func write(
    _ archive: ArchiveSource, to path: String, as format: (any FileFormat)? = nil,
    options: WritingOptions = WritingOptions()
  ) throws(FormatError) {
    let format = if let format { format } else { try forWriting(path: path) }
    try checkCompression(of: path, as: format)
    do throws(FormatError) {
      var output = try OutputFile(path: path, compression: options.compression)
      try format.write(archive, to: &output, options: options)
      guard path != "-", let companion = format.companion(of: path) else { return try output.commit() }
      var list = try OutputFile(path: companion.path)
      try list.write(companion.text)
      try output.finish()
      try list.finish()
      try output.commit()
      try list.commit()
    } catch {
      throw error.naming(path == "-" ? "standard output" : path)
    }
  }
}
