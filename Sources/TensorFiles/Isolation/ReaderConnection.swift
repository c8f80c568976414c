import CSandbox
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The line to a process that reads one file: requests go there, and answers come back that may say anything.
///
/// One request is made at a time, from whatever thread.
// Sendable because all that changes is under the lock.
@safe final class ReaderConnection: @unchecked Sendable {
  private let line: FrameLine
  private let ring: SharedRing?
  private let hasRing: Bool
  /// The name of the file, for messages.
  private let file: String
  /// Who is told how much of the file the other process has read; nil where a test answers.
  private let input: InputFile?
  private let state: Mutex<State>

  private struct State {
    /// The process that answers; nil where it has ended, or a test answers.
    var process: pid_t?
    /// Why nothing more can be asked.
    var failure: FormatError?
    /// What was wrong at first, and where.
    var firstFailure: FormatError?
  }

  /// Bytes of an answer that is no array: a million names of a kilobyte.
  private static let longestAnswer = 1 << 30
  /// How often the other process may say how far it is, and of how many bytes at once: together they can be counted.
  private static let mostNews = 1 << 24
  private static let mostBytesTold = 1 << 36

  /// A line to a process that waits for its first request.
  ///
  /// - Parameter ring: where many numbers come through; nil where they come within the answers.
  init(_ line: FrameLine, ring: consuming SharedRing?, process: pid_t?, file: String, input: InputFile?) {
    self.line = line
    self.input = input
    hasRing = ring != nil
    self.ring = ring
    self.file = file
    state = Mutex(State(process: process))
  }

  deinit { state.withLock { _ = ReaderConnection.end(&$0) } }

  /// What was wrong with the process, where it does not answer any more.
  var failure: FormatError? { state.withLock { $0.firstFailure } }

  /// Asks for something that is no array.
  ///
  /// - Parameters:
  ///   - place: what is asked for, in messages.
  ///   - bytes: of what is looked at: they allow the process some time.
  ///   - read: takes the answer apart.
  func ask<Answer>(
    _ request: FrameWriter, at place: FormatError.Location, bytes: Int,
    _ read: (inout FrameCursor) throws(FormatError) -> Answer
  ) throws(FormatError) -> Answer {
    try exchange(request, at: place, bytes: bytes) { (cursor, _) throws(FormatError) in
      let answer = try read(&cursor)
      try cursor.finish()
      return answer
    }
  }

  /// Asks for numbers, as many as fill some memory.
  ///
  /// - Returns: whether they are by rows.
  @unsafe
  func askForNumbers(
    _ request: FrameWriter, at place: FormatError.Location, bytes: Int, into target: UnsafeMutableRawBufferPointer
  ) throws(FormatError) -> Bool {
    try exchange(request, at: place, bytes: bytes) { (cursor, watch) throws(FormatError) in
      let isByRows = try cursor.flag()
      guard try cursor.integer() == target.count else { throw .impossibleAnswer }
      if !hasRing || target.count <= mostBytesInAnswer {
        let inside = try cursor.take(target.count)
        unsafe target.copyBytes(from: inside)
      } else {
        try unsafe receive(into: target, watch)
      }
      try cursor.finish()
      return isByRows
    }
  }

  /// Says that what an answer gave a number to is not needed any more.
  func release(_ number: Int) {
    var request = FrameWriter(.release)
    request.integer(number)
    state.withLock { state in
      // A process that is gone need not know.
      guard state.failure == nil else { return }
      _ = line.send(request.bytes) { false }
    }
  }

