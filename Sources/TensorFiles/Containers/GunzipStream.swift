import CZlib

/// The content of a gzip file (RFC 1952), inflated in sequence: all its members one after another, as gunzip does.
///
/// zlib checks the CRC-32 and the size at the end of each member.
@safe final class GunzipStream {
  /// The compressed bytes.
  let input: InputFile
  /// Compressed bytes that were read: those from ``used`` on are still to be inflated.
  private var window: [UInt8] = []
  private var used = 0
  /// Where in the file the window begins.
  private var windowOffset = 0
  private var phase = Phase.member
  // On the heap, because zlib keeps the address of the structure; nil until the first byte is asked for.
  private var stream: UnsafeMutablePointer<z_stream>?

  private enum Phase {
    /// Inside a member.
    case member
    /// Behind a member: another may follow.
    case between
    /// All is read.
    case end
  }

  private static let windowLength = 1 << 16

  /// The first bytes of every gzip file.
  static let signature: [UInt8] = [0x1F, 0x8B]

  /// The content of a file that begins with ``signature``.
  init(_ input: InputFile) { self.input = input }

  deinit {
    guard let stream = unsafe stream else { return }
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Fills a span with the next bytes of the content and gives their number: 0 at the end.
  ///
  /// - Throws: ``FormatError`` at the byte of the compressed file: `damaged` when it is broken, a checksum is wrong or
  ///   something else follows it, `truncated` when it ends too early.
  func read(into span: inout MutableRawSpan) throws(FormatError) -> Int {
    while phase != .end {
      if used == window.count { try refill() }
      if phase == .between {
        try beginMember()
        continue
      }
      guard used < window.count else {
        throw failure(.truncated, "the file ends before its gzip stream does; it was cut off, so fetch it again")
      }
      let (result, got) = try step(into: &span)
      switch result {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: phase = .between
      case Z_MEM_ERROR: throw failure(.limit, "no memory to inflate")
      default:
        let reason = unsafe stream?.pointee.msg.map { unsafe String(cString: $0) } ?? "error \(result)"
        throw failure(.damaged, "the gzip stream is damaged: \(reason)")
      }
      if got > 0 { return got }
    }
    return 0
  }

  /// Looks what follows a member: another one, the end, or zeros up to the end, which tapes and blocks leave.
  private func beginMember() throws(FormatError) {
    guard used < window.count else {
      phase = .end
      return
    }
    guard window[used] == 0 else {
      guard window[used] == GunzipStream.signature[0] else {
        throw failure(.damaged, "something else follows the end of the gzip stream")
      }
      unsafe inflateReset(stream)
      phase = .member
      return
    }
    while used < window.count {
      guard window[used] == 0 else {
        throw failure(.damaged, "something else follows the end of the gzip stream")
      }
      used += 1
      if used == window.count { try refill() }
    }
    phase = .end
  }

  /// One call of inflate over the window.
  private func step(into span: inout MutableRawSpan) throws(FormatError) -> (result: Int32, got: Int) {
    let stream = try unsafe begun()
    let room = min(span.byteCount, 1 << 30)
    let result = unsafe window.withUnsafeMutableBufferPointer { window in
      unsafe span.withUnsafeMutableBytes { bytes in
        let available = window.count - used
        unsafe stream.pointee.next_in = window.baseAddress.map { unsafe $0 + used }
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(room)
        let result = unsafe inflate(stream, Z_NO_FLUSH)
        used += available - Int(unsafe stream.pointee.avail_in)
        return result
      }
    }
    return (result, room - Int(unsafe stream.pointee.avail_out))
  }

  /// zlib's state, made when it is needed.
  @unsafe private func begun() throws(FormatError) -> UnsafeMutablePointer<z_stream> {
    if let stream = unsafe stream { return unsafe stream }
    let new = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe new.initialize(to: z_stream())
    guard unsafe zlib_gunzip_init(new) == Z_OK else {
      unsafe new.deallocate()
      throw failure(.limit, "no memory to inflate")
    }
    unsafe stream = new
    return unsafe new
  }

  private func refill() throws(FormatError) {
    windowOffset += window.count
    var next = [UInt8](repeating: 0, count: GunzipStream.windowLength)
    var elements = next.mutableSpan
    var span = unsafe elements.mutableBytes
    let got = try input.nextBytes(into: &span)
    next.removeLast(next.count - got)
    window = next
    used = 0
  }

  private func failure(_ code: FormatError.Code, _ sentence: String) -> FormatError {
    FormatError(code, at: .byte(windowOffset + used), sentence, file: input.name)
  }
}
