import Tensors

/// An open .npz file: the arrays from the archive's directory and their headers, their numbers on request.
final class NPZReader: PartialReader {
  private(set) var entries: [TensorEntry] = []
  private(set) var damage: FormatError?
  private(set) var notes: [String] = []

  private let input: InputFile
  private let limits: Limits
  /// The numbers of each array, or why they cannot be read.
  private var arrays: [String: Result<NPYSource, FormatError>] = [:]
  private var places: [String: Int] = [:]
  /// The bytes of all headers so far.
  private var headerBytes = 0

  /// The most bytes of all headers: a small archive can inflate to many.
  private static let mostHeaderBytes = 1 << 28

  /// Lists the arrays of a file.
  ///
  /// - Throws: ``FormatError`` with code `unrecognized` when the file is no ZIP archive.
  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.input = input
    self.limits = limits
    let prefix = try input.prefix(4)
    guard prefix == [0x50, 0x4B, 0x03, 0x04] || prefix == [0x50, 0x4B, 0x05, 0x06] else {
      throw FormatError(.unrecognized, "the first bytes are not those of a ZIP archive")
    }
    let archive = try ZIPArchive(input, limits: limits)
    damage = archive.damage?.naming(input.name)
    list(archive)
  }

  func entry(_ name: String) throws(FormatError) -> TensorEntry {
    guard let place = places[name] else { throw missing(name) }
    return entries[place]
  }

  func tensor(_ name: String) throws(FormatError) -> Tensor {
    do throws(FormatError) { return try array(name).tensor() } catch { throw error.naming(input.name) }
  }

  func source(of name: String) throws(FormatError) -> any TensorSource {
    do throws(FormatError) { return try array(name) } catch { throw error.naming(input.name) }
  }

  func rows(of name: String) throws(FormatError) -> any RowSource {
    do throws(FormatError) { return try array(name).rows() } catch { throw error.naming(input.name) }
  }

  func examples(of name: String, along dimension: ExampleDimension) throws(FormatError) -> (any RowSource)? {
    do throws(FormatError) { return try array(name).examples(along: dimension) } catch {
      throw error.naming(input.name)
    }
  }

  private func array(_ name: String) throws(FormatError) -> NPYSource {
    let entry = try entry(name)
    guard let array = arrays[name] else { throw notNumeric(entry) }
    return try array.get()
  }
}

/// The list.
extension NPZReader {
  private func list(_ archive: ZIPArchive) {
    var last: [String: Int] = [:]
    for (index, member) in archive.members.enumerated() { last[member.name] = index }
    var counts: [String: Int] = [:]
    for member in archive.members { counts[member.name, default: 0] += 1 }
    for member in archive.members {
      // Of several members of one name the last counts, as in NumPy; it is listed in the place of the first.
      guard let index = last.removeValue(forKey: member.name) else { continue }
      if let count = counts[member.name], count > 1 {
        notes.append("\(member.name): there are \(count) members of this name; the last one counts, as in NumPy")
      }
      list(archive.members[index], of: archive)
    }
  }

  private func list(_ member: ZIPMember, of archive: ZIPArchive) {
    guard member.name.hasSuffix(NPZFormat.ending) else {
      add(other(member.name, "file of \(member.size) bytes", nil), nil)
      return
    }
    let name = String(member.name.dropLast(NPZFormat.ending.count))
    if let obstacle = member.obstacle {
      add(other(name, "member that is \(obstacle.what)", obstacle.remedy), nil)
      return
    }
    do throws(FormatError) {
      let stream = try archive.open(member)
      let header = try NPYHeader(name: name) { count throws(FormatError) in
        guard count <= stream.remaining else {
          throw FormatError(
            .truncated,
            "the member ends within the header of the array: \(count - stream.remaining) more bytes were expected")
        }
        headerBytes += count
        guard headerBytes <= NPZReader.mostHeaderBytes else {
          throw FormatError(
            .limit, "the headers of all arrays take more than \(NPZReader.mostHeaderBytes) bytes, the limit")
        }
        return try stream.take(count)
      }
      let byteCount = try header.byteCount()
      guard case .numbers(let type, let isBigEndian) = header.type else {
        add(header.entry(name), nil)
        return
      }
      if let byteCount, byteCount != stream.remaining {
        let failure = FormatError(
          byteCount > stream.remaining ? .truncated : .damaged, at: .object(name),
          "the array takes \(byteCount) bytes, its member has \(stream.remaining) after the header")
        add(header.entry(name), .failure(failure.naming(input.name)))
        damage = damage ?? failure.naming(input.name)
        return
      }
      let content = NPZContent(member, of: archive, headerLength: header.length, offset: stream.offset, stream.isStored)
      add(
        header.entry(name),
        .success(NPYSource(name, header, type, isBigEndian: isBigEndian, in: content, limits: limits)))
    } catch {
      let failure = FormatError(error.code, at: .object(name), error.sentence)
      add(other(name, "damaged member", failure.sentence), nil)
      damage = damage ?? failure.naming(input.name)
    }
  }

  private func other(_ name: String, _ className: String, _ remedy: String?) -> TensorEntry {
    TensorEntry(name: name, shape: [], content: .other(className: className, remedy: remedy))
  }

  private func add(_ entry: TensorEntry, _ array: Result<NPYSource, FormatError>?) {
    guard let place = places[entry.name] else {
      places[entry.name] = entries.count
      entries.append(entry)
      arrays[entry.name] = array
      return
    }
    // An array `a` in `a.npy` beside a file `a`.
    notes.append("\(entry.name): there is an array of this name and another file; the array counts")
    if !entries[place].isNumeric, array != nil {
      entries[place] = entry
      arrays[entry.name] = array
    }
  }
}

/// Numbers in a member of an archive.
private final class NPZContent: NPYContent {
  private let member: ZIPMember
  private let archive: ZIPArchive
  private let headerLength: Int
  /// Where the first number stands in the file, of a member that is not compressed.
  private let start: Int
  private let isStored: Bool
  private var isChecked = false

  init(_ member: ZIPMember, of archive: ZIPArchive, headerLength: Int, offset: Int, _ isStored: Bool) {
    self.member = member
    self.archive = archive
    self.headerLength = headerLength
    start = offset + headerLength
    self.isStored = isStored
  }

  var canSeek: Bool { isStored }

  func pass() throws(FormatError) -> any NPYPass {
    let stream = try archive.open(member)
    _ = try stream.take(headerLength)
    return NPZPass(stream)
  }

  func whole(byteCount: Int, memory: Int) -> TensorStorage? {
    guard byteCount == member.size - headerLength else { return nil }
    return archive.content(of: member, behind: headerLength, memory: memory)
  }

  func check() throws(FormatError) {
    guard !isChecked else { return }
    try archive.open(member).finish()
    isChecked = true
  }

  func read(at offset: Int, into span: inout MutableRawSpan) throws(FormatError) {
    try archive.input.read(at: start + offset, into: &span)
  }
}

private final class NPZPass: NPYPass {
  private let stream: ZIPStream

  init(_ stream: ZIPStream) { self.stream = stream }

  func read(into span: inout MutableRawSpan) throws(FormatError) { try stream.read(into: &span) }

  func finish() throws(FormatError) { try stream.finish() }
}
