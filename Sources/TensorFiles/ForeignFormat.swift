/// Files that users have at hand and that are not read: recognised so that the error can say what to do.
struct ForeignFormat {
  let sentence: String

  static func recognize(prefix: [UInt8]) -> ForeignFormat? {
    if isMATLAB4(prefix) {
      return ForeignFormat(
        sentence: "a MATLAB level 4 file, which is not read; save it again in MATLAB or Octave with save -v7")
    }
    if let text = text(prefix) { return ForeignFormat(sentence: text) }
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

  /// Level 4 has no signature: its first variable must make sense, in one of the byte orders. Five int32: the type in
  /// decimal digits MOPT, rows, columns, whether it is complex, and the length of the name with the zero at its end.
  private static func isMATLAB4(_ prefix: [UInt8]) -> Bool {
    guard prefix.count >= 22, prefix.prefix(4).contains(0) else { return false }
    return [false, true].contains { isBigEndian in
      let header = (0..<5).map { field in
        let bytes = prefix[field * 4..<field * 4 + 4]
        return (isBigEndian ? Array(bytes) : bytes.reversed()).reduce(0) { $0 << 8 | Int($1) }
      }
      let (type, nameLength) = (header[0], header[4])
      let (order, reserved, precision, kind) = (type / 1000, type / 100 % 10, type / 10 % 10, type % 10)
      guard order == (isBigEndian ? 1 : 0), reserved == 0, precision <= 5, kind <= 2 else { return false }
      guard header[1] < 1 << 31, header[2] < 1 << 31, header[3] <= 1 else { return false }
      guard (2...256).contains(nameLength), prefix.count >= 20 + nameLength else { return false }
      let name = prefix[20..<20 + nameLength]
      return name.last == 0 && name.dropLast().allSatisfy { (0x21...0x7E).contains($0) }
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
    (
      // The version word of level 7.3, little-endian: such a file is HDF5 behind a MATLAB header.
      Signature([0x00, 0x02, 0x49, 0x4D], at: 124),
      "a MATLAB 7.3 file, which is not read; save it again in MATLAB with save(…, '-v7')"
    ),
    (Signature([0x93] + Array("NUMPY".utf8)), "a NumPy array (.npy), which is not read; np.savetxt writes it as CSV"),
    (
      Signature([0x50, 0x4B, 0x03, 0x04]),
      "a ZIP file (NPZ, .keras, .pt, .xlsx), which is not read; save the arrays as HDF5, MAT or CSV"
    ),
    (Signature([0x1F, 0x8B]), "a gzip file inside a gzip file; decompress it once with gunzip"),
    (Signature("CDF\u{1}"), "a netCDF classic file, which is not read; nccopy -k nc4 makes it HDF5"),
    (Signature("CDF\u{2}"), "a netCDF classic file, which is not read; nccopy -k nc4 makes it HDF5"),
    (Signature("CDF\u{5}"), "a netCDF classic file, which is not read; nccopy -k nc4 makes it HDF5"),
    (
      Signature([0x80, 0x02]),
      "a Python pickle, which can run programs and is not read; save the arrays with h5py or scipy.io.savemat"
    ),
    (
      Signature([0x80, 0x04]),
      "a Python pickle, which can run programs and is not read; save the arrays with h5py or scipy.io.savemat"
    ),
    (
      Signature([0x80, 0x05]),
      "a Python pickle, which can run programs and is not read; save the arrays with h5py or scipy.io.savemat"
    ),
    (Signature("Octave-1-"), "an Octave binary file, which is not read; in Octave, save -v7 writes MAT"),
    (Signature("# Created by Octave"), "an Octave text file, which is not read; in Octave, save -v7 writes MAT"),
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
