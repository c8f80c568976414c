import CDeflate
import CZlib
package import Tensors

/// Inflates streams that are in memory as a whole, to a size that is known: by libdeflate where it is installed, which
/// is much faster than zlib, and by zlib elsewhere.
///
/// What is wrong with a stream it does not say: that is told by ``InflateStream``, which reads it again.
/// Used by one thread at a time.
@safe package final class BufferInflater {
  private let reader: deflate_reader?

  /// Whether libdeflate is there. Without it a stream is better read piece by piece.
  package static var isFast: Bool { deflate_is_installed() }

  /// An inflater, which keeps its tables from one stream to the next.
  package init() { unsafe reader = deflate_new_reader() }

  deinit { if let reader = unsafe reader { unsafe deflate_free_reader(reader) } }

  /// What became of a stream.
  package enum Outcome {
    /// It filled the span to its last byte, and its checksum is right.
    case filled
    /// It ended before.
    case short
    /// It is damaged, or goes on behind the span's last byte.
    case failed
  }

  /// Inflates one stream at the beginning of some bytes. The span's content is undefined where it is not filled.
  package func inflate(_ bytes: RawSpan, framing: DeflateStream.Framing, into span: inout MutableRawSpan) -> Outcome {
    unsafe bytes.withUnsafeBytes { input in
      unsafe span.withUnsafeMutableBytes { output in
        guard let from = input.baseAddress, let to = output.baseAddress else { return .failed }
        guard let reader = unsafe reader else { return unsafe inflateByZlib(input, framing, output) }
        let result =
          switch framing {
          case .zlib: unsafe deflate_read_zlib(reader, from, input.count, to, output.count)
          case .raw: unsafe deflate_read_raw(reader, from, input.count, to, output.count)
          // Members of a gzip file are of any number.
          case .gzip: Int32(-1)
          }
        return result == 0 ? .filled : result > 0 ? .short : .failed
      }
    }
  }

  /// Streams of fewer bytes are read piece by piece: two readings of the file would cost more than is gained.
  private static let leastContent = 1 << 16

  /// All that a stream in a file holds, where that is `lead` bytes and so many others, which are aligned. Nil where it is
  /// small, where libdeflate is not installed, and where the stream holds something else or is broken: then
  /// ``InflateStream`` says what is wrong.
  ///
  /// - Parameters:
  ///   - count: the compressed bytes; what follows the stream among them is not looked at.
  ///   - memory: the most bytes that both may take together.
  package static func content(
    of input: InputFile, at offset: Int, count: Int, framing: DeflateStream.Framing, lead: Int, byteCount: Int,
    memory: Int
  ) -> TensorStorage? {
    // Nothing compresses worse than this; what says so need not be in memory.
    guard isFast, byteCount >= leastContent, count <= lead + byteCount + byteCount / 1024 + 4096,
      lead + byteCount <= memory - count
    else { return nil }
    do {
      var compressed = try TensorBuffer(byteCount: count)
      try compressed.withMutableBytes { bytes throws(FormatError) in try input.read(at: offset, into: &bytes) }
      let stream = compressed.finish()
      var content = try TensorBuffer(byteCount: byteCount, behind: lead)
      let isWhole = stream.withBytes { bytes in
        content.withMutableBytes { span in BufferInflater().inflate(bytes, framing: framing, into: &span) == .filled }
      }
      return isWhole ? content.finish() : nil
    } catch { return nil }
  }

  private func inflateByZlib(
    _ input: UnsafeRawBufferPointer, _ framing: DeflateStream.Framing, _ output: UnsafeMutableRawBufferPointer
  ) -> Outcome {
    // zlib's counts are 32 bits wide.
    guard let room = UInt32(exactly: output.count), let count = UInt32(exactly: input.count), framing != .gzip else {
      return .failed
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
      guard begun == Z_OK else { return .failed }
      defer { unsafe inflateEnd(stream) }
      guard unsafe CZlib.inflate(stream, Z_FINISH) == Z_STREAM_END else { return .failed }
      return unsafe stream.pointee.avail_out == 0 ? .filled : .short
    }
  }
}
