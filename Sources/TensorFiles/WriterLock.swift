#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps other processes from writing a file that is replaced again and again.
///
/// The lock is on an empty file beside it, `.name.lock`: the file itself is another one after each replacement, and the
/// HDF5 library locks what it reads. The empty file vanishes with the lock; one that a killed process left keeps nobody
/// away, and the next lock takes it away.
package struct WriterLock: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// Takes the lock; nil where there can be none: in a folder that cannot be written to, and on a file system without
  /// locks.
  ///
  /// - Throws: ``FormatError`` with code `cannotCreate` where another process has it.
  package init?(for target: String) throws(FormatError) {
    let target = System.resolved(target)
    let path = TemporaryFiles.hidden(beside: target, ending: ".lock").path
    // Whoever had the lock may take the file away between the opening and the locking.
    for _ in 0..<100 {
      let descriptor = System.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o666)
      guard descriptor >= 0 else { return nil }
      guard WriterLock.lock(descriptor) else {
        let isLocked = errno == EWOULDBLOCK
        close(descriptor)
        guard isLocked else { return nil }
        throw FormatError(.cannotCreate, "another process that is still running writes to it", file: target)
      }
      if WriterLock.isSame(descriptor, path) {
        TemporaryFiles.remember(path)
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
    return nil
  }

  deinit {
    if WriterLock.isSame(descriptor, path) { System.remove(path) }
    TemporaryFiles.forget(path)
    close(descriptor)
  }

  /// Locks an open file; false, with the reason in `errno`, where that is not possible.
  ///
  /// A process that another thread of the former owner has just started holds the lock too, until it becomes the program
  /// that it is to be: it is waited for.
  private static func lock(_ descriptor: Int32) -> Bool {
    let (most, microseconds) = (20, UInt32(5000))
    for attempt in 1...most {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      guard errno == EWOULDBLOCK, attempt < most else { return false }
      usleep(microseconds)
    }
    return false
  }

  private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    guard let open = System.status(of: descriptor), let named = System.status(of: path) else { return false }
    return open.st_dev == named.st_dev && open.st_ino == named.st_ino
  }
}
