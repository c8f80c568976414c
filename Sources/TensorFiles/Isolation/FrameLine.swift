#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One end of a socket between two processes, on which messages go, each behind the number of its bytes, and tokens.
///
/// The end that asks wakes up every second, to see whether it is still worth to wait.
final class FrameLine {
  private let socket: Int32
  /// Whether the other end is gone.
  private(set) var isOver = false

  /// Bytes that are taken at once: memory grows with what comes, not with what is announced.
  private static let piece = 1 << 20

  /// Takes over one end of a socket.
  init(owning socket: Int32, wakesUp: Bool) {
    self.socket = socket
    #if canImport(Darwin)
      var one: Int32 = 1
      _ = unsafe setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &one, socklen_t(MemoryLayout<Int32>.size))
    #endif
    guard wakesUp else { return }
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      var second = timeval(tv_sec: 1, tv_usec: 0)
      _ = unsafe setsockopt(socket, SOL_SOCKET, option, &second, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  deinit { close(socket) }

  /// Sends a message.
  ///
  /// - Parameter mayGoOn: whether to wait for another second.
  /// - Returns: whether all of it went.
  func send(_ message: [UInt8], waiting mayGoOn: () -> Bool) -> Bool {
    var length = UInt64(message.count).littleEndian
    return unsafe withUnsafeBytes(of: &length) { head in
      unsafe message.withUnsafeBytes { body in
        // Small ones go at once.
        if body.count <= 1 << 16 { return unsafe put(Array(head) + Array(body), mayGoOn) }
        return unsafe put(Array(head), mayGoOn) && put(body, mayGoOn)
      }
    }
  }

  /// The next message.
  ///
  /// - Returns: nil where none comes, or one that has more bytes.
  func receive(atMost most: Int, waiting mayGoOn: () -> Bool) -> [UInt8]? {
    var head = [UInt8](repeating: 0, count: 8)
    guard fill(&head, from: 0, mayGoOn) else { return nil }
    guard let length = Int(exactly: head.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }), length <= most
    else { return nil }
    var message: [UInt8] = []
    while message.count < length {
      let start = message.count
      message += [UInt8](repeating: 0, count: min(FrameLine.piece, length - start))
      guard fill(&message, from: start, mayGoOn) else { return nil }
    }
    return message
  }

  /// Sends tokens, of one byte each.
  func sendTokens(_ count: Int, waiting mayGoOn: () -> Bool) -> Bool {
    put([UInt8](repeating: 1, count: count), mayGoOn)
  }

  /// Waits for tokens and gives their number, at least one; nil where none comes.
  ///
  /// - Parameter most: as many as come at most before something else.
  func receiveTokens(atMost most: Int, waiting mayGoOn: () -> Bool) -> Int? {
    var tokens = [UInt8](repeating: 0, count: most)
    let count = unsafe tokens.withUnsafeMutableBytes { unsafe take($0, mayGoOn) }
    return count > 0 && tokens.prefix(count).allSatisfy { $0 == 1 } ? count : nil
  }

  private func fill(_ bytes: inout [UInt8], from start: Int, _ mayGoOn: () -> Bool) -> Bool {
    unsafe bytes.withUnsafeMutableBytes { buffer in
      var done = start
      while done < buffer.count {
        let count = unsafe take(UnsafeMutableRawBufferPointer(rebasing: buffer[done...]), mayGoOn)
        guard count > 0 else { return false }
        done += count
      }
      return true
    }
  }

  private func put(_ bytes: [UInt8], _ mayGoOn: () -> Bool) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe put($0, mayGoOn) }
  }

  @unsafe
  private func put(_ bytes: UnsafeRawBufferPointer, _ mayGoOn: () -> Bool) -> Bool {
    var done = 0
    while done < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      #if canImport(Darwin)
        let count = unsafe Darwin.send(socket, rest.baseAddress, rest.count, 0)
      #else
        let count = unsafe Glibc.send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      #endif
      if count > 0 { done += count } else if !isWorthWaiting(count, mayGoOn) { return false }
    }
    return true
  }

  /// What comes next, some bytes of it; 0 where nothing comes any more.
  @unsafe
  private func take(_ bytes: UnsafeMutableRawBufferPointer, _ mayGoOn: () -> Bool) -> Int {
    while true {
      let count = unsafe recv(socket, bytes.baseAddress, bytes.count, 0)
      if count > 0 { return count }
      if !isWorthWaiting(count, mayGoOn) { return 0 }
    }
  }

  private func isWorthWaiting(_ count: Int, _ mayGoOn: () -> Bool) -> Bool {
    let reason = errno
    if count < 0 && reason == EINTR { return true }
    if count < 0 && (reason == EAGAIN || reason == EWOULDBLOCK) { return mayGoOn() }
    isOver = true
    return false
  }
}
