import HDF5
import Tensors

/// The variables of a MAT file of level 7.3: what stands in the root group.
final class MAT73Reader: TensorReader {
  private(set) var entries: [TensorEntry] = []
  private var items: [HDF5Item] = []
  private var places: [String: Int] = [:]
  private let store: HDF5Store

  /// Where MATLAB keeps what cells, structures and objects refer to.
  private static let internals: Set<String> = ["#refs#", "#subsystem#"]

  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    store = try HDF5Store(input, limits: limits)
    do {
      for link in try store.root.links(order: .creation, limit: limits.objects)
      where !MAT73Reader.internals.contains(link.name) {
        places[link.name] = items.count
        items.append(item(for: link))
      }
    } catch {
      throw FormatError.converted(error, at: "")
    }
    entries = items.map(\.entry)
  }

  /// One variable: what cannot be opened is named, and the listing goes on.
  private func item(for link: HDF5Link) -> HDF5Item {
    guard link.kind == .hard else { return HDF5Item(link.name, "link to another object", attributes: []) }
    do {
      switch try store.root.object(at: link) {
      case .group(let group): return try MAT73Variable(name: link.name, store: store).item(group)
      case .dataset(let dataset): return try MAT73Variable(name: link.name, store: store).item(dataset)
      case .datatype: return HDF5Item(link.name, "named type", attributes: [])
      }
    } catch {
      return HDF5Item(
        link.name, "unreadable variable", remedy: FormatError.converted(error, at: link.name).sentence, attributes: [])
    }
  }

  private func item(_ name: String) throws(FormatError) -> HDF5Item {
    guard let place = places[name] else { throw missing(name) }
    return items[place]
  }

  func entry(_ name: String) throws(FormatError) -> TensorEntry { try item(name).entry }

  func tensor(_ name: String) throws(FormatError) -> Tensor {
    do { return try rowRanges(of: name).whole() } catch {
      throw FormatError.converted(error, at: name).naming(store.name)
    }
  }

  func source(of name: String) throws(FormatError) -> any TensorSource { try rowRanges(of: name) }

  func rows(of name: String) throws(FormatError) -> any RowSource { try rowRanges(of: name).doubles() }

  private func rowRanges(of name: String) throws(FormatError) -> RowRangeSource {
    let item = try item(name)
    guard let source = item.source else { throw notNumeric(item.entry) }
    return source
  }
}
