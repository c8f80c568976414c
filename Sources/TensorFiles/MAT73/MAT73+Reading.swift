import HDF5
import Tensors

/// The variables of a MAT file of level 7.3: what stands in the root group.
final class MAT73Reader: HDF5ItemReader {
  private(set) var items = HDF5Items()
  let store: HDF5Store

  /// Where MATLAB keeps what cells, structures and objects refer to.
  private static let internals: Set<String> = ["#refs#", "#subsystem#"]

  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    store = try HDF5Store(input, limits: limits)
    do {
      for link in try store.root.links(order: .creation, limit: limits.objects)
      where !MAT73Reader.internals.contains(link.name) {
        items.append(item(for: link))
      }
    } catch {
      throw FormatError.converted(error, at: "")
    }
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
}
