/// Writes a ZIP archive, member after member, into an output that has nothing else in it.
///
/// The bytes are those that Python's `zipfile` writes for NumPy: no times, 64-bit sizes before every member. Where the
/// output can be written over they are put there when they are known; where it is streamed they follow the member.
package struct ZIPWriter {
  fileprivate struct Entry {
    let name: [UInt8]
    let method: Int
    let flags: Int
    let offset: Int
    var size = 0
    var compressedSize = 0
    var checksum = CRC32()
  }
  private var entries: [Entry] = []
  /// The bytes written so far.
  private var offset = 0
  /// What deflates the member that is being written; nil when it is stored.
  private var deflate: DeflateStream?

  /// The largest number that is written in 32 bits: Python's choice.
  private let mostShort: Int
  private static let mostShortCount = 0xFFFF

  /// - Parameter mostShort: the largest size or place that is written in 32 bits.
  package init(mostShort: Int = 0x7FFF_FFFF) { self.mostShort = mostShort }

  /// Begins a member.
  ///
  /// - Parameters:
  ///   - name: its name; unique in the archive.
  ///   - level: how well it is compressed, from 1 to 9; nil to store it as it is.
  ///   - byteCount: its bytes, where they are known: then they are kept and compressed at once.
  /// - Throws: ``FormatError`` with code `unsuitable` for a name above 65535 bytes.
  package mutating func begin(
    _ name: String, level: Int?, of byteCount: Int? = nil, to output: inout OutputFile
  ) throws(FormatError) {
    let bytes = Array(name.utf8)
    guard bytes.count <= Int(UInt16.max) else {
      throw FormatError(.unsuitable, at: .object(name), "a name of \(bytes.count) bytes is too long for a ZIP archive")
    }
    let flags =
      (output.canOverwrite ? 0 : ZIPFlags.hasDescriptor) | (bytes.allSatisfy { $0 < 0x80 } ? 0 : ZIPFlags.utf8)
    if let level { deflate = try DeflateStream(level: level, framing: .raw, of: byteCount) }
    let entry = Entry(
      name: bytes, method: level == nil ? ZIPMethod.stored : ZIPMethod.deflated, flags: flags, offset: offset)
    entries.append(entry)
    try put(ZIPWriter.localHeader(entry), to: &output)
  }

  /// Writes the next bytes of the member.
  package mutating func write(_ bytes: RawSpan, to output: inout OutputFile) throws(FormatError) {
    let last = entries.count - 1
    entries[last].size += bytes.byteCount
    entries[last].checksum.update(bytes)
    if let deflate {
      try deflate.write(bytes)
      try putDeflated(to: &output)
    } else {
      try output.write(bytes)
      offset += bytes.byteCount
      entries[last].compressedSize += bytes.byteCount
    }
  }

  /// Writes the next bytes of the member.
  package mutating func write(_ bytes: [UInt8], to output: inout OutputFile) throws(FormatError) {
    try write(unsafe bytes.span.bytes, to: &output)
  }

  /// Ends the member.
  package mutating func end(to output: inout OutputFile) throws(FormatError) {
    if let deflate {
      try deflate.finish()
      try putDeflated(to: &output)
    }
    deflate = nil
    let entry = entries[entries.count - 1]
    if output.canOverwrite {
      try output.overwrite(ZIPWriter.localHeader(entry), at: entry.offset)
    } else {
      var bytes = ZIPBytes()
      bytes.append(ZIPRecord.descriptor.signature)
      bytes.append(entry.checksum.value)
      bytes.append(UInt64(entry.compressedSize))
      bytes.append(UInt64(entry.size))
      try put(bytes.bytes, to: &output)
    }
  }

  /// Ends the archive with its directory.
  package mutating func finish(to output: inout OutputFile) throws(FormatError) {
    let start = offset
    for entry in entries { try put(directoryEntry(entry), to: &output) }
    let size = offset - start
    if entries.count > ZIPWriter.mostShortCount || start > mostShort || size > mostShort {
      try put(end64(directory: start, size: size), to: &output)
    }
    var bytes = ZIPBytes()
    bytes.append(ZIPRecord.end.signature)
    bytes.append(UInt32(0))
    for _ in 0..<2 { bytes.append(UInt16(clamping: entries.count)) }
    bytes.append(UInt32(clamping: size))
    bytes.append(UInt32(clamping: start))
    bytes.append(UInt16(0))
    try put(bytes.bytes, to: &output)
  }

  private mutating func put(_ bytes: [UInt8], to output: inout OutputFile) throws(FormatError) {
    try output.write(bytes)
    offset += bytes.count
  }

  private mutating func putDeflated(to output: inout OutputFile) throws(FormatError) {
    for block in deflate?.takeBlocks() ?? [] {
      try put(block, to: &output)
      entries[entries.count - 1].compressedSize += block.count
    }
  }

  /// The header before a member. Its size does not depend on what is known of the member.
  private static func localHeader(_ entry: Entry) -> [UInt8] {
    let isKnown = entry.flags & ZIPFlags.hasDescriptor == 0
    var bytes = ZIPBytes()
    bytes.append(ZIPRecord.local.signature)
    bytes.append(ZIPBytes.version64)
    bytes.append(entry)
    bytes.append(isKnown ? entry.checksum.value : 0)
    for _ in 0..<2 { bytes.append(UInt32.max) }
    bytes.append(UInt16(entry.name.count))
    bytes.append(UInt16(20))
    bytes.bytes += entry.name
    bytes.append(extra: isKnown ? [entry.size, entry.compressedSize] : [0, 0])
    return bytes.bytes
  }

  private func directoryEntry(_ entry: Entry) -> [UInt8] {
    let areLong = entry.size > mostShort || entry.compressedSize > mostShort
    let extra = (areLong ? [entry.size, entry.compressedSize] : []) + (entry.offset > mostShort ? [entry.offset] : [])
    var bytes = ZIPBytes()
    bytes.append(ZIPRecord.entry.signature)
    // Made on Unix, where the upper half of the attributes below holds the permissions.
    bytes.append(3 << 8 | ZIPBytes.version64)
    bytes.append(ZIPBytes.version64)
    bytes.append(entry)
    bytes.append(entry.checksum.value)
    bytes.append(areLong ? UInt32.max : UInt32(entry.compressedSize))
    bytes.append(areLong ? UInt32.max : UInt32(entry.size))
    bytes.append(UInt16(entry.name.count))
    bytes.append(UInt16(extra.isEmpty ? 0 : 4 + 8 * extra.count))
    // No comment, the first disk, no attributes of content; readable and writable by its owner.
    for _ in 0..<3 { bytes.append(UInt16(0)) }
    bytes.append(UInt32(0o600 << 16))
    bytes.append(entry.offset > mostShort ? UInt32.max : UInt32(entry.offset))
    bytes.bytes += entry.name
    if !extra.isEmpty { bytes.append(extra: extra) }
    return bytes.bytes
  }

  private func end64(directory start: Int, size: Int) -> [UInt8] {
    var bytes = ZIPBytes()
    bytes.append(ZIPRecord.end64.signature)
    bytes.append(UInt64(ZIPRecord.end64.length - 12))
    for _ in 0..<2 { bytes.append(ZIPBytes.version64) }
    for _ in 0..<2 { bytes.append(UInt32(0)) }
    for _ in 0..<2 { bytes.append(UInt64(entries.count)) }
    bytes.append(UInt64(size))
    bytes.append(UInt64(start))
    bytes.append(ZIPRecord.locator64.signature)
    bytes.append(UInt32(0))
    bytes.append(UInt64(start + size))
    bytes.append(UInt32(1))
    return bytes.bytes
  }
}

extension ZIPBytes {
  /// What the header before a member and its entry in the directory have in common.
  fileprivate mutating func append(_ entry: ZIPWriter.Entry) {
    append(UInt16(entry.flags))
    append(UInt16(entry.method))
    append(ZIPBytes.time)
    append(ZIPBytes.date)
  }
}

/// Numbers as the bytes of an archive: little-endian.
private struct ZIPBytes {
  /// The version of the format that knows 64-bit sizes, 4.5.
  static let version64: UInt16 = 45
  /// Midnight, 1 January 1980: the first moment that an archive can tell.
  static let time: UInt16 = 0
  static let date: UInt16 = 1 << 5 | 1

  var bytes: [UInt8] = []

  mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
    }
  }

  mutating func append(extra numbers: [Int]) {
    append(UInt16(ZIPRecord.extra64))
    append(UInt16(8 * numbers.count))
    for number in numbers { append(UInt64(number)) }
  }
}
