import CDeflate

/// Deflates what is in memory as a whole, by libdeflate. Used by one thread at a time.
@safe package final class BufferDeflater {
  private let writer: deflate_writer

  /// A deflater of a level from 1 to 9; nil where libdeflate is not installed, so that zlib must do it.
  package init?(level: Int) {
    guard (1...9).contains(level), let writer = unsafe deflate_new_writer(Int32(level)) else { return nil }
    unsafe self.writer = writer
  }

  /// Whether libdeflate is installed.
  package static var isThere: Bool { deflate_is_installed() }

  deinit { unsafe deflate_free_writer(writer) }

  /// Bytes that a stream of so many bytes never exceeds.
  package func room(for count: Int) -> Int { Int(unsafe deflate_room_zlib(writer, count)) }

  /// Bytes as one stream.
  package func stream(of bytes: RawSpan, framing: DeflateStream.Framing) -> [UInt8] {
    let room = room(for: bytes.byteCount)
    return unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      var span = unsafe UnsafeMutableRawBufferPointer(buffer).mutableBytes
      // There is always room for it.
      count = deflate(bytes, framing: framing, into: &span) ?? 0
    }
  }

  /// Writes bytes as one stream to the beginning of a span and gives its length; nil where it does not fit.
  ///
  /// Equal bytes make equal streams.
  package func deflate(_ bytes: RawSpan, framing: DeflateStream.Framing, into span: inout MutableRawSpan) -> Int? {
    unsafe bytes.withUnsafeBytes { input in
      unsafe span.withUnsafeMutableBytes { output in
        guard let from = input.baseAddress, let to = output.baseAddress else { return nil }
        let count =
          switch framing {
          case .zlib: unsafe deflate_write_zlib(writer, from, input.count, to, output.count)
          case .raw: unsafe deflate_write_raw(writer, from, input.count, to, output.count)
          case .gzip: 0
          }
        return count > 0 ? Int(count) : nil
      }
    }
  }
}
