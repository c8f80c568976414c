import CZlib

/// One stream of deflated bytes that lies in an input, inflated piece by piece into memory of the caller's.
///
/// Never more is inflated than was asked for. Errors are placed at the first byte of the stream: how far a decoder has
/// read when it finds the damage differs from one version of zlib to the next.
@safe package final class InflateStream {
  private let input: InputFile
  /// What the stream is called: `zlib`.
  private let kind: String
  /// The first byte of the stream in the file.
  package let offset: Int
  /// Where the next compressed bytes stand, and where those of this stream end at the latest.
  private var next: Int
  private let end: Int
  /// Compressed bytes that were read: those from ``used`` on are still to be inflated.
  private var window: [UInt8] = []
  private var used = 0
  private var isAtEnd = false
  // On the heap, because zlib keeps the address of the structure.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Compressed bytes that are read at first, enough for the head of a variable, and later.
  private static let firstWindow = 256
  private static let window = 1 << 16
  /// The most that zlib is asked for at once: its counts are 32 bits wide.
  private static let mostAtOnce = 1 << 30

  /// The stream that begins at a byte of an input and takes at most `count` bytes.
  ///
  /// - Throws: ``FormatError`` with code `limit` when there is no memory.
  package init(
    _ input: InputFile, at offset: Int, count: Int, framing: DeflateStream.Framing = .zlib
  ) throws(FormatError) {
    self.input = input
    kind =
      switch framing {
      case .zlib: "zlib"
      case .gzip: "gzip"
      case .raw: "deflate"
      }
    self.offset = offset
    next = offset
    end = offset + count
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let result =
      switch framing {
      case .zlib: unsafe zlib_inflate_init(stream)
      case .gzip: unsafe zlib_gunzip_init(stream)
      case .raw: unsafe zlib_raw_inflate_init(stream)
      }
    guard result == Z_OK else {
      // The deinit runs too: inflateEnd refuses a stream that was not begun, without harm.
      throw FormatError(.limit, at: .byte(offset), "no memory to inflate")
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// The most bytes that so many compressed ones can become (RFC 1951: 258 bytes for two bits, and a head).
  package static func mostInflated(_ count: Int) -> Int {
    let (product, overflow) = count.multipliedReportingOverflow(by: 1032)
    return overflow || product > Int.max - 64 ? Int.max : product + 64
  }

  /// Fills a span with the next inflated bytes.
  ///
  /// - Throws: ``FormatError``: `damaged` when the stream is broken or its checksum is wrong, `truncated` when it ends
  ///   before.
  package func read(into span: inout MutableRawSpan) throws(FormatError) {
    var done = 0
    while done < span.byteCount {
      let count = min(span.byteCount - done, InflateStream.mostAtOnce)
      var part = span._mutatingExtracting(done..<done + count)
      let got = try inflateSome(into: &part)
      guard got > 0 else {
        throw FormatError(
          .truncated, at: .byte(offset), "the \(kind) stream ends \(span.byteCount - done) bytes before its content")
      }
      done += got
    }
  }

  /// Checks that the stream ends here, with the right checksum. What follows it is not looked at.
  ///
  /// - Throws: ``FormatError`` with code `damaged` when there are more bytes, or as ``read(into:)``.
  package func finish() throws(FormatError) {
    var spare = [UInt8](repeating: 0, count: 1)
    var elements = spare.mutableSpan
    var span = unsafe elements.mutableBytes
    guard try inflateSome(into: &span) == 0 else {
      throw FormatError(.damaged, at: .byte(offset), "the \(kind) stream goes on after its content should end")
    }
  }

  /// Inflates at least one byte and gives the number: 0 when the stream has ended and its checksum is right.
  private func inflateSome(into span: inout MutableRawSpan) throws(FormatError) -> Int {
    while !isAtEnd {
      if used == window.count { try refill() }
      let (result, got) = step(into: &span)
      switch result {
      case Z_OK: break
      case Z_STREAM_END: isAtEnd = true
      case Z_BUF_ERROR where got == 0 && next == end && used == window.count:
        throw FormatError(.truncated, at: .byte(offset), "the compressed bytes end before the \(kind) stream does")
      case Z_BUF_ERROR: break
      case Z_MEM_ERROR: throw FormatError(.limit, at: .byte(offset), "no memory to inflate")
      case Z_NEED_DICT:
        throw FormatError(
          .unsupported, at: .byte(offset), "the \(kind) stream needs a dictionary that is not in the file")
      default:
        let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "error \(result)"
        throw FormatError(.damaged, at: .byte(offset), "the \(kind) stream is damaged: \(reason)")
      }
      if got > 0 { return got }
    }
    return 0
  }

  /// One call of inflate over the window, into a span of at most ``mostAtOnce`` bytes.
  private func step(into span: inout MutableRawSpan) -> (result: Int32, got: Int) {
    let room = span.byteCount
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

  private func refill() throws(FormatError) {
    let count = min(window.isEmpty ? InflateStream.firstWindow : InflateStream.window, end - next)
    guard count > 0 else { return }
    window = try input.bytes(at: next, count: count)
    used = 0
    next += count
  }
}
