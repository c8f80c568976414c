public import Tensors

/// HDF5 files for Caffe's layer `HDF5Data`, with the list of files that its `source` names: Formats/caffe-data.
public struct CaffeDataFormat: FileFormat {
  public let name = "caffe-data"
  public let title = "Caffe HDF5Data, with its list of files"
  public let pathExtensions: [String] = []

  /// The format.
  public init() {}

  /// Such a file is HDF5 like any other.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool { false }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    if limits.isolation != .none { return try IsolatedReader(input, as: self, limits: limits) }
    return try HDF5Reader(input, limits: limits)
  }

  public func changes(writing archive: ArchiveSource) throws(FormatError) -> [String] {
    try CaffeDataFormat.check(archive)
    return archive.members.compactMap { member in
      guard member.source.elementType != .float32 else { return nil }
      let type = member.source.elementType
      let isExact = [.bool, .int8, .uint8, .int16, .uint16, .float16].contains(type)
      return "\(member.name): \(type.rawValue) becomes float32, Caffe's type"
        + (isExact ? "" : "; numbers that it does not have are rounded")
    }
  }

  public func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    try CaffeDataFormat.check(archive)
    guard !output.name.contains(where: \.isWhitespace) || output.temporaryPath == nil else {
      throw FormatError(
        .unsuitable, "Caffe splits its list of files at white space: the path of the file must have none",
        file: output.name)
    }
    var archive = archive
    archive.members = archive.members.map { member in
      .init(name: member.name, source: CaffeArray(member.source, name: member.name))
    }
    // Caffe reads datasets and nothing beside them.
    archive.attributes = AttributeTree()
    try HDF5Writer(archive, compression: options.compression, threads: options.threads).write(to: &output)
  }

  /// The list: the path of the file as it was given, since Caffe takes it from the folder that it is started in.
  public func companion(of path: String) -> (path: String, text: String)? {
    let slash = path.lastIndex(of: "/")
    let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
    let stem = name.lastIndex(of: ".").map { $0 == name.startIndex ? name : name[..<$0] } ?? name
    let folder = slash.map { String(path[...$0]) } ?? ""
    let list = "\(folder)\(stem).txt"
    return (list == path ? path + ".txt" : list, path + "\n")
  }

  /// Throws unless an archive is what the layer takes: `data` and `label`, one row an example.
  private static func check(_ archive: ArchiveSource) throws(FormatError) {
    let names = archive.members.map(\.name)
    for name in ["data", "label"] where !names.contains(name) {
      let known = name == "data" ? ["X", "x", "train_x"] : ["y", "Y", "train_y", "labels"]
      let found = known.first(where: names.contains)
      throw FormatError(
        .unsuitable, at: .object(name),
        "Caffe's layer reads an array of this name, the file has "
          + (names.isEmpty ? "none" : names.joined(separator: ", "))
          + (found.map { "; --rename \($0)=\(name) gives it" } ?? "; --rename OLD=\(name) gives it"))
    }
    var first: ArchiveSource.Member?
    for member in archive.members {
      let place = FormatError.Location.object(member.name)
      let (shape, type) = (member.source.shape, member.source.elementType)
      guard !member.name.contains("/") else {
        throw FormatError(.unsuitable, at: place, "Caffe reads the arrays of the root group only; --rename renames it")
      }
      guard !type.isComplex else { throw FormatError(.unsupported, at: place, "Caffe has no complex numbers") }
      guard let rows = shape.first else {
        throw FormatError(.unsuitable, at: place, "a scalar is no array with a row for each example")
      }
      let count: Int
      do { count = try Tensor.elementCount(shape: shape) } catch { throw FormatError(error, at: place) }
      guard count <= Int(Int32.max) else {
        throw FormatError(
          .unsupported, at: place, "\(count) elements; a blob of Caffe has \(Int32.max) at most, split the file")
      }
      if let first, let expected = first.source.shape.first, rows != expected {
        let isRow = shape.count == 2 && rows == 1 && shape[1] == expected
        throw FormatError(
          .unsuitable, at: place,
          "the shape \(Tensor.describe(shape)) has \(rows) rows, \(first.name) has \(expected)"
            + (isRow
              ? "; --transpose \(member.name) makes the row a column" : ": each example is one row of every array")
        )
      }
      first = first ?? member
    }
  }
}

/// An array as float32, in which nothing that was finite is infinite.
private final class CaffeArray: TensorSource {
  private let original: any TensorSource
  private let name: String

  init(_ source: any TensorSource, name: String) {
    original = source
    self.name = name
  }

  var shape: [Int] { original.shape }
  var elementType: ElementType { .float32 }

  func whole() throws -> Tensor { try converted(try original.whole()) }

  func blocks(ofRows count: Int) throws -> any TensorBlocks {
    Blocks(array: self, blocks: try original.blocks(ofRows: count))
  }

  private func converted(_ tensor: Tensor) throws -> Tensor {
    let result = try tensor.converted(to: .float32, inexactness: .takesNearest)
    // Only doubles reach beyond the range.
    guard tensor.elementType == .float64 else { return result }
    let lost = tensor.storage.withElements(as: Double.self) { doubles in
      result.storage.withElements(as: Float.self) { floats in
        floats.indices.first { floats[$0].isInfinite && doubles[$0].isFinite }.map { doubles[$0] }
      }
    }
    if let lost {
      throw FormatError(.unsuitable, at: .object(name), "the value \(lost) is beyond the range of Caffe's float32")
    }
    return result
  }

  private final class Blocks: TensorBlocks {
    private let array: CaffeArray
    private let blocks: any TensorBlocks

    init(array: CaffeArray, blocks: any TensorBlocks) {
      self.array = array
      self.blocks = blocks
    }

    func next() throws -> Tensor? { try blocks.next().map(array.converted) }
  }
}
