import CSandbox

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory that two processes share: a few slots that one fills while the other empties them.
///
/// What stands in it may change at any time, so it is copied before anybody looks at it.
@safe struct SharedRing: ~Copyable {
  static let slotBytes = 1 << 20
  static let slotCount = 4
  static let byteCount = slotBytes * slotCount

  private let base: UnsafeMutableRawPointer

  /// The memory behind a descriptor; nil where the system gives none.
  init?(mapping descriptor: Int32) {
    guard
      let start = unsafe mmap(nil, SharedRing.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      UInt(bitPattern: start) != UInt.max
    else { return nil }
    unsafe base = start
  }

  deinit { unsafe munmap(base, SharedRing.byteCount) }

  /// A descriptor of new memory; nil where the system gives none.
  static func makeDescriptor() -> Int32? {
    let descriptor = System.openMemory()
    guard descriptor >= 0 else { return nil }
    guard ftruncate(descriptor, off_t(byteCount)) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  /// Copies bytes into the slot whose turn it is.
  @unsafe
  func fill(_ turn: Int, from bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count <= SharedRing.slotBytes)
    guard let start = bytes.baseAddress else { return }
    unsafe (base + turn % SharedRing.slotCount * SharedRing.slotBytes).copyMemory(from: start, byteCount: bytes.count)
  }

  /// Copies the first bytes of the slot whose turn it is.
  @unsafe
  func empty(_ turn: Int, to bytes: UnsafeMutableRawBufferPointer) {
    precondition(bytes.count <= SharedRing.slotBytes)
    guard let start = bytes.baseAddress else { return }
    unsafe start.copyMemory(
      from: base + turn % SharedRing.slotCount * SharedRing.slotBytes, byteCount: bytes.count)
  }
}

extension System {
  /// A new file that is only memory; where the system has none, one on disk whose name is already removed.
  static func openMemory() -> Int32 {
    let descriptor = csandbox_memory_file()
    return descriptor >= 0 ? descriptor : openAnonymous(in: "/tmp")
  }
}
