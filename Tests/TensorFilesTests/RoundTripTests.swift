import Foundation
import TensorFiles
import Tensors
import Testing

/// Every format gives back what it takes, bit for bit, or refuses it by name before it writes anything.
@Suite struct RoundTripTests {
  static let shapes: [[Int]] = [
    [], [0], [1], [5], [0, 0], [0, 3], [3, 0], [1, 1], [1, 4], [4, 1], [3, 4], [2, 3, 4], [2, 0, 3],
  ]
  static let formats = FileFormats.all.filter(\.writes).map(\.name)

  @Test(arguments: formats, ElementType.allCases)
  func roundTrip(_ name: String, _ type: ElementType) throws {
    let format = try FileFormats.named(name)
    var (kept, refused) = (0, 0)
    for shape in RoundTripTests.shapes {
      for order in [Order.rowMajor, .columnMajor] {
        let tensor = try RoundTripTests.tensor(shape, type, order)
        for archive in RoundTripTests.archives(tensor, name) {
          let comment: Comment = "\(name) \(type.rawValue) \(Tensor.describe(shape)) \(order)"
          let changes: [String]
          do throws(FormatError) { changes = try format.changes(writing: ArchiveSource(archive)) } catch {
            #expect(error.code == .unsuitable || error.code == .unsupported, comment)
            #expect(error.location != .file || archive.members.isEmpty, "\(comment): \(error)")
            try expectNothingWritten(archive, format, comment)
            refused += 1
            continue
          }
          try expectTheSame(archive, format, changes, comment)
          kept += 1
        }
      }
    }
    // Where an array must have rows there is none for the scalar.
    #expect(kept + refused >= (RoundTripTests.shapes.count - 1) * 2)
    // Whatever else a format lacks, it holds a matrix of doubles.
    if type == .float64 { #expect(kept > 0) }
  }

  /// The archives in which a format may hold a tensor: some formats have names of their own.
  private static func archives(_ tensor: Tensor, _ format: String) -> [TensorArchive] {
    var archive = TensorArchive()
    switch format {
    case "svmlight", "caffe-data":
      // An array of examples and their labels.
      guard let rows = tensor.shape.first else { return [] }
      let (features, labels) = format == "svmlight" ? ("X", "y") : ("data", "label")
      archive.set(features, to: tensor)
      do {
        archive.set(labels, to: try Tensor([Float](repeating: 1, count: rows)).converted(to: tensor.elementType))
      } catch {
        return []
      }
    default: archive.set("A_1", to: tensor)
    }
    return [archive]
  }

  /// Numbers of every kind that a type has, also those at the ends of its range.
  static func tensor(_ shape: [Int], _ type: ElementType, _ order: Order) throws -> Tensor {
    let count = try Tensor.elementCount(shape: shape)
    let base: Tensor
    switch type {
    case .int64: base = try Tensor((0..<count).map { [Int64.min, .max, 0, -1, 1 << 53 + 1][$0 % 5] })
    case .uint64: base = try Tensor((0..<count).map { [UInt64.max, 0, 1, 1 << 63][$0 % 4] })
    case .bool: base = try Tensor((0..<count).map { Double($0 % 2) }).converted(to: .bool)
    case .float64, .float32, .float16:
      let values: [Double] = [0.5, -0.0, .nan, .infinity, -.infinity, 0x1p-24, 1024, 0.1]
      base = try Tensor((0..<count).map { values[$0 % values.count] }).converted(to: type, inexactness: .takesNearest)
    case .complex128, .complex64:
      // The imaginary parts are those of the pairs: numbers side by side, seen as complex ones.
      let parts = try Tensor((0..<2 * count).map { Double($0) - 1.5 })
        .converted(to: type == .complex128 ? .float64 : .float32)
      base = try Tensor(shape: [count], elementType: type, order: .rowMajor, storage: parts.storage)
    default:
      let values: [Double] = [-1e30, 1e30, 0, 1, 100]
      base = try Tensor((0..<count).map { values[$0 % values.count] }).converted(to: type, inexactness: .takesNearest)
    }
    return try Tensor(shape: shape, elementType: type, order: order, storage: base.storage)
  }

  private func written(_ archive: TensorArchive, _ format: any FileFormat, to path: String) throws(FormatError) {
    try FileFormats.write(archive, to: path, as: format)
  }

  private func expectNothingWritten(_ archive: TensorArchive, _ format: any FileFormat, _ comment: Comment) throws {
    try withTemporaryFolder { folder in
      let write = { () throws(FormatError) in try written(archive, format, to: "\(folder)/file") }
      #expect(throws: FormatError.self, comment, performing: write)
      let left = try names(in: folder)
      #expect(left == [], comment)
    }
  }

  private func expectTheSame(
    _ archive: TensorArchive, _ format: any FileFormat, _ changes: [String], _ comment: Comment
  ) throws {
    try withTemporaryFolder { folder in
      // The array of a file that has no names takes that of the file.
      let path = "\(folder)/A_1"
      try written(archive, format, to: path)
      let file = try FileFormats.open(path, from: format.name)
      #expect(file.reader.damage == nil, comment)
      for member in archive.members {
        let name = RoundTripTests.isTable(format) ? "data" : member.name
        var found = try file.reader.tensor(name)
        #expect(found.shape == (try file.reader.entry(name).shape), comment)
        if found.shape != member.tensor.shape || found.elementType != member.tensor.elementType {
          #expect(!changes.isEmpty || RoundTripTests.isTable(format), "\(comment): \(found.shape) \(found.elementType)")
          // Text has no types, and dimensions of length 1 come and go where it was said.
          found = try Tensor(
            shape: member.tensor.shape, elementType: found.elementType, order: found.order, storage: found.storage)
        }
        // The text of an integer is exact; a table is read as doubles.
        let expected = try member.tensor.converted(to: found.elementType, inexactness: .takesNearest)
        #expect(try RoundTripTests.bits(found) == RoundTripTests.bits(expected), comment)
      }
    }
  }

  /// Text in rows and columns, which has one array and no types.
  private static func isTable(_ format: any FileFormat) -> Bool { ["csv", "tsv"].contains(format.name) }

  /// The bytes row by row, with one payload for every NaN.
  private static func bits(_ tensor: Tensor) throws -> [UInt8] {
    var tensor = try tensor.stored(in: .rowMajor)
    if [.float64, .float32, .float16].contains(tensor.elementType) {
      let doubles = try tensor.doublesInStorageOrder().map { $0.isNaN ? Double.nan : $0 }
      tensor = try Tensor(doubles).converted(to: tensor.elementType)
    }
    return tensor.storage.withBytes { bytes in
      (0..<bytes.byteCount).map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }
  }

  private func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
  }
}
