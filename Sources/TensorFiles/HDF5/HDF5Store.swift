import HDF5
import Tensors

/// An open HDF5 file that everything read from it shares.
final class HDF5Store {
  let file: HDF5File
  let root: HDF5Group
  let limits: Limits
  /// The name of the file in messages.
  let name: String
  /// Who is told how much of the file the library has read.
  let input: InputFile
  /// Names of attributes that are of no use outside the file.
  let bookkeeping: Set<String>
  /// The headers of plain datasets.
  let headers: PlainHeaders

  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.limits = limits
    name = input.name
    self.input = input
    headers = PlainHeaders(input)
    do {
      file = try HDF5Store.open(input, limits)
      root = try file.root()
    } catch {
      throw FormatError.converted(error, at: "")
    }
    // Attributes that cannot be read leave the arrays readable, and say so when they are asked for.
    do { bookkeeping = try HDF5Store.bookkeeping(of: root.attributes()) } catch { bookkeeping = [] }
  }

  /// Opens a file on disk, or, where the bytes are none, a file in memory.
  private static func open(_ input: InputFile, _ limits: Limits) throws -> HDF5File {
    if let path = try input.pathOfOpenFile() {
      do { return try HDF5File(reading: path) } catch {
        // Another file may have taken its name meanwhile, as checkpoints do: then the library finds no real name.
        guard try input.pathOfOpenFile() == nil else { throw error }
      }
    }
    return try HDF5File(image: try input.contents(limit: limits.memory))
  }

  /// All numbers of a small dataset as doubles.
  ///
  /// - Throws: ``FormatError`` with code `limit` when it takes more than 64 MiB, which nothing small does.
  func doubles(at path: String) throws -> [Double] {
    let reader = try DatasetRows(DatasetPlace(path: path, in: self), in: self)
    let count = try reader.place.byteCount
    guard count <= 64 << 20 else {
      throw FormatError(.limit, at: .object(path), "\(count) bytes, where a few numbers are expected")
    }
    return try reader.rows(0..<reader.place.rowCount).doublesInStorageOrder()
  }

  /// The texts of a small dataset, or of an attribute beside it that says that there are none.
  func texts(at path: String) throws -> [String] { try root.dataset(at: path).readStrings() }
}

extension HDF5Attributes {
  /// The text of an attribute; nil where there is none of that name, or where it is no text.
  borrowing func text(_ name: String) throws(HDF5Error) -> String? {
    guard try contains(name) else { return nil }
    let attribute = try attribute(name)
    guard case .string = attribute.datatype, attribute.dataspace.elementCount == 1 else { return nil }
    return try attribute.readStrings(limit: 1 << 20).first
  }

  /// The number of an attribute; nil where there is none of that name, or where it is no number.
  borrowing func number(_ name: String) throws(HDF5Error) -> Double? {
    guard try contains(name) else { return nil }
    let attribute = try attribute(name)
    guard attribute.dataspace.elementCount == 1 else { return nil }
    switch attribute.datatype.elementType {
    case .uint64, .int64:
      return attribute.datatype.elementType == .int64
        ? try attribute.read(Int64.self).first.map { Double($0) }
        : try attribute.read(UInt64.self).first.map { Double($0) }
    case .some(let type) where HDF5ElementType.float64.holds(type): return try attribute.read(Double.self).first
    default: return nil
    }
  }
}
