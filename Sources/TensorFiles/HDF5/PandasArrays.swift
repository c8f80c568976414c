import HDF5
import Tensors

/// The arrays that pandas writes (by PyTables) for the parts of a frame or series.
struct PandasArrays {
  let store: HDF5Store

  /// An array of numbers; nil for texts and pickled objects, and for times, which are numbers of something else.
  ///
  /// An array without elements has one in the file, and an attribute `shape` that says otherwise.
  func numbers(at path: String) throws -> DatasetPlace? {
    let dataset = try store.root.dataset(at: path)
    guard dataset.datatype.elementType != nil else { return nil }
    let attributes = try dataset.attributes()
    var place = try DatasetPlace(dataset, path: path)
    // PyTables keeps truth values as eight bits.
    if case .bitfield(let format) = dataset.datatype, format.bytes == 1 { place.elementType = .bool }
    if try attributes.contains("shape") {
      place.shape = place.shape.map { _ in 0 }
      return place
    }
    guard try attributes.text("value_type") == nil else { return nil }
    if let transposed = try attributes.number("transposed"), transposed == 0 { place = place.reversed() }
    return place
  }

  /// What stands in an array that has no numbers.
  func className(at path: String) throws -> String {
    let dataset = try store.root.dataset(at: path)
    let attributes = try dataset.attributes()
    let type = try attributes.text("value_type") ?? attributes.text("kind")
    return type ?? dataset.datatype.description
  }

  /// The names of columns: texts, or numbers.
  func names(at path: String) throws -> [String] {
    if let place = try numbers(at: path) {
      guard place.shape != [0] else { return [] }
      return try store.doubles(at: path).map { Int(exactly: $0).map(String.init) ?? "\($0)" }
    }
    return try store.texts(at: path)
  }

  /// The number of rows: the length of an index.
  func count(at path: String) throws -> Int {
    let dataset = try store.root.dataset(at: path)
    if try dataset.attributes().contains("shape") { return 0 }
    return try dataset.shape.first ?? 0
  }

  /// The index of the rows under `name`, unless it counts them from 0.
  func index(at path: String, named name: String) throws -> HDF5Item? {
    guard try count(at: path) > 0 else { return nil }
    let kind = try store.root.dataset(at: path).attributes().text("kind")
    guard let place = try numbers(at: path) else {
      return HDF5Item(
        name, "index of \(try className(at: path))", remedy: "df.reset_index() makes it a column",
        shape: try store.root.dataset(at: path).shape, attributes: [])
    }
    let remark = kind == "integer" || kind == "float" ? nil : kind
    return try Self.index(
      place.shape, place.elementType, place.source(named: name, in: store), named: name, remark: remark)
  }

  /// An index unless it counts the rows from 0.
  static func index(
    _ shape: [Int], _ type: ElementType, _ source: RowRangeSource, named name: String, remark: String?
  ) throws -> HDF5Item? {
    var next = 0.0
    let blocks = try source.blocks(ofRows: 1 << 17)
    var counts = shape.count == 1 && !type.isComplex && type != .bool
    while counts, let block = try blocks.next() {
      for value in try block.doublesInStorageOrder() {
        counts = counts && value == next
        next += 1
      }
    }
    if counts { return nil }
    let entry = TensorEntry(name: name, shape: shape, content: .numbers(type, storedAs: nil), remark: remark)
    return HDF5Item(entry, source: source, attributes: [])
  }

  /// The groups within one that stands for a frame: frames of their own.
  func groups(of group: borrowing HDF5Group, at location: HDF5Location, but hidden: Set<String> = []) throws
    -> [HDF5Location]
  {
    var result: [HDF5Location] = []
    for link in try group.links(limit: store.limits.objects) where link.kind == .hard && !hidden.contains(link.name) {
      if case .group = try group.object(at: link) { result.append(location.member(link.name)) }
    }
    return result
  }
}
