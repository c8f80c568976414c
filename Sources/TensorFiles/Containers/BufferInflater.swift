import CDeflate
import CZlib
package import Tensors

/// Inflates streams that are in memory as a whole, to a size that is known: by libdeflate where it is installed, which
/// is much faster than zlib, and by zlib elsewhere.
///
/// It says only whether that worked. What is wrong with a stream is told by ``InflateStream``, which reads it again.
/// Used by one thread at a time.
@safe package final class BufferInflater {
  private let reader: deflate_reader?

  /// Whether libdeflate is there. Without it a stream is better read piece by piece.
  package static var isFast: Bool { deflate_is_installed() }

  /// An inflater, which keeps its tables from one stream to the next.
  package init() { unsafe reader = deflate_new_reader() }

  deinit { if let reader = unsafe reader { unsafe deflate_free_reader(reader) } }

  /// Whether one stream at the beginning of some bytes has the right checksum and fills a span to its last byte. The
  /// span's content is undefined where not.
  package func inflate(_ bytes: RawSpan, framing: DeflateStream.Framing, into span: inout MutableRawSpan) -> Bool {
    unsafe bytes.withUnsafeBytes { input in
      unsafe span.withUnsafeMutableBytes { output in
        guard let from = input.baseAddress, let to = output.baseAddress else { return false }
        guard let reader = unsafe reader else { return unsafe inflateByZlib(input, framing, output) }
        return switch framing {
        case .zlib: unsafe deflate_read_zlib(reader, from, input.count, to, output.count)
        case .raw: unsafe deflate_read_raw(reader, from, input.count, to, output.count)
        // Members of a gzip file are of any number.
        case .gzip: false
        }
      }
    }
  }

  /// Streams of fewer bytes are read piece by piece: two readings of the file would cost more than is gained.
  private static let leastContent = 1 << 16

  /// All that a stream in a file holds, where that is `lead` bytes and so many others, which are aligned. Nil where it is
  /// small, where libdeflate is not installed, and where the stream holds something else or is broken: then
  /// ``InflateStream`` says what is wrong.
  ///
  /// - Parameter count: the compressed bytes; what follows the stream among them is not looked at.
  package static func content(
    of input: InputFile, at offset: Int, count: Int, framing: DeflateStream.Framing, lead: Int, byteCount: Int
  ) -> TensorStorage? {
    // Nothing compresses worse than this; what says so need not be in memory.
    guard isFast, byteCount >= leastContent, count <= lead + byteCount + byteCount / 1024 + 4096 else { return nil }
    do {
      var compressed = try TensorBuffer(byteCount: count)
      try compressed.withMutableBytes { bytes throws(FormatError) in try input.read(at: offset, into: &bytes) }
      let stream = compressed.finish()
      var content = try TensorBuffer(byteCount: byteCount, behind: lead)
      let isWhole = stream.withBytes { bytes in
        content.withMutableBytes { span in BufferInflater().inflate(bytes, framing: framing, into: &span) }
      }
      return isWhole ? content.finish() : nil
    } catch { return nil }
  }

  private func inflateByZlib(
    _ input: UnsafeRawBufferPointer, _ framing: DeflateStream.Framing, _ output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    // zlib's counts are 32 bits wide.
    guard let room = UInt32(exactly: output.count), let count = UInt32(exactly: input.count), framing != .gzip else {
      return false
    }
    var stream = unsafe z_stream()
    // zlib only reads from here, though its type does not say so.
    unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    unsafe stream.avail_in = count
    unsafe stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.avail_out = room
    return unsafe withUnsafeMutablePointer(to: &stream) { stream in
      let begun =
        framing == .zlib ? unsafe zlib_inflate_init(stream) : unsafe zlib_raw_inflate_init(stream)
      guard begun == Z_OK else { return false }
      defer { unsafe inflateEnd(stream) }
      return unsafe CZlib.inflate(stream, Z_FINISH) == Z_STREAM_END && stream.pointee.avail_out == 0
    }
  }
}
