package import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A line on the terminal that says how far long work has come: bar, rate, remaining time.
///
/// It is drawn only when standard error is a terminal and `--quiet` was not given, and first after one second.
package final class ProgressBar {
  private let title: String
  private let unit: String
  private let total: Int?
  private let isVisible: Bool
  private let start = ProgressBar.now()
  private var nextDrawing = 1.0
  private var wasDrawn = false

  /// A bar for `total` units of work, where that is known.
  package init(_ title: String, unit: String, total: Int?) {
    self.title = title
    self.unit = unit
    self.total = total
    isVisible = !Message.isSilenced && isatty(STDERR_FILENO) == 1
  }

  /// Says how many units are done, and what else is known. Cheap enough for every block of work.
  package func update(done: Int, detail: @autoclosure () -> String = "") {
    guard isVisible else { return }
    let seconds = ProgressBar.now() - start
    guard seconds >= nextDrawing else { return }
    nextDrawing = seconds + 0.1
    wasDrawn = true
    let rate = Double(done) / seconds
    var line = "\r\u{1B}[K\(title) "
    if let total, total > 0 {
      let part = min(1, Double(done) / Double(total))
      let filled = Int(part * 30)
      line += String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
      line += " \(Int(part * 100)) %, \(amount(rate))/s"
      if rate > 0, done <= total { line += ", \(ProgressBar.duration(Double(total - done) / rate)) left" }
    } else {
      line += "\(amount(Double(done))), \(amount(rate))/s"
    }
    let detail = detail()
    Message.writeRaw(detail.isEmpty ? line : line + ", " + detail)
  }

  /// Shows how much of an input is read while `work` reads it from its beginning to its end.
  package static func whileReading<Result, Failure>(
    _ input: InputFile, as title: String = "reading", _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let bar = ProgressBar("\(title) \(input.baseName.escapingControls)", unit: "B", total: input.observableSize)
    var done = 0
    input.observe { bytes in
      done += bytes
      bar.update(done: done)
    }
    defer {
      input.observe(nil)
      bar.finish()
    }
    return try work()
  }

  /// As many units: `16.1 M rows`, `312.8 MB`.
  private func amount(_ value: Double) -> String {
    let number = ProgressBar.abbreviated(value)
    return number + (unit == "B" && number.last?.isLetter == true ? "" : " ") + unit
  }

  /// Removes the line.
  package func finish() {
    if wasDrawn { Message.writeRaw("\r\u{1B}[K") }
    wasDrawn = false
  }

  deinit { finish() }

  /// Seconds on a clock that never goes back.
  package static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  static func abbreviated(_ value: Double) -> String {
    for (scale, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where value >= scale {
      return "\((value / scale * 10).rounded() / 10) \(letter)"
    }
    return "\(Int(value))"
  }

  static func duration(_ seconds: Double) -> String {
    guard seconds < 1e6 else { return "days" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
