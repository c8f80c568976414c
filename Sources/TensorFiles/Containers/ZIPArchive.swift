package import Tensors

/// A ZIP archive that is read: its members from the directory at its end, their bytes on request.
///
/// Nothing is written to the disk. Of an archive that was cut the members are those whose headers are still there.
package final class ZIPArchive {
  /// The members in the order of the directory, folders left out; names need not be unique.
  package private(set) var members: [ZIPMember] = []
  /// The error that ended the listing, when only a part of the archive could be read.
  package private(set) var damage: FormatError?

  let input: InputFile
  private let limits: Limits
  /// Where the members' own part of the file ends.
  private var end = 0
  /// The first bytes of all members, sorted.
  private var offsets: [Int] = []

  /// The first bytes of an archive that has a member.
  static let signature: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  /// Bytes of a directory that are kept in memory.
  private static let mostDirectoryBytes = 1 << 28

  /// Reads the directory of an archive.
  ///
  /// - Throws: ``FormatError`` with code `inputOutput`. What is wrong with the archive is its ``damage``.
  package init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.input = input
    self.limits = limits
    let size = try input.size()
    do throws(FormatError) {
      if let directory = try ZIPDirectory(input, size: size) {
        end = directory.offset
        try list(directory)
      } else {
        damage = FormatError(
          .truncated, at: .byte(size),
          "the directory at the end of the ZIP archive is missing: the file is cut or was not written to its end")
        try walk(size: size)
      }
    } catch {
      if error.code == .inputOutput { throw error }
      damage = damage ?? error
    }
    offsets = members.map(\.offset).sorted()
    members.removeAll(where: \.isFolder)
  }

  /// Opens the bytes of a member.
  ///
  /// - Throws: ``FormatError`` at the member: `unsupported` for one that is encrypted or compressed otherwise than by
  ///   deflate, `damaged` when its local header contradicts the directory, `truncated`.
  package func open(_ member: ZIPMember) throws(FormatError) -> ZIPStream {
    do throws(FormatError) {
      return try stream(member)
    } catch {
      throw FormatError(error.code, at: .object(member.name), error.sentence)
    }
  }

  /// All bytes of a member, checked.
  ///
  /// - Parameter limit: the most bytes.
  package func contents(of member: ZIPMember, limit: Int) throws(FormatError) -> [UInt8] {
    let stream = try open(member)
    guard member.size <= limit else {
      throw FormatError(
        .limit, at: .object(member.name), "\(member.size) bytes are needed in memory, the limit is \(limit)")
    }
    let bytes = try stream.take(member.size)
    try stream.finish()
    return bytes
  }

  /// The bytes of a deflated member behind the first `lead`, which are aligned, all inflated at once and checked. Nil
  /// where that is no gain, or takes more memory, or something is wrong: then ``open(_:)`` and the stream say what.
  package func content(of member: ZIPMember, behind lead: Int, memory: Int) -> TensorStorage? {
    do throws(FormatError) {
      let stream = try stream(member)
      guard !stream.isStored,
        let content = BufferInflater.content(
          of: input, at: stream.offset, count: member.compressedSize, framing: .raw, lead: lead,
          byteCount: member.size - lead, memory: memory)
      else { return nil }
      var checksum = CRC32()
      content.withBytes { checksum.update($0) }
      return checksum.value == member.checksum ? content.slice(lead..<member.size) : nil
    } catch { return nil }
  }

  private func stream(_ member: ZIPMember) throws(FormatError) -> ZIPStream {
    if let obstacle = member.obstacle {
      throw FormatError(
        .unsupported, "the member is \(obstacle.what), which is not read" + (obstacle.remedy.map { "; \($0)" } ?? ""))
    }
    let header = try ZIPLocalHeader(input, at: member.offset, end: end)
    guard header.nameBytes == member.nameBytes else {
      throw FormatError(
        .damaged, "the header before the member at byte \(member.offset) names '\(ZIPName.text(header.nameBytes))'")
    }
    guard header.method == member.method else {
      throw FormatError(
        .damaged, "the directory says method \(member.method), the header before the member method \(header.method)")
    }
    guard member.compressedSize <= nextOffset(after: member.offset) - header.dataOffset else {
      throw FormatError(
        .damaged,
        "its \(member.compressedSize) bytes from byte \(header.dataOffset) on run into what stands after the member")
    }
    if member.method == ZIPMethod.stored {
      guard member.size == member.compressedSize else {
        throw FormatError(
          .damaged, "\(member.size) bytes are announced, \(member.compressedSize) are stored uncompressed")
      }
    } else if member.size > InflateStream.mostInflated(member.compressedSize) {
      throw FormatError(
        .damaged,
        "\(member.size) bytes are announced, more than \(member.compressedSize) compressed bytes can hold")
    }
    return try ZIPStream(member, of: input, at: header.dataOffset)
  }

  /// The first byte of the member behind one, or of the directory. Two members cannot share bytes: that would make a
  /// small archive a huge one.
  private func nextOffset(after offset: Int) -> Int {
    var (low, high) = (0, offsets.count)
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle] > offset { high = middle } else { low = middle + 1 }
    }
    return low < offsets.count ? offsets[low] : end
  }
}

/// The list.
extension ZIPArchive {
  private func list(_ directory: ZIPDirectory) throws(FormatError) {
    guard directory.count <= limits.objects else {
      throw FormatError(
        .limit, at: .byte(directory.offset),
        "the ZIP archive has \(directory.count) members, \(limits.objects) are the limit")
    }
    guard directory.size <= ZIPArchive.mostDirectoryBytes else {
      throw FormatError(
        .limit, at: .byte(directory.offset),
        "the directory of the ZIP archive has \(directory.size) bytes, \(ZIPArchive.mostDirectoryBytes) are the limit")
    }
    let bytes = try input.bytes(at: directory.offset, count: directory.size)
    var cursor = ByteCursor(bytes, at: directory.offset)
    for _ in 0..<directory.count { members.append(try ZIPMember(from: &cursor, before: directory.offset)) }
  }

  /// The members of an archive without a directory, one after another from the beginning of the file, as far as their
  /// headers tell their sizes.
  private func walk(size: Int) throws(FormatError) {
    end = size
    var offset = 0
    while size - offset >= ZIPRecord.local.length, members.count < limits.objects {
      let header = try ZIPLocalHeader(input, at: offset, end: size)
      guard let member = header.member else { return }
      let left = size - header.dataOffset
      guard member.compressedSize <= left else {
        damage = FormatError(
          .truncated, at: .object(member.name),
          "the member takes \(member.compressedSize) bytes, the file ends \(member.compressedSize - left) bytes short "
            + "of them; what stood after it is missing too")
        return
      }
      members.append(member)
      offset = header.dataOffset + member.compressedSize
    }
  }
}
