import Tensors

/// One top-level element of a file: where it lies and how.
struct MAT5Place {
  /// The byte of its tag.
  let offset: Int
  /// The bytes after its tag.
  let count: Int
  /// Whether those bytes are one zlib stream that holds the element proper.
  let isCompressed: Bool
}

/// The tag before a data element: its type and the bytes of its data and of what fills it up.
struct MAT5Tag {
  /// The number of the type, which need not be one that there is.
  let number: Int
  /// The bytes of the data.
  let count: Int
  /// The bytes after the data, up to the next multiple of eight.
  let padding: Int

  /// The type, if it is one that there is.
  var type: MAT5Type? { MAT5Type(rawValue: number) }
}

/// The content of one variable's element, taken in sequence: as it lies in the file, or inflated.
///
/// Nothing is taken beyond what the element's own tag announces.
final class MAT5Element {
  private enum Source {
    case stored(InputFile)
    case deflated(InflateStream)
    /// All that a stream held, which began at an offset, and how much of it was taken.
    case inflated(TensorStorage, Int, offset: Int)
  }
  private var source: Source
  let isBigEndian: Bool
  /// The next byte in the file, where the element is not compressed.
  private var next: Int
  /// The first bytes, read at once because a variable begins with many small fields.
  private var head: [UInt8] = []
  private let headOffset: Int
  /// The bytes that the element's tag announces and that were not taken yet.
  private(set) var remaining: Int

  private static let headLength = 256

  /// The element at a place, its own tag already taken.
  ///
  /// - Throws: ``FormatError`` with code `damaged` when a compressed element holds no matrix.
  init(_ place: MAT5Place, of input: InputFile, isBigEndian: Bool) throws(FormatError) {
    self.isBigEndian = isBigEndian
    next = place.offset + 8
    headOffset = next
    guard place.isCompressed else {
      source = .stored(input)
      remaining = place.count
      head = try input.bytes(at: next, count: min(place.count, MAT5Element.headLength))
      return
    }
    source = .deflated(try InflateStream(input, at: next, count: place.count))
    remaining = 8
    let tag = try tag()
    guard tag.type == .matrix else {
      throw damaged("the compressed element holds an element of type \(tag.number) where a matrix (14) should be")
    }
    remaining = tag.count
  }

  /// Bytes of a file, which need not be an element: the numbers of level 4.
  init(bytesAt offset: Int, count: Int, of input: InputFile, isBigEndian: Bool) {
    self.isBigEndian = isBigEndian
    next = offset
    headOffset = offset
    source = .stored(input)
    remaining = count
  }

  /// Checks that as many bytes as are announced can come out of the compressed ones.
  func checkAnnounced(in place: MAT5Place) throws(FormatError) {
    guard !place.isCompressed || remaining <= InflateStream.mostInflated(place.count) else {
      throw damaged("\(remaining) bytes are announced, more than \(place.count) compressed bytes can hold")
    }
  }

  /// Where in the file the next byte stands; of a compressed element, where its stream begins.
  var offset: Int {
    switch source {
    case .stored: next
    case .deflated(let stream): stream.offset
    case .inflated(_, _, let offset): offset
    }
  }

  /// Inflates all that is left of a large compressed element at once, where it is as it should be and both fit in some
  /// memory. Where not, nothing happens, and what reads it piece by piece says what is wrong.
  func inflateAll(of place: MAT5Place, in input: InputFile, announced: Int, memory: Int) {
    guard case .deflated(let stream) = source else { return }
    let lead = 8 + announced - remaining
    guard
      let content = BufferInflater.content(
        of: input, at: stream.offset, count: place.count, framing: .zlib, lead: lead, byteCount: remaining,
        memory: memory)
    else { return }
    source = .inflated(content, lead, offset: stream.offset)
  }

  /// The next bytes where they lie, aligned; nil where they are not in memory.
  func takeInPlace(_ count: Int) -> TensorStorage? {
    guard case .inflated(let content, let taken, let offset) = source, count <= remaining else { return nil }
    source = .inflated(content, taken + count, offset: offset)
    remaining -= count
    return content.slice(taken..<taken + count)
  }

  /// An error at the next byte.
  func damaged(_ sentence: String) -> FormatError {
    FormatError(.damaged, at: .byte(offset), sentence)
  }

  /// Fills a span with the next bytes.
  func read(into span: inout MutableRawSpan) throws(FormatError) {
    let count = span.byteCount
    guard count <= remaining else {
      throw damaged("\(count) bytes are needed here, the variable has only \(remaining) left")
    }
    switch source {
    case .deflated(let stream): try stream.read(into: &span)
    case .inflated(let content, let taken, let offset):
      content.withBytes { bytes in
        unsafe span.withUnsafeMutableBytes { target in
          unsafe bytes.extracting(taken..<taken + count).withUnsafeBytes { unsafe target.copyMemory(from: $0) }
        }
      }
      source = .inflated(content, taken + count, offset: offset)
    case .stored(let input):
      let first = next - headOffset
      if first + count <= head.count {
        for index in 0..<count { span.storeBytes(of: head[first + index], toByteOffset: index, as: UInt8.self) }
      } else {
        try input.read(at: next, into: &span)
      }
      next += count
    }
    remaining -= count
  }

  /// The next bytes, a small number of them.
  func take(_ count: Int) throws(FormatError) -> ByteCursor {
    let start = offset
    // Before the allocation: the count may be anything.
    guard count <= remaining else {
      throw damaged("\(count) bytes are needed here, the variable has only \(remaining) left")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    var elements = bytes.mutableSpan
    var span = unsafe elements.mutableBytes
    try read(into: &span)
    return ByteCursor(bytes, at: start, isBigEndian: isBigEndian)
  }

  /// The tag of the next data element (MAT-File Format, figures 1-2 and 1-3).
  func tag() throws(FormatError) -> MAT5Tag {
    var cursor = try take(4)
    let word = try cursor.integer(UInt32.self)
    // The small form, told by its upper half: the count and the type in one word, up to four bytes of data in the next.
    if word >> 16 != 0 {
      let count = Int(word >> 16)
      guard count <= 4 else { throw damaged("a small element cannot have \(count) bytes") }
      return MAT5Tag(number: Int(word & 0xFFFF), count: count, padding: 4 - count)
    }
    cursor = try take(4)
    let count = Int(try cursor.integer(UInt32.self))
    return MAT5Tag(number: Int(word), count: count, padding: (8 - count % 8) % 8)
  }

  /// Passes over bytes.
  func skip(_ count: Int) throws(FormatError) {
    var left = count
    while left > 0 {
      let part = min(left, 1 << 16)
      _ = try take(part)
      left -= part
    }
  }

  /// Passes over what fills up a data element. At the end of the variable it may be missing.
  func skipPadding(_ tag: MAT5Tag) throws(FormatError) {
    let count = min(tag.padding, remaining)
    if count > 0 { _ = try take(count) }
  }

  /// Checks that the variable ends here: nothing more in its element and, if it is compressed, nothing more in its
  /// stream, whose checksum is right.
  func finish() throws(FormatError) {
    guard remaining == 0 else { throw damaged("the variable has \(remaining) bytes more than its array needs") }
    if case .deflated(let stream) = source { try stream.finish() }
  }
}
