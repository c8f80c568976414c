import Foundation
import Testing

/// Python, for tests that compare with other programs where these are installed.
enum Python {
  /// Whether `import` of a module succeeds.
  static func has(_ module: String) -> Bool {
    do { return try run(["-c", "import " + module]).status == 0 } catch { return false }
  }

  /// The lines that a script of `Formats` prints, split at tabs.
  static func lines(_ script: String, _ arguments: String...) throws -> [[String]] {
    let outcome = try run(["\(FormatFolder.path)/\(script)"] + arguments)
    try #require(outcome.status == 0, "\(script): \(outcome.errors)")
    return outcome.text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
  }

  /// How a Python program ends, what it prints, and what of errors.
  private static func run(_ arguments: [String]) throws -> (status: Int32, text: String, errors: String) {
    let folder = try TemporaryFolder()
    let errors = folder.path + "/errors"
    try Data().write(to: URL(filePath: errors))
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    // Keras needs no other framework where it computes with NumPy.
    process.environment = ProcessInfo.processInfo.environment.merging([
      "PYTHONDONTWRITEBYTECODE": "1", "KERAS_BACKEND": "numpy",
    ]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (
      process.terminationStatus, String(decoding: text, as: UTF8.self),
      String(decoding: try Data(contentsOf: URL(filePath: errors)), as: UTF8.self)
    )
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test where Python lacks a module, and says which.
  static func python(_ modules: String...) -> Self {
    let missing = modules.filter { !Python.has($0) }
    return .enabled(
      if: missing.isEmpty, "not installed: python3 -m pip install \(missing.joined(separator: " "))")
  }
}
