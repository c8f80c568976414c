import Foundation
import HDF5
import Testing

/// A folder of its own for a test, removed with its owner.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/hdf5-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }
}

/// The files that other programs wrote, at the top of the package.
let golden =
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().path + "/Formats/h5/library/"

/// Runs a program to its end. Its output and its errors come back together.
@discardableResult
func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [program] + arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// Runs a Python script that has h5py as `h5py`, numpy as `np` and the file's path as `path`; fails if it fails.
func python(_ path: String, _ script: String) throws {
  let whole = "import sys, h5py, numpy as np\npath = sys.argv[1]\n" + script
  let result = try run("python3", ["-c", whole, path])
  #expect(result.status == 0, "python3: \(result.output)")
}

/// What `h5dump` says about a file.
func h5dump(_ arguments: String...) throws -> String {
  let result = try run("h5dump", arguments)
  #expect(result.status == 0, "h5dump: \(result.output)")
  return result.output
}

private func works(_ program: String, _ arguments: [String]) -> Bool {
  ((try? run(program, arguments))?.status ?? 1) == 0
}

let hasH5py = works("python3", ["-c", "import h5py, numpy"])
let hasH5dump = works("h5dump", ["--version"])

extension Trait where Self == ConditionTrait {
  static var needsH5py: Self { .enabled(if: hasH5py, "needs python3 with h5py and numpy") }
  static var needsH5dump: Self { .enabled(if: hasH5dump, "needs h5dump (hdf5-tools)") }
}

/// The error that a body throws; fails the test if it throws none, or another.
func failure(_ location: SourceLocation = #_sourceLocation, of body: () throws -> Void) -> HDF5Error? {
  do {
    try body()
    Issue.record("no error was thrown", sourceLocation: location)
  } catch let error as HDF5Error {
    return error
  } catch {
    Issue.record(error, sourceLocation: location)
  }
  return nil
}

extension Array where Element: BitwiseCopyable {
  /// The array's memory.
  var memory: [UInt8] { unsafe withUnsafeBytes { unsafe [UInt8]($0) } }
}
