import TensorFiles
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that libhdf5 parses are read in a process that may do nothing else.
@Suite(.serialized) struct IsolationTests {
  private static let reader = Tool(name: "reader-process")
  private static let isolated = Limits(threads: 2, isolation: .program(Tool.inspect.path))
  private static let formats = Tool.package + "/Formats"

  /// Files of the formats that are isolated: those that another program wrote, and those that contradict themselves.
  private static let files: [String] = {
    var files: [String] = []
    for folder in ["h5", "mat73", "keras", "keras-h5", "keras-weights", "parameters", "caffe-data", "caffe"] {
      for part in ["golden", "malformed", "library", "networks"] {
        let path = "\(formats)/\(folder)/\(part)"
        guard System.isFolder(path) else { continue }
        for name in ((try? System.names(in: path)) ?? []).sorted()
        where [".h5", ".mat", ".nc", ".keras", ".hdf5"].contains(where: name.hasSuffix) {
          files.append("\(path)/\(name)")
        }
      }
    }
    return files
  }()

  @Test(arguments: files) func aFileIsTheSameInAnotherProcess(path: String) throws {
    #expect(Self.everything(in: path, Self.isolated) == Self.everything(in: path, Limits(threads: 2)))
  }

  /// All that is said of a file, and all its numbers in every way of reading them.
  private static func everything(in path: String, _ limits: Limits) -> [String] {
    func said(_ body: () throws -> String) -> String {
      do { return try body() } catch {
        // Who opened the file names it, here or there.
        guard let error = error as? FormatError else { return "\(error)" }
        return "\(error.code.name): \(error.naming(path))"
      }
    }
    var all: [String] = []
    all.append(
      said {
        let file = try FileFormats.open(path, limits: limits)
        let reader = file.reader
        all += [file.format.name, "\(reader.groups)", "\(reader.notes)", reader.damage?.description ?? ""]
        for path in [""] + reader.groups + reader.entries.map(\.name) {
          all.append(said { try reader.attributes(of: path).map(text).joined(separator: ";") })
        }
        for entry in reader.entries {
          all.append("\(entry)")
          all.append(said { text(try reader.tensor(entry.name)) })
          all.append(said { text(try reader.source(of: entry.name).whole()) })
          all.append(
            said {
              var parts: [String] = []
              let blocks = try reader.source(of: entry.name).blocks(ofRows: 3)
              // An array may have more rows than anyone can go through.
              while parts.count < 50, let block = try blocks.next() { parts.append(text(block)) }
              return parts.joined(separator: ";")
            })
          all.append(said { try numbers(of: try reader.rows(of: entry.name)) })
          for dimension in [ExampleDimension.first, .last] {
            all.append(
              said {
                guard let partial = reader as? any PartialReader else { return "not partial" }
                let rows = try partial.examples(of: entry.name, along: dimension)
                return try rows.map(numbers) ?? "whole"
              })
          }
        }
        return said { text(try reader.tensor("no such array")) }
      })
    return all
  }

  private static func text(_ attribute: Attribute) -> String {
    guard case .numbers(let tensor) = attribute.value else { return "\(attribute)" }
    return "\(attribute.name) \(text(tensor))"
  }

  private static func text(_ tensor: Tensor) -> String {
    let sum = tensor.storage.withElements(as: UInt8.self) { bytes in
      bytes.indices.reduce(0 as UInt64) { ($0 ^ UInt64(bytes[$1])) &* 0x100_0000_01B3 }
    }
    return "\(tensor.shape) \(tensor.elementType) \(tensor.order) \(sum)"
  }

  /// Some rows from the middle, then all.
  private static func numbers(of rows: any RowSource) throws -> String {
    var result = "\(rows.columnCount) \(rows.rowCount ?? -1)"
    for first in [(rows.rowCount ?? 0) / 2, 0] {
      try rows.seek(toRow: first)
      var block = [Double](repeating: 0, count: max(1, rows.columnCount) * 7)
      for _ in 0..<50 {
        var span = block.mutableSpan
        let count = try rows.nextRows(into: &span)
        guard count > 0 else { break }
        result += " \(block.prefix(count * rows.columnCount).map(\.bitPattern))"
      }
    }
    return result
  }

