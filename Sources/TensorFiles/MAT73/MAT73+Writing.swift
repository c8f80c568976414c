import HDF5
public import Tensors

/// Writing: as MATLAB itself writes, so that every version of it that knows level 7.3 reads the file.
extension MAT73Format {
  /// The text of the header. It has no date, so that equal content makes equal bytes.
  private static let text = "MATLAB 7.3 MAT-file, Platform: reg-tools, Created by: reg-tools HDF5 schema 1.00 ."
  /// MATLAB's own level of compression, and the bytes from which on it is used.
  private static let defaultCompression = 3
  private static let compressedFrom = 64 << 10

  public func changes(writing archive: ArchiveSource) throws(FormatError) -> [String] {
    var changes: [String] = []
    for member in archive.members {
      _ = try MAT73Format.arrayClass(of: member)
      let shape = member.source.shape
      if member.source.elementType.isComplex, shape.contains(0) {
        changes.append("\(member.name): an empty array of complex numbers becomes one of real numbers, as in MATLAB")
      }
      let dimensions = MAT73Format.dimensions(of: member)
      if let change = MATLABNames.shapeChange(of: member.name, from: shape, to: dimensions) { changes.append(change) }
    }
    return changes
  }

  public func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    // All before the first byte: what the format cannot hold leaves no half of a file.
    for member in archive.members { _ = try MAT73Format.arrayClass(of: member) }
    let bytes = try HDF5Output.byteCount(of: archive)
    try HDF5Output.write(to: &output, byteCount: bytes, userBlock: MAT73Format.userBlock) { file throws in
      let root = try file.root()
      for member in archive.members { try MAT73Format.write(member, to: root, options) }
    } verify: { file throws in
      let root = try file.root()
      for member in archive.members where !member.source.shape.contains(0) {
        let expected = Array(MAT73Format.dimensions(of: member).reversed())
        let shape = try root.dataset(at: member.name).dataspace.shape
        guard shape == expected else {
          throw FormatError(
            .inputOutput, at: .object(member.name),
            "written as \(Tensor.describe(expected)), but the file holds \(Tensor.describe(shape))")
        }
      }
    }
  }

  /// The text, padded with spaces, no subsystem, the version, and zeros up to the HDF5 data.
  private static var userBlock: [UInt8] {
    var block = Array(text.utf8)
    block += [UInt8](repeating: 0x20, count: 116 - block.count)
    block += [UInt8](repeating: 0, count: 8) + versionWord
    return block + [UInt8](repeating: 0, count: userBlockLength - block.count)
  }

  /// The dimensions in MATLAB, two at least: a vector is a column.
  private static func dimensions(of member: ArchiveSource.Member) -> [Int] {
    let shape = member.source.shape
    return shape + [Int](repeating: 1, count: max(0, 2 - shape.count))
  }

  /// The class of an array.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` when the name is none of MATLAB's, `unsupported` when MATLAB has
  ///   no such type.
  private static func arrayClass(of member: ArchiveSource.Member) throws(FormatError) -> MAT73Class {
    try MATLABNames.check(member.name)
    let type = member.source.elementType
    guard let arrayClass = MAT73Class(holding: type) else {
      throw FormatError(
        .unsupported, at: .object(member.name),
        "MATLAB has no \(type.rawValue); convert it to float32 first (--type float32)")
    }
    // HDF5 itself has 32 dimensions at most.
    guard member.source.shape.count <= 32 else {
      throw FormatError(
        .unsupported, at: .object(member.name), "\(member.source.shape.count) dimensions, HDF5 has 32 at most")
    }
    return arrayClass
  }

  private static func write(
    _ member: ArchiveSource.Member, to root: borrowing HDF5Group, _ options: WritingOptions
  ) throws {
    let arrayClass = try arrayClass(of: member)
    let shape = dimensions(of: member)
    if shape.contains(0) {
      // The dimensions stand where numbers would.
      let lengths = shape.map { UInt64($0) }
      let dataset = try root.write(lengths, to: member.name, shape: [lengths.count])
      try mark(dataset, arrayClass)
      try dataset.attributes().write(UInt8(1), to: "MATLAB_empty")
      return
    }
    let level = options.compression ?? defaultCompression
    let bytes = try member.source.byteCount
    let isCompressed = level > 0 && (bytes > compressedFrom || options.compression != nil)
    let array = HDF5ArrayWriter(
      member.source, name: member.name, isReversed: true, compression: isCompressed ? level : nil, shuffle: false,
      complexNames: .matlab)
    let dataset = try array.write(
      member.name, in: root, shape: shape, storedAs: arrayClass == .logical ? .uint8 : nil)
    try mark(dataset, arrayClass)
  }

  private static func mark(_ dataset: borrowing HDF5Dataset, _ arrayClass: MAT73Class) throws {
    let attributes = try dataset.attributes()
    try attributes.write(arrayClass.rawValue, to: "MATLAB_class", as: .fixedASCII)
    if arrayClass == .logical { try attributes.write(Int32(1), to: "MATLAB_int_decode") }
  }
}
