import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Other programs that work for this one, and end with it.
package enum ChildProcess {
  /// What a program left.
  struct Result {
    var output: [UInt8] = []
    var errors: [UInt8] = []
    fileprivate var status: Int32 = 0

    /// Whether it ended with the code 0.
    var isSuccess: Bool { status == 0 }
    /// `exit code 1`, `signal 9`.
    var ending: String { status & 0x7f == 0 ? "exit code \(status >> 8 & 0xff)" : "signal \(status & 0x7f)" }
  }

  private struct Running {
    var children: Set<pid_t> = []
    var isEnding = false
  }
  private static let running = Mutex(Running())

  /// Ends all programs that are running, and lets no other one start: this process is about to end.
  package static func endAll() {
    running.withLock { running in
      running.isEnding = true
      // Each is the leader of a group: what it started ends with it.
      for child in running.children { kill(-child, SIGKILL) }
    }
  }

  /// Whether a path is a program that may be run.
  static func canRun(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    return unsafe access(path, X_OK) == 0
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - variables: its environment, `NAME=value`.
  ///   - input: what it reads.
  ///   - mostBytes: it is ended where it writes more.
  static func run(
    _ path: String, _ arguments: [String], variables: [String], input: [UInt8], mostBytes: Int
  ) throws(PlotError) -> Result {
    guard let pipes = Pipes() else { throw failure(path, errno) }
    let (process, code) = running.withLock { running -> (pid_t, Int32) in
      guard !running.isEnding else { return (0, EINTR) }
      let (process, code) = spawn(path, arguments, variables, pipes)
      if code == 0 { running.children.insert(process) }
      return (process, code)
    }
    pipes.closeTheirs()
    guard code == 0 else {
      pipes.closeInput()
      pipes.closeOutputs()
      throw failure(path, code)
    }
    var result = Result()
    let isBounded = pipes.exchange(input, &result.output, &result.errors, mostBytes: mostBytes)
    if !isBounded { kill(-process, SIGKILL) }
    pipes.closeOutputs()
    var ended: pid_t
    repeat { ended = unsafe waitpid(process, &result.status, 0) } while ended < 0 && errno == EINTR
    running.withLock { _ = $0.children.remove(process) }
    if !isBounded { throw PlotError(.gnuplot, "\(path) wrote more than \(mostBytes) bytes") }
    return result
  }

  private static func failure(_ path: String, _ number: Int32) -> PlotError {
    let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    return PlotError(.gnuplot, "\(path) cannot be started: \(reason)")
  }

  private static func spawn(
    _ path: String, _ arguments: [String], _ variables: [String], _ pipes: Pipes
  ) -> (pid_t, Int32) {
    #if canImport(Glibc)
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    for (target, descriptor) in pipes.theirs.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
    }
    // This process waits for signals in its own way; the child takes them as programs do.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGQUIT, SIGXFSZ] { unsafe sigaddset(&signals, number) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETPGROUP))
    var process = pid_t()
    let code = unsafe withCStrings(arguments) { arguments in
      unsafe withCStrings(variables) { variables in
        unsafe posix_spawn(&process, path, &actions, &attributes, arguments, variables)
      }
    }
    return (process, code)
  }

  @unsafe
  private static func withCStrings<Value>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
  ) -> Value {
    let copies = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    return unsafe copies.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("there is always the last, empty one") }
      return unsafe body(base)
    }
  }
}

/// The three pipes between this process and a child.
private struct Pipes {
  /// The child's standard input, standard output and standard error.
  let theirs: [Int32]
  private let ours: [Int32]

  /// Nil where the system gives none.
  init?() {
    var (theirs, ours): ([Int32], [Int32]) = ([], [])
    for index in 0..<3 {
      var ends: [Int32] = [-1, -1]
      guard unsafe pipe(&ends) == 0 else {
        for descriptor in theirs + ours { close(descriptor) }
        return nil
      }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      theirs.append(ends[index == 0 ? 0 : 1])
      ours.append(ends[index == 0 ? 1 : 0])
      _ = fcntl(ours[index], F_SETFL, O_NONBLOCK)
    }
    (self.theirs, self.ours) = (theirs, ours)
  }

  func closeTheirs() { for descriptor in theirs { close(descriptor) } }
  func closeInput() { close(ours[0]) }
  func closeOutputs() { for descriptor in ours.dropFirst() { close(descriptor) } }

  /// Writes and reads until the child has closed its outputs; then its input is closed too.
  ///
  /// - Returns: false where it writes more than it may.
  func exchange(_ input: [UInt8], _ output: inout [UInt8], _ errors: inout [UInt8], mostBytes: Int) -> Bool {
    var waiting = [
      pollfd(fd: ours[0], events: Int16(POLLOUT), revents: 0), pollfd(fd: ours[1], events: Int16(POLLIN), revents: 0),
      pollfd(fd: ours[2], events: Int16(POLLIN), revents: 0),
    ]
    var rest = input[...]
    func endInput() {
      if waiting[0].fd >= 0 { closeInput() }
      waiting[0].fd = -1
    }
    defer { endInput() }
    if rest.isEmpty { endInput() }
    while waiting[1].fd >= 0 || waiting[2].fd >= 0 {
      guard unsafe poll(&waiting, nfds_t(waiting.count), -1) >= 0 else {
        if errno == EINTR { continue }
        return true
      }
      if waiting[0].fd >= 0, waiting[0].revents != 0 {
        let put = unsafe rest.withUnsafeBytes { unsafe write(waiting[0].fd, $0.baseAddress, $0.count) }
        if put > 0 { rest = rest.dropFirst(put) }
        // A child that reads no more says why.
        if rest.isEmpty || put < 0 && errno != EAGAIN && errno != EINTR { endInput() }
      }
      for index in 1...2 where waiting[index].fd >= 0 && waiting[index].revents != 0 {
        let isOpen = index == 1 ? receive(ours[1], &output) : receive(ours[2], &errors)
        if !isOpen { waiting[index].fd = -1 }
      }
      if output.count + errors.count > mostBytes { return false }
    }
    return true
  }

  private func receive(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Bool {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe block.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    if count > 0 { bytes += block[..<count] }
    return count > 0 || count < 0 && (errno == EAGAIN || errno == EINTR)
  }
}
