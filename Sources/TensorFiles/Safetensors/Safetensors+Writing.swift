public import Tensors

/// Writing: wider elements first, so that every number stands at a multiple of its width; otherwise in the order in
/// which the arrays come.
extension SafetensorsFormat {
  public func changes(writing archive: ArchiveSource) throws(FormatError) -> [String] {
    _ = try SafetensorsOutline(archive)
    return archive.attributeLosses(in: "safetensors", keepsTexts: true)
  }

  public func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    let outline = try SafetensorsOutline(archive)
    try output.write(outline.header)
    for member in outline.members {
      do { try SafetensorsFormat.write(member, to: &output) } catch {
        throw FormatError.converted(error, at: member.name)
      }
    }
  }

  /// Up to this size an array is read whole.
  private static let wholeLimit = 1 << 26
  /// Bytes that are read at a time of a larger one.
  private static let blockLength = 1 << 23

  private static func write(_ member: ArchiveSource.Member, to output: inout OutputFile) throws {
    let byteCount = try member.source.byteCount
    let rows = byteCount <= wholeLimit ? max(1, member.source.rowCount) : member.source.rowCount(ofBytes: blockLength)
    let blocks = try member.source.blocks(ofRows: rows)
    var written = 0
    while let block = try blocks.next() {
      let ordered = try SafetensorsFormat.littleEndian(try block.stored(in: .rowMajor))
      written += ordered.byteCount
      guard written <= byteCount else { break }
      try ordered.withBytes { bytes throws(FormatError) in try output.write(bytes) }
    }
    guard written == byteCount else {
      throw FormatError(.damaged, at: .object(member.name), "the array is not of the announced shape")
    }
  }

  /// The bytes of a tensor's numbers, the lower byte of each first.
  private static func littleEndian(_ tensor: Tensor) throws(TensorError) -> TensorStorage {
    guard isHostBigEndian else { return tensor.storage }
    var buffer = try TensorBuffer(byteCount: tensor.storage.byteCount)
    tensor.storage.withElements(as: UInt8.self) { source in
      buffer.withMutableElements(as: UInt8.self) { target in
        for index in source.indices { target[index] = source[index] }
      }
    }
    let width = tensor.elementType.byteCount / (tensor.elementType.isComplex ? 2 : 1)
    buffer.swapBytes(width: width, count: buffer.byteCount / width)
    return buffer.finish()
  }
}

/// A file before its numbers are written: the order of the arrays, and the header.
private struct SafetensorsOutline {
  /// The arrays in the order of their places.
  let members: [ArchiveSource.Member]
  /// The length, the header and the spaces that fill it up to a multiple of 8.
  let header: [UInt8]

  /// Checks every array and says where it will stand.
  ///
  /// - Throws: ``FormatError`` with code `unsupported` or `unsuitable` at an array that cannot be written.
  init(_ archive: ArchiveSource) throws(FormatError) {
    let widest = archive.members.map(\.source.elementType.byteCount).max() ?? 0
    // From the widest to the narrowest, each group in its own order.
    members = stride(from: widest, to: 0, by: -1).flatMap { width in
      archive.members.filter { $0.source.elementType.byteCount == width }
    }
    var fields: [String] = []
    let texts = archive.attributes[""].filter { $0.value.text != nil }
    if !texts.isEmpty {
      let metadata = texts.map { "\(quoted($0.name)):\(quoted($0.value.text ?? ""))" }.joined(separator: ",")
      fields.append("\(quoted(SafetensorsFormat.metadataName)):{\(metadata)}")
    }
    var names: Set<String> = [SafetensorsFormat.metadataName]
    var end = 0
    for member in members {
      guard names.insert(member.name).inserted else {
        throw FormatError(
          .unsuitable, at: .object(member.name),
          member.name == SafetensorsFormat.metadataName
            ? "this name stands for texts about the file; rename the array (--rename)"
            : "two arrays have this name; rename one (--rename)")
      }
      let (field, next) = try SafetensorsOutline.field(of: member, from: end)
      fields.append(field)
      end = next
    }
    let text = Array("{\(fields.joined(separator: ","))}".utf8)
    let length = (text.count + 7) / 8 * 8
    guard length <= SafetensorsFormat.mostHeaderBytes else {
      throw FormatError(
        .unsuitable, "the header would take \(length) bytes, \(SafetensorsFormat.mostHeaderBytes) are the most")
    }
    header =
      (0..<SafetensorsFormat.lengthBytes).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + text
      + [UInt8](repeating: UInt8(ascii: " "), count: length - text.count)
  }

  /// What the header says of an array that begins at a byte, and the byte behind it.
  private static func field(
    of member: ArchiveSource.Member, from start: Int
  ) throws(FormatError) -> (text: String, end: Int) {
    let source = member.source
    guard let type = SafetensorsType.name(of: source.elementType) else {
      throw FormatError(
        .unsupported, at: .object(member.name),
        "safetensors has no type for \(source.elementType.rawValue); --type complex64 makes it one that it has")
    }
    let bytes: Int
    do { bytes = try source.byteCount } catch { throw FormatError(error, at: .object(member.name)) }
    let (end, overflow) = start.addingReportingOverflow(bytes)
    guard !overflow else {
      throw FormatError(.unsuitable, at: .object(member.name), "the arrays are too large to count")
    }
    let shape = source.shape.map(String.init).joined(separator: ",")
    return (
      "\(quoted(member.name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(start),\(end)]}", end
    )
  }
}

/// A text as JSON has it.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case _ where scalar.steersTerminals:
      let hex = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
