import Foundation
import TensorFiles
import Tensors
import Testing

/// The example files of `Formats/<format>/golden` and `malformed`: a new file is a new test.
struct ExampleFile: Sendable, CustomTestStringConvertible {
  /// The name of the format and of its folder.
  let format: String
  let path: String

  var name: String { path.split(separator: "/").suffix(3).joined(separator: "/") }
  var testDescription: String { name }

  /// The lines of `<file>.expected` beside it; nil where there is none.
  var expected: [String]? {
    // A golden file without expectations is only read.
    guard FileManager.default.fileExists(atPath: path + ".expected") else { return nil }
    guard let text = FileManager.default.contents(atPath: path + ".expected") else { return [] }
    return String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true).map(
      String.init)
  }

  func bytes() throws -> [UInt8] { [UInt8](try #require(FileManager.default.contents(atPath: path))) }

  static let golden = files(in: "golden")
  static let malformed = files(in: "malformed").filter { $0.expected != nil }

  /// The folder of the package.
  static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The files in one folder of every format that is read.
  private static func files(in folder: String) -> [ExampleFile] {
    FileFormats.all.flatMap { format in
      let path = package.appending(path: "Formats/\(format.name)/\(folder)").path
      return names(in: path).filter { isExample($0, in: path) }.map {
        ExampleFile(format: format.name, path: "\(path)/\($0)")
      }
    }
  }

  /// What is in a folder, sorted; a format without such a folder has no such examples.
  private static func names(in path: String) -> [String] {
    do { return try FileManager.default.subpathsOfDirectory(atPath: path).sorted() } catch { return [] }
  }

  private static func isExample(_ name: String, in folder: String) -> Bool {
    if name.hasSuffix(".expected") || name.hasSuffix(".md") || name.contains("/.") || name.hasPrefix(".") {
      return false
    }
    var isFolder: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
      && !isFolder.boolValue
  }
}

/// What a reader found, in terms that can be compared.
struct Listing {
  let file: OpenFile
  /// The error of opening, damage or of the first array that cannot be read.
  var failure: FormatError?
  /// The numbers that were read, by name.
  var tensors: [String: Tensor] = [:]

  init(_ file: OpenFile) {
    self.file = file
    failure = file.reader.damage
    for entry in file.reader.entries where entry.isNumeric {
      do throws(FormatError) { tensors[entry.name] = try file.reader.tensor(entry.name) } catch {
        failure = failure ?? error
      }
    }
  }
}

extension Tensor {
  /// The first 16 digits of the SHA-256 of the numbers, row by row.
  var digest: String {
    get throws {
      var hash = SHA256()
      try stored(in: .rowMajor).storage.withBytes { hash.update($0) }
      return String(hash.finishHex().prefix(16))
    }
  }

  /// The first numbers row by row, the parts of complex ones one after another; as they are compared by value only.
  func firstNumbers(_ count: Int) throws -> [Double] {
    let ordered = try stored(in: .rowMajor)
    let doubles: [Double] =
      switch elementType {
      case .complex128: ordered.storage.withElements(as: Double.self) { span in span.indices.map { span[$0] } }
      case .complex64: ordered.storage.withElements(as: Float.self) { span in span.indices.map { Double(span[$0]) } }
      case .int64: ordered.storage.withElements(as: Int64.self) { span in span.indices.map { Double(span[$0]) } }
      case .uint64: ordered.storage.withElements(as: UInt64.self) { span in span.indices.map { Double(span[$0]) } }
      default: try ordered.doublesInStorageOrder()
      }
    return Array(doubles.prefix(count))
  }
}

extension TensorEntry {
  /// The beginning of the line that lists the entry in a file of expectations: see `Formats/listing.py`.
  var expectedColumns: [String] {
    switch content {
    case .numbers(let type, let stored): [name, type.rawValue, stored?.rawValue ?? "-", Tensor.describe(shape)]
    case .other(let className, _): [name, "not-numbers", className, Tensor.describe(shape)]
    }
  }
}

/// Compares what a reader gives with the lines that another program wrote.
///
/// - Parameter ignoringStorageOfComplex: set where that program does not tell how complex numbers are stored.
func expectMatch(
  _ file: OpenFile, _ lines: [String], _ comment: String, ignoringStorageOfComplex: Bool = false
) throws {
  let entries = file.reader.entries
  #expect(entries.map(\.name) == lines.map { $0.split(separator: "\t", maxSplits: 1)[0].description }, "\(comment)")
  for line in lines {
    let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard let entry = entries.first(where: { $0.name == columns[0] }) else { continue }
    var found = entry.expectedColumns
    if ignoringStorageOfComplex, entry.elementType?.isComplex ?? false { found[2] = columns[2] }
    #expect(found == Array(columns.prefix(4)), "\(comment)")
    guard entry.isNumeric, columns.count >= 6 else { continue }
    let tensor = try file.reader.tensor(entry.name)
    #expect(tensor.shape == entry.shape && tensor.elementType == entry.elementType, "\(comment): \(entry.name)")
    let numbers = columns[5] == "-" ? [] : try columns[5].split(separator: " ").map { try #require(Double($0)) }
    let first = try tensor.firstNumbers(numbers.count)
    #expect(first.elementsEqual(numbers) { $0 == $1 || $0.isNaN && $1.isNaN }, "\(comment): \(entry.name): \(first)")
    #expect(try tensor.digest == columns[4], "\(comment): \(entry.name)")
  }
}
