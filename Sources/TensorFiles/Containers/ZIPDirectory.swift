/// Where the directory of a ZIP archive stands (APPNOTE.TXT, 4.3.14 to 4.3.16).
struct ZIPDirectory {
  /// The number of members.
  let count: Int
  /// The first byte, and the bytes there are.
  let offset: Int
  let size: Int

  /// The longest comment at the end of an archive.
  private static let mostCommentBytes = 0xFFFF

  /// Finds the directory; nil where the file does not end like an archive.
  ///
  /// - Throws: ``FormatError``: `damaged` when the end contradicts the file, `unsupported` for an archive in several
  ///   files.
  init?(_ input: InputFile, size fileSize: Int) throws(FormatError) {
    guard let endOffset = try ZIPDirectory.endOffset(of: input, size: fileSize) else { return nil }
    var cursor = ByteCursor(
      try input.bytes(at: endOffset + 4, count: ZIPRecord.end.length - 4), at: endOffset + 4)
    var disk = Int(try cursor.integer(UInt16.self))
    var firstDisk = Int(try cursor.integer(UInt16.self))
    try cursor.skip(2)
    var count = UInt64(try cursor.integer(UInt16.self))
    var size = UInt64(try cursor.integer(UInt32.self))
    var offset = UInt64(try cursor.integer(UInt32.self))
    var directoryEnd = endOffset
    if let end64 = try ZIPDirectory.end64(of: input, before: endOffset) {
      (disk, firstDisk, count, size, offset, directoryEnd) = end64
    }
    guard disk == 0, firstDisk == 0 else {
      throw FormatError(
        .unsupported, at: .byte(endOffset), "the ZIP archive is split into several files; join them with zip -s 0")
    }
    guard let size = Int(exactly: size), let offset = Int(exactly: offset), size <= directoryEnd,
      offset == directoryEnd - size
    else {
      throw FormatError(
        .damaged, at: .byte(endOffset),
        "the directory of the ZIP archive should take \(size) bytes from byte \(offset) on, and end at byte "
          + "\(directoryEnd)")
    }
    guard count <= UInt64(size / ZIPRecord.entry.length) else {
      throw FormatError(
        .damaged, at: .byte(endOffset), "\(count) members are announced, more than \(size) bytes of directory can hold")
    }
    (self.count, self.size, self.offset) = (Int(count), size, offset)
  }

  /// The end record is the last thing in the file but for a comment, whose length it tells.
  private static func endOffset(of input: InputFile, size: Int) throws(FormatError) -> Int? {
    let length = min(size, ZIPRecord.end.length + mostCommentBytes)
    let tail = try input.bytes(at: size - length, count: length)
    let signature: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    for start in stride(from: length - ZIPRecord.end.length, through: 0, by: -1) where tail[start] == signature[0] {
      guard tail[start..<start + 4].elementsEqual(signature) else { continue }
      let comment = Int(tail[start + 20]) | Int(tail[start + 21]) << 8
      if start + ZIPRecord.end.length + comment == length { return size - length + start }
    }
    return nil
  }

  private typealias End64 = (
    disk: Int, firstDisk: Int, count: UInt64, size: UInt64, offset: UInt64, directoryEnd: Int
  )

  /// The end record of large archives, found by its locator, which stands right before the other end record.
  private static func end64(of input: InputFile, before end: Int) throws(FormatError) -> End64? {
    let locator = end - ZIPRecord.locator64.length
    guard locator >= 0 else { return nil }
    var cursor = ByteCursor(try input.bytes(at: locator, count: ZIPRecord.locator64.length), at: locator)
    guard try cursor.integer(UInt32.self) == ZIPRecord.locator64.signature else { return nil }
    try cursor.skip(4)
    let place = try cursor.integer(UInt64.self)
    guard let place = Int(exactly: place), place <= locator - ZIPRecord.end64.length else {
      throw FormatError(
        .damaged, at: .byte(locator), "the ZIP archive's 64-bit end record cannot stand at byte \(place)")
    }
    cursor = ByteCursor(try input.bytes(at: place, count: ZIPRecord.end64.length), at: place)
    guard try cursor.integer(UInt32.self) == ZIPRecord.end64.signature else {
      throw FormatError(.damaged, at: .byte(place), "the ZIP archive's 64-bit end record should stand here")
    }
    try cursor.skip(12)
    let disk = Int(try cursor.integer(UInt32.self))
    let firstDisk = Int(try cursor.integer(UInt32.self))
    try cursor.skip(8)
    let count = try cursor.integer(UInt64.self)
    let size = try cursor.integer(UInt64.self)
    let offset = try cursor.integer(UInt64.self)
    return (disk, firstDisk, count, size, offset, place)
  }
}

