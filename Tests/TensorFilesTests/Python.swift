import Foundation
import TensorFiles
import Testing

/// Python with SciPy, for tests that compare with it where it is installed.
enum Python {
  /// Whether `import scipy.io` succeeds.
  static let hasSciPy: Bool = {
    do { return try run(["-c", "import scipy.io"]) == "" } catch { return false }
  }()

  /// Whether `import numpy` succeeds.
  static let hasNumPy: Bool = {
    do { return try run(["-c", "import numpy"]) == "" } catch { return false }
  }()

  /// Whether `import h5py` succeeds.
  static let hasH5py: Bool = {
    do { return try run(["-c", "import h5py"]) == "" } catch { return false }
  }()

  /// Whether `import sklearn.datasets` succeeds.
  static let hasSciKitLearn: Bool = {
    do { return try run(["-c", "import sklearn.datasets"]) == "" } catch { return false }
  }()

  /// SciPy's own test files, where they are installed too.
  static let sciPyTestFiles: [String] = {
    let program =
      "import scipy.io, glob, os; print(*sorted(glob.glob(os.path.join(os.path.dirname("
      + "scipy.io.__file__), 'matlab', 'tests', 'data', '*.mat'))), sep='\\n')"
    do { return try run(["-c", program]).split(separator: "\n").map(String.init) } catch { return [] }
  }()

  /// NumPy's own test files, where they are installed too.
  static let numPyTestFiles: [String] = {
    let program =
      "import numpy, glob, os; print(*sorted(glob.glob(os.path.join(os.path.dirname("
      + "numpy.__file__), 'lib', 'tests', 'data', '*.np[yz]'))), sep='\\n')"
    do { return try run(["-c", program]).split(separator: "\n").map(String.init) } catch { return [] }
  }()

  /// What a Python program prints.
  static func run(_ arguments: [String]) throws -> String {
    let (status, text) = try runAny(arguments)
    guard status == 0 else { throw FormatError(.inputOutput, "python3 ended with \(status)") }
    return text
  }

  /// How a Python program ends, and what it prints.
  static func runAny(_ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  /// What `Formats/mat5/scipy_listing.py` prints: for every file its lines, or nil where SciPy refuses it.
  static func matListing(_ paths: [String]) throws -> [String: [String]?] {
    let script = ExampleFile.package.appending(path: "Formats/mat5/scipy_listing.py").path
    var result: [String: [String]?] = [:]
    var current = ""
    for line in try run([script] + paths).split(separator: "\n") {
      if line.hasPrefix("# ") {
        let columns = line.dropFirst(2).split(separator: "\t").map(String.init)
        current = columns[0]
        result[current] = columns.count > 1 ? .some(nil) : []
      } else {
        result[current]??.append(String(line))
      }
    }
    return result
  }
}

/// A folder for the files of one test, removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "reg-tools-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  // What is left of a test does no harm: its result counts.
  defer { do { try FileManager.default.removeItem(at: folder) } catch {} }
  return try body(folder.path)
}
