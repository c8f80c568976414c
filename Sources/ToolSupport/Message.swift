import Synchronization
import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the tools say on standard error: one message is one line.
package enum Message {
  private static let isQuiet = Atomic<Bool>(false)

  /// Silences ``note(_:)``, ``warning(_:)`` and progress, not errors: `--quiet`.
  package static func silence() { isQuiet.store(true, ordering: .relaxed) }

  private static let isDetailed = Atomic<Bool>(false)

  /// Lets ``detail(_:)`` speak: `--verbose`.
  package static func tellDetails() { isDetailed.store(true, ordering: .relaxed) }

  /// Whether ``silence()`` was called.
  package static var isSilenced: Bool { isQuiet.load(ordering: .relaxed) }

  /// Says why the tool fails.
  package static func error(_ sentence: String) { write(sentence.escapingControls) }

  /// Says what the user should know although the tool goes on.
  package static func warning(_ sentence: String) {
    if !isSilenced { write("warning: " + sentence.escapingControls) }
  }

  /// Says what was found or decided.
  package static func note(_ sentence: String) {
    if !isSilenced { write(sentence.escapingControls) }
  }

  /// Says how something is done, to who asked for that.
  package static func detail(_ sentence: @autoclosure () -> String) {
    if isDetailed.load(ordering: .relaxed) { note(sentence()) }
  }

  /// Writes a text and a line end. When standard error itself fails there is nobody to tell.
  package static func write(_ text: String) { writeRaw(text + "\n") }

  static func writeRaw(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let put = unsafe rest.withUnsafeBytes { unsafe systemWrite(STDERR_FILENO, $0.baseAddress, $0.count) }
      if put < 0 && errno == EINTR { continue }
      guard put > 0 else { return }
      rest = rest.dropFirst(put)
    }
  }
}

// The function's name is that of our own method.
@unsafe
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(descriptor, bytes, count)
}