extension ZIPMember {
  /// One entry of the directory (APPNOTE.TXT, 4.3.12).
  init(from cursor: inout ByteCursor, before end: Int) throws(FormatError) {
    let start = cursor.offset
    guard try cursor.integer(UInt32.self) == ZIPRecord.entry.signature else {
      throw FormatError(.damaged, at: .byte(start), "a member should be described here in the ZIP archive's directory")
    }
    try cursor.skip(4)
    flags = Int(try cursor.integer(UInt16.self))
    method = Int(try cursor.integer(UInt16.self))
    try cursor.skip(4)
    checksum = try cursor.integer(UInt32.self)
    let compressedSize = try cursor.integer(UInt32.self)
    let size = try cursor.integer(UInt32.self)
    let nameLength = Int(try cursor.integer(UInt16.self))
    let extraLength = Int(try cursor.integer(UInt16.self))
    let commentLength = Int(try cursor.integer(UInt16.self))
    try cursor.skip(8)
    let offset = try cursor.integer(UInt32.self)
    nameBytes = Array(try cursor.take(nameLength))
    name = ZIPName.text(nameBytes)
    var extra = try ZIPExtra64(in: ByteCursor(Array(try cursor.take(extraLength)), at: start))
    try cursor.skip(commentLength)
    self.size = try extra.value(size, "the size", name)
    self.compressedSize = try extra.value(compressedSize, "the compressed size", name)
    self.offset = try extra.value(offset, "the place", name)
    guard self.offset <= end - ZIPRecord.local.length, self.compressedSize <= end - self.offset else {
      throw FormatError(
        .damaged, at: .byte(start),
        "member '\(name)' should take \(self.compressedSize) bytes after byte \(self.offset), the directory begins at "
          + "byte \(end)")
    }
  }
}

/// What stands before a member's bytes (APPNOTE.TXT, 4.3.7).
struct ZIPLocalHeader {
  let nameBytes: [UInt8]
  let method: Int
  /// Where the member's bytes begin.
  let dataOffset: Int
  /// The member as this header describes it; nil where its sizes stand only behind its bytes.
  let member: ZIPMember?

  /// - Parameter end: where the members' part of the file ends.
  /// - Throws: ``FormatError`` with code `damaged` or `truncated`.
  init(_ input: InputFile, at offset: Int, end: Int) throws(FormatError) {
    guard end - offset >= ZIPRecord.local.length else {
      throw FormatError(.truncated, at: .byte(offset), "the file ends within the header before a member")
    }
    var cursor = ByteCursor(try input.bytes(at: offset, count: ZIPRecord.local.length), at: offset)
    guard try cursor.integer(UInt32.self) == ZIPRecord.local.signature else {
      throw FormatError(.damaged, at: .byte(offset), "the header of a member should stand at byte \(offset)")
    }
    try cursor.skip(2)
    let flags = Int(try cursor.integer(UInt16.self))
    method = Int(try cursor.integer(UInt16.self))
    try cursor.skip(4)
    let checksum = try cursor.integer(UInt32.self)
    let compressedSize = try cursor.integer(UInt32.self)
    let size = try cursor.integer(UInt32.self)
    let nameLength = Int(try cursor.integer(UInt16.self))
    let extraLength = Int(try cursor.integer(UInt16.self))
    dataOffset = offset + ZIPRecord.local.length + nameLength + extraLength
    guard dataOffset <= end else {
      throw FormatError(.truncated, at: .byte(offset), "the file ends within the header before a member")
    }
    cursor = ByteCursor(
      try input.bytes(at: offset + ZIPRecord.local.length, count: nameLength + extraLength),
      at: offset + ZIPRecord.local.length)
    nameBytes = Array(try cursor.take(nameLength))
    guard flags & ZIPFlags.hasDescriptor == 0 else {
      member = nil
      return
    }
    let name = ZIPName.text(nameBytes)
    var extra = try ZIPExtra64(in: cursor)
    member = ZIPMember(
      name: name, size: try extra.value(size, "the size", name),
      compressedSize: try extra.value(compressedSize, "the compressed size", name), offset: offset,
      nameBytes: nameBytes, method: method, flags: flags, checksum: checksum)
  }
}

/// The numbers of a member that do not fit 32 bits (APPNOTE.TXT, 4.5.3): only those, in a fixed order.
private struct ZIPExtra64 {
  private var cursor: ByteCursor?

  /// Looks for it among the extra fields.
  init(in fields: ByteCursor) throws(FormatError) {
    var fields = fields
    // What is too short for a field fills up, as some programs do to align the bytes of the member.
    while fields.remaining >= 4 {
      let kind = Int(try fields.integer(UInt16.self))
      let length = Int(try fields.integer(UInt16.self))
      guard length <= fields.remaining else { return }
      let offset = fields.offset
      let field = try fields.take(length)
      if kind == ZIPRecord.extra64 {
        cursor = ByteCursor(Array(field), at: offset)
        return
      }
    }
  }

  /// A number of 32 bits, or the next one of 64 where that says so.
  mutating func value(_ value: UInt32, _ what: String, _ name: String) throws(FormatError) -> Int {
    guard value == .max, cursor != nil else { return Int(value) }
    guard let wide = try cursor?.integer(UInt64.self), let number = Int(exactly: wide) else {
      throw FormatError(.damaged, at: .object(name), "\(what) of the member does not fit 63 bits")
    }
    return number
  }
}
