import Foundation

/// Keras, for tests that compare with it where it is installed.
enum KerasProgram {
  /// Whether `import keras` succeeds with the NumPy backend; without it the tests of both directions are skipped.
  static let isInstalled: Bool = {
    do { return try run(["-c", "import keras, numpy"]).status == 0 } catch { return false }
  }()

  static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Formats/keras/check_keras.py").path

  /// How a Python program ends, and what it prints.
  static func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging([
      "PYTHONDONTWRITEBYTECODE": "1", "KERAS_BACKEND": "numpy",
    ]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}
