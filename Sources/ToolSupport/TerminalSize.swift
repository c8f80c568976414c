#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The terminal on standard output.
package enum TerminalSize {
  /// Its characters across and down: those of COLUMNS and LINES, or what the terminal says, or 80 and 24.
  package static var current: (columns: Int, rows: Int) {
    var window = winsize()
    let answer = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window)
    let isKnown = answer == 0 && window.ws_col > 0
    let columns = number("COLUMNS") ?? (isKnown ? Int(window.ws_col) : 80)
    let rows = number("LINES") ?? (isKnown && window.ws_row > 0 ? Int(window.ws_row) : 24)
    return (min(max(columns, 20), 1000), min(max(rows, 10), 1000))
  }

  /// Whether colours are wanted: on a terminal, unless NO_COLOR is set.
  package static var hasColors: Bool {
    guard isatty(STDOUT_FILENO) == 1, variable("TERM") != "dumb" else { return false }
    return (variable("NO_COLOR") ?? "").isEmpty
  }

  private static func number(_ name: String) -> Int? {
    variable(name).flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  private static func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
}