  // MARK: What becomes of the process

  @Test func aCrashIsSaid() throws {
    for arguments in [["reg-inspect"], ["reg-inspect", "--stats"]] {
      let path = Self.formats + "/h5/crashing/signal.nc"
      let outcome = try Tool.inspect.run(arguments.dropFirst() + [path])
      #expect(outcome.code == 65, "\(outcome.testDescription)")
      #expect(
        outcome.errors
          == "\(path): the HDF5 library crashed (signal 11) while it read this; the file is damaged or hostile\n")
    }
  }

  @Test func anEndlessLoopIsSaid() throws {
    let path = Self.formats + "/h5/crashing/endless.h5"
    let outcome = try Tool.inspect(path, seconds: 300)
    #expect(outcome.code == 65, "\(outcome.testDescription)")
    #expect(
      outcome.errors.hasSuffix(
        "the HDF5 library took more than 5 s of processor time for this; the file is damaged or hostile\n"))
  }

  #if os(Linux)
    @Test func aKilledProcessIsAnError() throws {
      let file = try FileFormats.open(Self.formats + "/h5/golden/coursera.h5", limits: Self.isolated)
      let process = try #require(try Self.processes().first)
      kill(process, SIGKILL)
      #expect(throws: FormatError.self) { _ = try file.reader.tensor("train_set_x") }
      #expect(file.reader.damage?.sentence.contains("was killed (signal 9)") == true)
    }

    /// The processes that read for this one.
    private static func processes() throws -> [pid_t] {
      try System.names(in: "/proc").compactMap { pid_t($0) }.filter { process in
        guard let words = try? System.contents("/proc/\(process)/cmdline"),
          let status = try? System.contents("/proc/\(process)/status")
        else { return false }
        return String(decoding: words, as: UTF8.self).contains("--read-for-another-process")
          && String(decoding: status, as: UTF8.self).contains("PPid:\t\(getpid())\n")
      }
    }
  #endif

  @Test func nothingIsLeft() throws {
    let outcome = try Self.reader("leaks", Self.formats + "/h5/golden/coursera.h5")
    #expect(outcome.output == "descriptors: 0\nprocesses: 0\n", "\(outcome.testDescription)")
  }

  @Test func theArgumentAloneDoesNothing() throws {
    let outcome = try Tool.inspect("--read-for-another-process")
    #expect(outcome.code == 64)
  }

  /// A program that is not there, and one that does not answer.
  @Test func aProgramThatDoesNotReadIsSaid() throws {
    for program in ["/nowhere/reg-inspect", "/bin/true"] {
      let limits = Limits(isolation: .program(program))
      #expect(throws: FormatError.self) {
        _ = try FileFormats.open(Self.formats + "/h5/golden/coursera.h5", limits: limits)
      }
    }
  }

  // MARK: What it may do

  #if os(Linux)
    @Test func nothingElseCanBeDone() throws {
      let folder = try TemporaryFolder()
      let path = folder.file("open.txt")
      try System.write(Array("x".utf8), to: path)
      let outcome = try Self.reader("attempts", path)
      var lines = outcome.lines
      let walls = lines.isEmpty ? "" : lines.removeFirst()
      // An old kernel has no Landlock; without seccomp there is nothing to try.
      guard walls.contains("calls: walled") else { return print("skipped: no seccomp here") }
      let others = walls.contains("files: walled") ? "refused" : "done"
      #expect(
        lines == [
          "the file: done", "the file, writing: refused", "another file: \(others)", "a folder: \(others)",
          "a new file: refused", "another process's memory: refused", "a socket: refused", "a signal: refused",
          "a name removed: refused", "a folder made: refused", "code: refused", "a thread: done",
        ], "\(outcome.testDescription)")
      #expect(try System.names(in: folder.path) == ["open.txt"])
      for way in ["exec", "spawn"] {
        let outcome = try Self.reader.run([way, path])
        #expect(outcome.ending == .signal(SIGSYS), "\(outcome.testDescription)")
      }
    }
  #endif
}
