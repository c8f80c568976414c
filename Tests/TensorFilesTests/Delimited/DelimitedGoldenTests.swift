import Testing
import Tensors
import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that other programs wrote against what those programs say is in them, and malformed files against the message.
@Suite struct DelimitedGoldenTests {
  @Test(arguments: DelimitedFiles.golden)
  func holdsTheValues(path: String) throws {
    let file = try FileFormats.open(path)
    #expect(file.format.name == "csv")
    let expected = try DelimitedFiles.values(path + ".values")
    let matrix = try file.reader.tensor("data").matrix()
    #expect(file.reader.entries.map(\.shape) == [[expected.count, expected.first?.count ?? 0]])
    #expect(matrix.elements.map(\.bitPattern) == expected.flatMap(\.self).map(\.bitPattern))
  }

  @Test(arguments: [
    ("csv_quoted_names.csv", ["length, in cm", "the \"true\"\nvalue"]), ("pandas_bom.csv", ["x1", "x2"]),
    ("pandas_decimal_comma.csv", ["größe", "y"]), ("csv_no_header.csv", ["1", "2"]),
    ("numpy_comment_header.csv", ["1", "2"]), ("csv_lone_cr.csv", ["x1", "x2"]),
  ])
  func namesTheColumns(file: String, names: [String]) throws {
    let reader = try FileFormats.open(DelimitedFiles.folder + "golden/" + file).reader
    let table = try #require(reader as? any TableReader)
    #expect(table.columnNames == names)
    #expect(table.hasHeader == (names != ["1", "2"]))
  }

  @Test(arguments: [
    ("numpy_blanks.csv", "blank-separated, no header, 2 columns"),
    ("numpy_padded.csv", "blank-separated, no header, 2 columns"),
    ("numpy_one_column.csv", "comma-separated, no header, 1 column"),
    ("pandas_decimal_comma.csv", "semicolon-separated, decimal comma, header, 2 columns"),
    ("pandas_decimal_comma_tabs.csv", "tab-separated, decimal comma, header, 2 columns"),
    ("pandas_tabs.tsv", "tab-separated, header, 2 columns"), ("csv_bars.csv", "bar-separated, header, 2 columns"),
    ("pandas_missing_empty.csv", "comma-separated, header, 3 columns"),
  ])
  func saysWhatItFound(file: String, summary: String) throws {
    let input = try InputFile(path: DelimitedFiles.folder + "golden/" + file)
    #expect(try TableLayout(input).summary == summary)
  }

  @Test(arguments: DelimitedFiles.malformed)
  func refusesWithTheMessage(path: String) throws {
    let expected = try DelimitedFiles.text(path + ".expected")
    var failure: FormatError?
    do throws(FormatError) {
      _ = try FileFormats.open(path).reader.archive()
    } catch {
      failure = error
    }
    #expect(failure?.file == path)
    failure?.file = nil
    #expect(failure.map { "\($0)\n" } == expected)
  }

  /// A file that is cut anywhere is an error or shorter, never a trap.
  @Test(arguments: DelimitedFiles.golden)
  func survivesBeingCut(path: String) throws {
    let bytes = try InputFile(path: path).contents(limit: 1 << 20)
    for count in 0..<bytes.count {
      do {
        _ = try FileFormats.open(InputFile(bytes: Array(bytes[..<count]), name: "cut")).reader.archive()
      } catch {
        #expect(error.file == "cut")
      }
    }
  }
}

/// The files of this format.
enum DelimitedFiles {
  static let folder: String = {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    return "/\(root)/Formats/csv/"
  }()
  static let golden = paths("golden", without: "values")
  static let malformed = paths("malformed", without: "expected")

  static func text(_ path: String) throws -> String {
    String(decoding: try InputFile(path: path).contents(limit: 1 << 20), as: UTF8.self)
  }

  static func values(_ path: String) throws -> [[Double]] {
    try text(path).split(separator: "\n").map { line in line.split(separator: " ").map { Double($0) ?? 99 } }
  }

  private static func paths(_ name: String, without ending: String) -> [String] {
    guard let stream = unsafe opendir(folder + name) else { return [] }
    defer { unsafe closedir(stream) }
    var paths: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name.hasSuffix(".csv") || name.hasSuffix(".tsv") {
        paths.append("\(folder)\(ending == "values" ? "golden" : "malformed")/\(name)")
      }
    }
    return paths.sorted()
  }
}
