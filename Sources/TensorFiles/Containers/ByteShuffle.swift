/// HDF5's shuffle filter: the first bytes of all elements, then the second ones, and so on. Neighbouring numbers have
/// like upper bytes, which compress well side by side.
enum ByteShuffle {
  /// Puts the bytes of elements together again. What is left over after the last whole element stays at the end.
  ///
  /// - Precondition: both have the same size, and elements one byte at least.
  static func undo(_ bytes: UnsafeRawBufferPointer, elementSize: Int, into target: UnsafeMutableRawBufferPointer) {
    precondition(bytes.count == target.count && elementSize > 0)
    guard let from = bytes.baseAddress, let to = target.baseAddress else { return }
    let count = bytes.count / elementSize
    switch elementSize {
    case 8: unsafe undoWords(from, to, count)
    // Loops of known width are unrolled.
    case 4: unsafe undo(from, to, 0, count, 4)
    case 2: unsafe undo(from, to, 0, count, 2)
    default: unsafe undo(from, to, 0, count, elementSize)
    }
    let rest = count * elementSize
    unsafe (to + rest).copyMemory(from: from + rest, byteCount: bytes.count - rest)
  }

  /// Puts the bytes of elements apart, by their place in the element.
  ///
  /// - Precondition: both have the same size, and elements one byte at least.
  static func apply(_ bytes: UnsafeRawBufferPointer, elementSize: Int, into target: UnsafeMutableRawBufferPointer) {
    precondition(bytes.count == target.count && elementSize > 0)
    guard let from = bytes.baseAddress, let to = target.baseAddress else { return }
    let count = bytes.count / elementSize
    switch elementSize {
    case 8: unsafe apply(from, to, count, 8)
    case 4: unsafe apply(from, to, count, 4)
    case 2: unsafe apply(from, to, count, 2)
    default: unsafe apply(from, to, count, elementSize)
    }
    let rest = count * elementSize
    unsafe (to + rest).copyMemory(from: from + rest, byteCount: bytes.count - rest)
  }

  @inline(__always)
  private static func undo(
    _ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ first: Int, _ count: Int, _ width: Int
  ) {
    for index in first..<count {
      for byte in 0..<width {
        let value = unsafe from.load(fromByteOffset: byte &* count &+ index, as: UInt8.self)
        unsafe to.storeBytes(of: value, toByteOffset: index &* width &+ byte, as: UInt8.self)
      }
    }
  }

  @inline(__always)
  private static func apply(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ count: Int, _ width: Int) {
    for byte in 0..<width {
      for index in 0..<count {
        let value = unsafe from.load(fromByteOffset: index &* width &+ byte, as: UInt8.self)
        unsafe to.storeBytes(of: value, toByteOffset: byte &* count &+ index, as: UInt8.self)
      }
    }
  }

  /// Eight elements of eight bytes are a matrix of bytes. It is transposed in three steps, in which half words, quarters
  /// and bytes change places between two rows (Warren, Hacker's Delight, 7-3).
  private static func undoWords(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ count: Int) {
    var index = 0
    while index &+ 8 <= count {
      @inline(__always) func row(_ byte: Int) -> UInt64 {
        UInt64(littleEndian: unsafe from.loadUnaligned(fromByteOffset: byte &* count &+ index, as: UInt64.self))
      }
      @inline(__always) func exchange(_ a: inout UInt64, _ b: inout UInt64, _ shift: UInt64, _ mask: UInt64) {
        let both = ((a &>> shift) ^ b) & mask
        b ^= both
        a ^= both &<< shift
      }
      var (r0, r1, r2, r3, r4, r5, r6, r7) = (row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7))
      let halves: UInt64 = 0x0000_0000_FFFF_FFFF
      exchange(&r0, &r4, 32, halves)
      exchange(&r1, &r5, 32, halves)
      exchange(&r2, &r6, 32, halves)
      exchange(&r3, &r7, 32, halves)
      let quarters: UInt64 = 0x0000_FFFF_0000_FFFF
      exchange(&r0, &r2, 16, quarters)
      exchange(&r1, &r3, 16, quarters)
      exchange(&r4, &r6, 16, quarters)
      exchange(&r5, &r7, 16, quarters)
      let bytes: UInt64 = 0x00FF_00FF_00FF_00FF
      exchange(&r0, &r1, 8, bytes)
      exchange(&r2, &r3, 8, bytes)
      exchange(&r4, &r5, 8, bytes)
      exchange(&r6, &r7, 8, bytes)
      @inline(__always) func put(_ element: UInt64, _ place: Int) {
        unsafe to.storeBytes(of: element.littleEndian, toByteOffset: (index &+ place) &* 8, as: UInt64.self)
      }
      put(r0, 0)
      put(r1, 1)
      put(r2, 2)
      put(r3, 3)
      put(r4, 4)
      put(r5, 5)
      put(r6, 6)
      put(r7, 7)
      index &+= 8
    }
    unsafe undo(from, to, index, count, 8)
  }
}

/// The checksum that HDF5's filter 3 appends to the bytes of a chunk: Fletcher's, of 16-bit words.
enum Fletcher32 {
  /// The bytes of the checksum, which follow the others.
  static let byteCount = 4

  /// The checksum of some bytes, as HDF5 computes it: the upper byte of each word first, an odd byte as an upper one.
  static func sum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var (first, second): (UInt32, UInt32) = (0, 0)
    var index = 0
    while index + 1 < bytes.count {
      // So many sums of sums fit 32 bits.
      let end = min(index + 2 * 360, bytes.count - 1)
      while index < end {
        first &+= UInt32(unsafe bytes[index]) &<< 8 | UInt32(unsafe bytes[index &+ 1])
        second &+= first
        index &+= 2
      }
      first = (first & 0xFFFF) + (first >> 16)
      second = (second & 0xFFFF) + (second >> 16)
    }
    if index < bytes.count {
      first += UInt32(unsafe bytes[index]) << 8
      second += first
      first = (first & 0xFFFF) + (first >> 16)
      second = (second & 0xFFFF) + (second >> 16)
    }
    first = (first & 0xFFFF) + (first >> 16)
    second = (second & 0xFFFF) + (second >> 16)
    return second << 16 | first
  }
}
