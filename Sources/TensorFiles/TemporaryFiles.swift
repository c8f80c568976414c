import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files that exist only while an output is being written.
public enum TemporaryFiles {
  private static let paths = Mutex<Set<String>>([])
  private static let count = Atomic<Int>(0)
  /// The outputs beside which it was looked for what killed processes left.
  private static let swept = Mutex<Set<String>>([])
  /// Bytes of a name in a folder, on every file system in use.
  private static let longestName = 255

  /// Removes all temporary files that are open now and ends the program, which was asked to end at once.
  ///
  /// - Parameter end: how; until it has ended the program no other thread can create a temporary file.
  public static func removeAll(andEndBy end: () -> Never) -> Never {
    paths.withLock { paths in
      for path in paths { System.remove(path) }
      end()
    }
  }

  /// Creates an empty file beside `target`.
  static func create(beside target: String) throws(FormatError) -> (path: String, descriptor: Int32) {
    removeAbandoned(beside: target)
    for _ in 0..<100 {
      let number = count.add(1, ordering: .relaxed).newValue
      let (folder, path) = hidden(beside: target, ending: ".\(getpid())-\(number).tmp")
      // Created and registered under one lock, so that no signal comes between.
      let (descriptor, failure) = paths.withLock { paths in
        let descriptor = System.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o666)
        let failure = SystemFailure.last
        if descriptor >= 0 { paths.insert(path) }
        return (descriptor, failure)
      }
      if descriptor >= 0 { return (path, descriptor) }
      if failure.number == EEXIST { continue }
      let place = folder.isEmpty ? "the current folder" : "the folder '\(folder)'"
      // A folder such as /proc is there, and knows no files that are not its own.
      let isMissing = failure.number == ENOENT && System.status(of: folder.isEmpty ? "." : folder) == nil
      throw FormatError(
        .cannotCreate,
        isMissing ? "\(place) does not exist" : "\(place) cannot be written to: \(failure.reason)",
        file: target)
    }
    throw FormatError(.cannotCreate, "all names for a temporary file are taken", file: target)
  }

  /// The folder of a file, "" for the current one, and the path of a hidden file in it whose name begins with the file's.
  static func hidden(beside target: String, ending: String) -> (folder: String, path: String) {
    let slash = target.lastIndex(of: "/")
    let folder = slash.map { String(target[...$0]) } ?? ""
    let name = slash.map { String(target[target.index(after: $0)...]) } ?? target
    return (folder, "\(folder).\(cut(name, toBytes: longestName - 1 - ending.utf8.count))\(ending)")
  }

  /// Removes what killed processes left of earlier outputs of the same name, once for each name.
  ///
  /// A process of another machine that shares the folder is not seen, nor one of another container: what was written to
  /// within the last hour stays.
  private static func removeAbandoned(beside target: String) {
    guard swept.withLock({ $0.insert(target).inserted }) else { return }
    let ending = ".tmp"
    let (folder, pattern) = hidden(beside: target, ending: ending)
    let prefix = String(pattern.dropFirst(folder.count).dropLast(ending.count)) + "."
    for name in System.names(in: folder.isEmpty ? "." : folder) where name.hasPrefix(prefix) && name.hasSuffix(ending) {
      let numbers = name.dropFirst(prefix.count).dropLast(ending.count).split(
        separator: "-", omittingEmptySubsequences: false)
      guard numbers.count == 2, let process = Int32(numbers[0]), UInt64(numbers[1]) != nil, process > 0,
        let status = System.linkStatus(of: folder + name), status.st_mode & S_IFMT == S_IFREG,
        System.hourAgo > status.modificationTime.tv_sec, kill(process, 0) != 0, errno == ESRCH
      else { continue }
      System.remove(folder + name)
    }
  }

  /// As much of a text's beginning as fits a number of bytes.
  private static func cut(_ text: String, toBytes count: Int) -> Substring {
    var bytes = 0
    return text.prefix { character in
      bytes += character.utf8.count
      return bytes <= count
    }
  }

  /// Says that a file exists only for this process.
  static func remember(_ path: String) {
    _ = paths.withLock { $0.insert(path) }
  }

  /// Says that a temporary file has been renamed or removed.
  static func forget(_ path: String) {
    _ = paths.withLock { $0.remove(path) }
  }

  /// An open file without a name, which vanishes when it is closed.
  static func anonymous(for input: String) throws(FormatError) -> Int32 {
    let folder = System.environment("TMPDIR") ?? "/tmp"
    let descriptor = System.openAnonymous(in: folder)
    guard descriptor >= 0 else {
      throw FormatError(
        .inputOutput,
        "no temporary file can be made in \(folder) for what comes through the pipe: "
          + SystemFailure.last.reason, file: input)
    }
    return descriptor
  }

  /// Writes all bytes, or says why not.
  ///
  /// - Parameter offset: where they go in the file; nil for after what was written last.
  static func write(
    _ bytes: RawSpan, to descriptor: Int32, at offset: Int? = nil, name: String
  ) throws(FormatError) {
    var done = 0
    while done < bytes.byteCount {
      let rest = bytes.extracting(done..<bytes.byteCount)
      let put =
        if let offset { System.write(descriptor, rest, at: offset + done) } else { System.write(descriptor, rest) }
      if put > 0 {
        done += put
        continue
      }
      let failure = SystemFailure.last
      if put < 0 && failure.number == EINTR { continue }
      if put < 0 && failure.number == EPIPE { throw FormatError(.closedPipe, "the reader has gone away", file: name) }
      throw FormatError(
        .inputOutput, "writing failed: \(put < 0 ? failure.reason : "the system took no bytes")", file: name)
    }
  }
}
