import HDF5
import Tensors

/// What is in an HDF5 file: every dataset under its path, `group/name`.
final class HDF5Reader: TensorReader {
  private(set) var entries: [TensorEntry] = []
  private(set) var groups: [String] = []
  /// Where each name stands among the entries.
  private var places: [String: Int] = [:]

  private let file: HDF5File
  private let root: HDF5Group
  private let limits: Limits

  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.limits = limits
    let path = try input.pathOfOpenFile()
    let image = path == nil ? try input.contents(limit: limits.memory) : []
    do {
      // Bytes that are no file on disk are a file in memory.
      file = if let path { try HDF5File(reading: path) } else { try HDF5File(image: image) }
      root = try file.root()
    } catch {
      throw FormatError(error, at: "")
    }
    try list()
  }

  /// Goes through the groups in the order of the links, each group once, however many links lead to it.
  private func list() throws(FormatError) {
    var visited: Set<HDF5ObjectIdentity> = []
    // A list of our own: the depth of a hostile file is not that of our calls.
    var waiting: [(path: String, depth: Int)] = [("", 0)]
    var next = 0
    while next < waiting.count {
      let (path, depth) = waiting[next]
      next += 1
      do {
        let group = path.isEmpty ? try file.root() : try root.group(at: path)
        guard visited.insert(try group.identity).inserted else { continue }
        if !path.isEmpty { groups.append(path) }
        for link in try group.links(limit: limits.objects) {
          let name = path.isEmpty ? link.name : "\(path)/\(link.name)"
          guard entries.count + waiting.count < limits.objects else {
            throw FormatError(.limit, at: .object(name), "the file has more than \(limits.objects) objects")
          }
          switch entry(for: link, named: name, in: group) {
          case .group:
            guard depth < limits.depth else {
              throw FormatError(.limit, at: .object(name), "this is more than \(limits.depth) groups deep")
            }
            waiting.append((name, depth + 1))
          case .entry(let entry):
            places[name] = places[name] ?? entries.count
            entries.append(entry)
          case .nothing: break
          }
        }
      } catch {
        throw FormatError.converted(error, at: path)
      }
    }
  }

  private enum Listed {
    case group
    case entry(TensorEntry)
    case nothing
  }

  /// One link: what cannot be opened is named, and the listing goes on.
  private func entry(for link: HDF5Link, named name: String, in group: borrowing HDF5Group) -> Listed {
    func other(_ className: String, _ remedy: String? = nil, shape: [Int] = []) -> Listed {
      .entry(TensorEntry(name: name, shape: shape, content: .other(className: className, remedy: remedy)))
    }
    switch link.kind {
    case .external(let file, let target):
      return other("external link", "it leads to \(target) in the file \(file), which is not followed")
    case .soft(let target) where link.isDangling:
      return other("dangling link", "it leads to \(target), which is not there")
    case .userDefined(let number): return other("link of the unknown kind \(number)")
    case .hard, .soft: break
    }
    do throws(HDF5Error) {
      switch try group.object(at: link) {
      case .group: return .group
      case .datatype: return .nothing
      case .dataset(let dataset):
        let shape = try dataset.dataspace.shape
        guard let type = dataset.datatype.elementType else {
          return other(dataset.datatype.description, shape: shape)
        }
        return .entry(TensorEntry(name: name, shape: shape, content: .numbers(ElementType(type), storedAs: nil)))
      }
    } catch {
      return other("unreadable object", FormatError(error, at: name).sentence)
    }
  }

  func entry(_ name: String) throws(FormatError) -> TensorEntry {
    guard let place = places[name] else { throw missing(name) }
    return entries[place]
  }

  func attributes(of path: String) throws(FormatError) -> [Attribute] {
    do {
      if path.isEmpty { return try attributes(root.attributes()) }
      switch try root.object(at: path) {
      case .group(let group): return try attributes(group.attributes())
      case .dataset(let dataset): return try attributes(dataset.attributes())
      case .datatype: return []
      }
    } catch {
      throw FormatError.converted(error, at: path)
    }
  }

  private func attributes(_ attributes: borrowing HDF5Attributes) throws -> [Attribute] {
    var result: [Attribute] = []
    // For all of them together.
    var left = HDF5Attribute.defaultLimit
    for name in try attributes.names(limit: limits.objects) {
      let attribute = try attributes.attribute(name)
      guard let value = try value(of: attribute, limit: left) else { continue }
      switch value {
      case .text(let text): left -= text.utf8.count
      case .texts(let texts): left -= texts.reduce(0) { $0 + $1.utf8.count }
      case .numbers(let tensor): left -= tensor.storage.byteCount
      }
      result.append(Attribute(name: name, value: value))
    }
    return result
  }

  /// Texts and numbers; what is neither, such as a reference, is passed over.
  private func value(of attribute: borrowing HDF5Attribute, limit: Int) throws -> AttributeValue? {
    if case .string = attribute.datatype {
      let texts = try attribute.readStrings(limit: limit)
      return attribute.dataspace == .scalar ? texts.first.map(AttributeValue.text) : .texts(texts)
    }
    guard let type = attribute.datatype.elementType else { return nil }
    let shape = attribute.dataspace.shape
    let elementType = ElementType(type)
    let count = try Tensor.byteCount(shape: shape, elementType: elementType)
    guard count <= limit else {
      throw FormatError(
        .limit, at: .object(attribute.name),
        "the attribute has \(count) bytes, \(HDF5Attribute.defaultLimit) is the limit for all at one place")
    }
    var buffer = try TensorBuffer(byteCount: count)
    if count > 0 { try buffer.withMutableBytes { bytes in try attribute.read(as: type, into: &bytes) } }
    return .numbers(try Tensor(shape: shape, elementType: elementType, order: .rowMajor, storage: buffer.finish()))
  }

  func tensor(_ name: String) throws(FormatError) -> Tensor {
    let entry = try numericEntry(name)
    do {
      let dataset = try root.dataset(at: name)
      return try HDF5Reader.read(dataset, entry, nil, limits: limits)
    } catch {
      throw FormatError.converted(error, at: name)
    }
  }

  func rows(of name: String) throws(FormatError) -> any RowSource {
    let entry = try numericEntry(name)
    guard (1...2).contains(entry.shape.count) else {
      throw FormatError(
        .unsuitable, at: .object(name), "the shape is \(Tensor.describe(entry.shape)), rows need one or two dimensions")
    }
    do throws(HDF5Error) {
      return HDF5Rows(try root.dataset(at: name), entry, limits: limits)
    } catch {
      throw FormatError(error, at: name)
    }
  }

  private func numericEntry(_ name: String) throws(FormatError) -> TensorEntry {
    let entry = try entry(name)
    guard case .other(let className, let remedy) = entry.content else { return entry }
    throw FormatError(
      .unsupported, at: .object(name), "this is no array of numbers but \(className)" + (remedy.map { "; \($0)" } ?? "")
    )
  }

  /// Reads a dataset or a part of it in the type that the file has, exactly.
  fileprivate static func read(
    _ dataset: borrowing HDF5Dataset, _ entry: TensorEntry, _ part: HDF5Hyperslab?, limits: Limits
  ) throws -> Tensor {
    let shape = part?.count ?? entry.shape
    let type = entry.elementType ?? .float64
    let count = try Tensor.byteCount(shape: shape, elementType: type)
    try limits.charge(bytes: count, at: .object(entry.name))
    var buffer = try TensorBuffer(byteCount: count)
    if count > 0 { try buffer.withMutableBytes { bytes in try dataset.read(as: type.hdf5, part, into: &bytes) } }
    return try Tensor(shape: shape, elementType: type, order: .rowMajor, storage: buffer.finish())
  }
}

/// The rows of a dataset, read block by block.
private final class HDF5Rows: RowSource {
  private let dataset: HDF5Dataset
  private let entry: TensorEntry
  private let limits: Limits
  private var next = 0

  init(_ dataset: consuming HDF5Dataset, _ entry: TensorEntry, limits: Limits) {
    self.dataset = dataset
    self.entry = entry
    self.limits = limits
  }

  var columnCount: Int { entry.shape.count == 2 ? entry.shape[1] : 1 }
  var rowCount: Int? { entry.shape[0] }

  func nextRows(into block: inout MutableSpan<Double>) throws -> Int {
    let count = min(columnCount == 0 ? 0 : block.count / columnCount, entry.shape[0] - next)
    guard count > 0 else { return 0 }
    let part = HDF5Hyperslab(rows: next..<next + count, of: entry.shape)
    let elements: [Double]
    do {
      elements = try HDF5Reader.read(dataset, entry, part, limits: limits).doublesInStorageOrder()
    } catch {
      throw FormatError.converted(error, at: entry.name)
    }
    for index in elements.indices { block[index] = elements[index] }
    next += count
    return count
  }

  func seek(toRow row: Int) { next = min(max(row, 0), entry.shape[0]) }
}
