import Tensors

/// What is listed of a file, in order and by name.
struct HDF5Items {
  private(set) var entries: [TensorEntry] = []
  private var items: [HDF5Item] = []
  /// Where each name stands among the items.
  private var places: [String: Int] = [:]

  var count: Int { items.count }

  subscript(name: String) -> HDF5Item? { places[name].map { items[$0] } }

  /// Puts an item at the end. A name that a convention made may be that of another object: the first one has it.
  mutating func append(_ item: HDF5Item) {
    guard places[item.entry.name] == nil else { return }
    places[item.entry.name] = items.count
    items.append(item)
    entries.append(item.entry)
  }
}

/// A reader whose arrays are items of an HDF5 file.
protocol HDF5ItemReader: PartialReader {
  var items: HDF5Items { get }
  var store: HDF5Store { get }
}

extension HDF5ItemReader {
  var entries: [TensorEntry] { items.entries }

  func entry(_ name: String) throws(FormatError) -> TensorEntry { try item(name).entry }

  func tensor(_ name: String) throws(FormatError) -> Tensor {
    do { return try rowRanges(of: name).whole() } catch {
      throw FormatError.converted(error, at: name).naming(store.name)
    }
  }

  func source(of name: String) throws(FormatError) -> any TensorSource { try rowRanges(of: name) }

  func rows(of name: String) throws(FormatError) -> any RowSource { try rowRanges(of: name).doubles() }

  func examples(of name: String, along dimension: ExampleDimension) throws(FormatError) -> (any RowSource)? {
    do throws(FormatError) { return try rowRanges(of: name).examples(along: dimension) } catch {
      throw error.naming(store.name)
    }
  }

  private func item(_ name: String) throws(FormatError) -> HDF5Item {
    guard let item = items[name] else { throw missing(name) }
    return item
  }

  private func rowRanges(of name: String) throws(FormatError) -> RowRangeSource {
    let item = try item(name)
    guard let source = item.source else { throw notNumeric(item.entry) }
    return source
  }
}
