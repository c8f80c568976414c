/// Files that users have at hand and that are not read: recognised so that the error can say what to do.
struct ForeignFormat {
  let sentence: String

  static func recognize(prefix: [UInt8]) -> ForeignFormat? {
    // Its length may look like the first bytes of a pickle.
    if SafetensorsFormat().recognizes(prefix: prefix, size: nil) { return nil }
    if prefix.count >= 20, prefix.allSatisfy({ $0 == 0 }) {
      return ForeignFormat(
        sentence: "the file begins with \(prefix.count) zero bytes and is of no format: perhaps a copy or a download "
          + "of it failed")
    }
    if let text = text(prefix) { return ForeignFormat(sentence: text) }
    if let network = ForeignNetwork.sentence(prefix: prefix) { return ForeignFormat(sentence: network) }
    if let network = protobuf(prefix) { return network }
    return known.first { signature, _ in
      prefix.count >= signature.offset + signature.bytes.count
        && prefix[signature.offset...].starts(with: signature.bytes)
    }.map { ForeignFormat(sentence: $0.sentence) }
  }

  /// Text that is no table, told by its first word in any case, a byte order mark and blanks before it passed over.
  private static func text(_ prefix: [UInt8]) -> String? {
    let start = prefix.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let first = prefix[start...].drop { NumberParsing.isBlank($0) || $0 == 10 || $0 == 13 }
    let word = String(decoding: first.prefix(16), as: UTF8.self).lowercased()
    if word.hasPrefix("<!doctype") || word.hasPrefix("<html") {
      return "a web page, perhaps the error page of a failed download"
    }
    if word.hasPrefix("<?xml") { return "an XML file, which is not read; save the table as CSV" }
    if word.hasPrefix("{") || word.hasPrefix("[") { return "JSON, which is not read; save the table as CSV" }
    return nil
  }

  /// What a ZIP archive of other things than arrays is, told by the names of its members.
  static func archive(of names: [String]) -> ForeignFormat {
    func has(_ isWanted: (String) -> Bool) -> Bool { names.contains(where: isWanted) }
    if let network = ForeignNetwork.sentence(members: names) { return ForeignFormat(sentence: network) }
    if has({ $0.hasPrefix("xl/") }) {
      return ForeignFormat(sentence: "an Excel workbook (.xlsx), which is not read; save the sheet as CSV")
    }
    if has({ $0 == "content.xml" }), has({ $0 == "mimetype" }) {
      return ForeignFormat(sentence: "an OpenDocument file (.ods), which is not read; save the sheet as CSV")
    }
    let some = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
    let content = some.isEmpty ? "nothing" : some
    return ForeignFormat(
      sentence: "a ZIP archive of \(content), which is not read; unzip takes its files out of it")
  }

  /// What a file is that no format recognises, told by its end or by its name.
  static func recognizeByEnd(_ input: InputFile, prefix: [UInt8]) throws(FormatError) -> ForeignFormat? {
    // What comes through a pipe is not kept for this.
    guard let size = input.knownSize else { return nil }
    let suffix = try input.bytes(at: size - min(size, 8), count: min(size, 8))
    return ForeignNetwork.sentence(suffix: suffix, prefix: prefix, name: input.baseName).map {
      ForeignFormat(sentence: $0)
    }
  }

  private struct Signature {
    let offset: Int
    let bytes: [UInt8]
    init(_ bytes: [UInt8], at offset: Int = 0) {
      self.offset = offset
      self.bytes = bytes
    }
    init(_ text: String) { self.init(Array(text.utf8)) }
  }

  private static let known: [(signature: Signature, sentence: String)] = [
    (Signature([0x1F, 0x8B]), "a gzip file inside a gzip file; decompress it once with gunzip"),
    (Signature("CDF\u{1}"), "a netCDF classic file, which is not read; nccopy -k nc4 makes it HDF5"),
    (Signature("CDF\u{2}"), "a netCDF classic file, which is not read; nccopy -k nc4 makes it HDF5"),
    (Signature("CDF\u{5}"), "a netCDF classic file, which is not read; nccopy -k nc4 makes it HDF5"),
    (Signature([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]), "a file compressed with xz; decompress it with xz -d"),
    (Signature("BZh"), "a file compressed with bzip2; decompress it with bzip2 -d"),
    (Signature("Octave-1-"), "an Octave binary file, which is not read; in Octave, save -v7 writes MAT"),
    (Signature("PAR1"), "a Parquet file, which is not read; save the table as CSV"),
    (Signature("ARROW1"), "an Arrow file, which is not read; save the table as CSV"),
    (
      Signature("version https://git-lfs"),
      "a Git LFS pointer in the place of the file itself; git lfs pull fetches the file"
    ),
    (
      Signature([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
      "an old Office file (.xls), which is not read; save the table as CSV"
    ),
    (Signature([0xFF, 0xFE]), "text in UTF-16; iconv -f UTF-16 -t UTF-8 makes it UTF-8"),
    (Signature([0xFE, 0xFF]), "text in UTF-16; iconv -f UTF-16 -t UTF-8 makes it UTF-8"),
  ]
}