  /// Sends a request and takes the answer. Whatever is wrong with it ends the process; what that says of the file does
  /// not.
  private func exchange<Answer>(
    _ request: FrameWriter, at place: FormatError.Location, bytes: Int,
    _ read: (inout FrameCursor, ReaderWatch) throws(FormatError) -> Answer
  ) throws(FormatError) -> Answer {
    let result = state.withLock { state -> Result<Answer, FormatError> in
      if let failure = state.failure { return .failure(failure.at(place, file: file)) }
      let watch = ReaderWatch(state.process, bytes: bytes)
      do throws(FormatError) {
        guard line.send(request.bytes, waiting: watch.mayGoOn) else { throw watch.failure ?? .impossibleAnswer }
        var cursor = try answer(
          atMost: ReaderConnection.longestAnswer + (hasRing ? 0 : max(bytes, 0)), watch)
        guard try cursor.flag() else {
          let error = try cursor.error(file: file)
          try cursor.finish()
          return .failure(error)
        }
        return .success(try read(&cursor, watch))
      } catch {
        let isWaiting = watch.failure != nil || !line.isOver
        let status = ReaderConnection.end(&state)
        let failure = isWaiting ? error : ReaderConnection.failure(endedBy: status, watch)
        state.failure = FormatError(
          failure.code, "not read, because of what came before: \(failure.sentence)")
        state.firstFailure = failure.at(place, file: file)
        return .failure(failure.at(place, file: file))
      }
    }
    return try result.get()
  }

  /// The next answer. What comes before it says how far the other process is, and is passed on.
  private func answer(atMost most: Int, _ watch: ReaderWatch) throws(FormatError) -> FrameCursor {
    for _ in 0..<ReaderConnection.mostNews {
      guard let bytes = line.receive(atMost: most, waiting: watch.mayGoOn) else {
        throw watch.failure ?? .impossibleAnswer
      }
      guard bytes.first == ReaderAnswer.progress.rawValue else { return FrameCursor(bytes) }
      var news = FrameCursor(bytes, from: 1)
      let count = try news.integer()
      try news.finish()
      guard count >= leastBytesToTell, count <= ReaderConnection.mostBytesTold else { throw .impossibleAnswer }
      input?.hasBeenRead(bytes: count)
    }
    throw .impossibleAnswer
  }

  /// Takes what comes through the ring: each byte on the line is a slot that is full, and goes back when it is empty.
  @unsafe
  private func receive(into target: UnsafeMutableRawBufferPointer, _ watch: ReaderWatch) throws(FormatError) {
    var (offset, turn) = (0, 0)
    while offset < target.count {
      let left = (target.count - offset - 1) / SharedRing.slotBytes + 1
      let most = min(left, SharedRing.slotCount)
      guard let full = line.receiveTokens(atMost: most, waiting: watch.mayGoOn) else {
        throw watch.failure ?? .impossibleAnswer
      }
      for _ in 0..<full {
        let count = min(SharedRing.slotBytes, target.count - offset)
        unsafe ring?.empty(turn, to: UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + count]))
        (offset, turn) = (offset + count, turn + 1)
      }
      guard line.sendTokens(full, waiting: watch.mayGoOn) else { throw watch.failure ?? .impossibleAnswer }
    }
  }

  /// Ends the process, if it has not ended by itself; how it ended.
  private static func end(_ state: inout State) -> Int32 {
    guard let process = state.process else { return 0 }
    state.process = nil
    kill(process, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status
  }

  /// What the end of a process says that had not been told to end.
  private static func failure(endedBy status: Int32, _ watch: ReaderWatch) -> FormatError {
    let signal = status & 0x7F
    switch signal {
    case 0:
      return FormatError(
        .inputOutput,
        "the process that was to read this ended with exit code \(status >> 8 & 0xFF); --isolation none reads it without "
          + "one")
    case SIGXCPU: return watch.tooSlow
    case SIGKILL:
      return FormatError(.limit, "the process that read this was killed (signal 9); it may be short of memory")
    case SIGSYS:
      return FormatError(
        .damaged, "the process that read this tried what no reader does (signal \(signal)); the file is hostile")
    default:
      return FormatError(
        .damaged,
        "the HDF5 library crashed (signal \(signal)) while it read this; the file is damaged or hostile")
    }
  }
}
