import CDeflate
import CZlib

/// The CRC-32 checksum (ISO 3309, as in ZIP and gzip) of bytes that come piece by piece.
package struct CRC32 {
  /// The checksum of the bytes so far.
  package private(set) var value: UInt32 = 0

  /// The most that zlib is given at once: its counts are 32 bits wide.
  private static let mostAtOnce = 1 << 30

  /// A checksum of nothing so far.
  package init() {}

  /// Takes the next bytes.
  package mutating func update(_ bytes: RawSpan) {
    if deflate_is_installed() {
      value = unsafe bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return value }
        return unsafe deflate_crc32(value, start, bytes.count)
      }
      return
    }
    var done = 0
    while done < bytes.byteCount {
      let count = min(bytes.byteCount - done, CRC32.mostAtOnce)
      unsafe bytes.extracting(done..<done + count).withUnsafeBytes { bytes in
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        value = UInt32(truncatingIfNeeded: unsafe crc32(UInt(value), start, UInt32(count)))
      }
      done += count
    }
  }

  /// Takes the next bytes.
  package mutating func update(_ bytes: [UInt8]) {
    update(unsafe bytes.span.bytes)
  }
}
