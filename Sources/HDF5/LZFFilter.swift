internal import CHDF5

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The filter `lzf` (32000) of h5py, for reading: the library has none of its own.
///
/// The filter's values are h5py's revision, LibLZF's version and the bytes of a whole chunk.
enum LZFFilter {
  /// The number under which h5py registered it.
  static let id: Int32 = 32000

  /// Makes the filter known to the library. Called once, inside the lock, when the library starts.
  static func register() {
    // The library copies the structure and keeps the pointer to the name.
    let name: StaticString = "lzf"
    unsafe name.utf8Start.withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1) { name in
      var filter = unsafe H5Z_class2_t(
        version: H5Z_CLASS_T_VERS, id: id, encoder_present: 0, decoder_present: 1, name: name, can_apply: nil,
        set_local: nil, filter: decode)
      // A failure leaves the filter missing, which every dataset that needs it says.
      _ = unsafe H5Zregister(&filter)
    }
  }

  /// Decodes one chunk: frees the buffer of the library and gives it another one, or 0 for a damaged chunk.
  ///
  /// It runs inside a call of the library and makes none itself. The library frees and allocates by the functions of C.
  private static let decode: H5Z_func_t = { flags, valueCount, values, byteCount, bufferSize, buffer in
    guard flags & UInt32(H5Z_FLAG_REVERSE) != 0, valueCount >= 3, let values = unsafe values,
      let bufferSize = unsafe bufferSize, let buffer = unsafe buffer, let start = unsafe buffer.pointee
    else { return 0 }
    let source = unsafe Span<UInt8>(
      _unsafeStart: UnsafePointer(start.assumingMemoryBound(to: UInt8.self)), count: byteCount)
    // The number in the file is never more than a check of what the bytes themselves say.
    guard let count = LZF.decodedByteCount(source), count > 0, unsafe count == Int(values[2]),
      let decoded = unsafe malloc(count)
    else { return 0 }
    var target = unsafe MutableSpan<UInt8>(_unsafeStart: decoded.assumingMemoryBound(to: UInt8.self), count: count)
    guard LZF.decode(source, into: &target) else {
      unsafe free(decoded)
      return 0
    }
    unsafe free(start)
    unsafe buffer.pointee = decoded
    unsafe bufferSize.pointee = count
    return count
  }
}
