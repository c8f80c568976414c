import HDF5
import Tensors

/// What is in an HDF5 file: every dataset under its path, `group/name`, or what a convention makes of it.
final class HDF5Reader: HDF5ItemReader {
  private(set) var items = HDF5Items()
  private(set) var groups: [String] = []
  let store: HDF5Store

  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    store = try HDF5Store(input, limits: limits)
    try list()
  }

  /// Goes through the groups in the order of the links, each group once, however many links lead to it.
  private func list() throws(FormatError) {
    var visited: Set<HDF5ObjectIdentity> = []
    // A list of our own: the depth of a hostile file is not that of our calls.
    var waiting: [(location: HDF5Location, depth: Int)] = [(HDF5Location(path: "", name: ""), 0)]
    var next = 0
    func wait(for location: HDF5Location, depth: Int) throws(FormatError) {
      guard depth <= store.limits.depth else {
        throw FormatError(.limit, at: .object(location.name), "this is more than \(store.limits.depth) groups deep")
      }
      waiting.append((location, depth))
    }
    while next < waiting.count {
      let (location, depth) = waiting[next]
      next += 1
      do {
        let group = location.path.isEmpty ? try store.file.root() : try store.root.group(at: location.path)
        guard visited.insert(try group.identity).inserted else { continue }
        if !location.path.isEmpty {
          if let interpretation = interpretation(of: group, at: location) {
            for item in interpretation.items { try add(item, waiting.count) }
            for group in interpretation.groups { try wait(for: group, depth: depth + 1) }
            continue
          }
          groups.append(location.name)
        }
        for link in try group.links(limit: store.limits.objects) {
          let member = location.member(link.name)
          switch listed(link, at: member, in: group) {
          case .group: try wait(for: member, depth: depth + 1)
          case .items(let items): for item in items { try add(item, waiting.count) }
          }
          try check(waiting.count, at: member.name)
        }
      } catch {
        throw FormatError.converted(error, at: location.name)
      }
    }
  }

  private func add(_ item: HDF5Item, _ waiting: Int) throws(FormatError) {
    try check(waiting, at: item.entry.name)
    items.append(item)
  }

  private func check(_ waiting: Int, at name: String) throws(FormatError) {
    guard items.count + waiting <= store.limits.objects else {
      throw FormatError(.limit, at: .object(name), "the file has more than \(store.limits.objects) objects")
    }
  }

  /// What a convention makes of a group. One that looks like a convention's and is not complete is a group like others:
  /// its members say what is wrong with them.
  private func interpretation(of group: borrowing HDF5Group, at location: HDF5Location) -> HDF5Interpretation? {
    for convention in HDF5Conventions.all {
      do {
        if let found = try convention.interpretation(of: group, at: location, in: store) { return found }
      } catch { return nil }
    }
    return nil
  }

  /// What a convention makes of a dataset of numbers.
  private func interpretation(of dataset: borrowing HDF5Dataset, at location: HDF5Location) -> HDF5Interpretation? {
    for convention in HDF5Conventions.all {
      do {
        if let found = try convention.interpretation(of: dataset, at: location, in: store) { return found }
      } catch { return nil }
    }
    return nil
  }

  private enum Listed {
    case group
    case items([HDF5Item])
  }

  /// One link: what cannot be opened is named, and the listing goes on.
  private func listed(_ link: HDF5Link, at location: HDF5Location, in group: borrowing HDF5Group) -> Listed {
    func other(_ className: String, _ remedy: String? = nil, shape: [Int] = []) -> Listed {
      .items([HDF5Item(location.name, className, remedy: remedy, shape: shape)])
    }
    switch link.kind {
    case .external(let file, let target):
      return other("external link", "it leads to \(target) in the file \(file), which is not followed")
    case .soft(let target) where link.isDangling:
      return other("dangling link", "it leads to \(target), which is not there")
    case .userDefined(let number): return other("link of the unknown kind \(number)")
    case .hard, .soft: break
    }
    if let header = store.headers.header(at: link.address) {
      let place = DatasetPlace(header, path: location.path)
      return .items([
        HDF5Item(place.entry(named: location.name), source: place.source(named: location.name, in: store))
      ])
    }
    do {
      switch try group.object(at: link) {
      case .group: return .group
      case .datatype: return .items([])
      case .dataset(let dataset):
        guard dataset.datatype.elementType != nil else {
          let remedy = HDF5Reader.remedy(for: dataset.datatype)
          return other(dataset.datatype.description, remedy, shape: try dataset.dataspace.shape)
        }
        if let found = interpretation(of: dataset, at: location) { return .items(found.items) }
        let place = try DatasetPlace(dataset, path: location.path)
        let lacking = dataset.filters.filter { !$0.isAvailable }.map(\.description)
        let remark =
          lacking.isEmpty ? nil : "compressed with \(lacking.joined(separator: ", ")), which this build lacks"
        return .items([
          HDF5Item(
            place.entry(named: location.name, remark: remark), source: place.source(named: location.name, in: store))
        ])
      }
    } catch {
      return other("unreadable object", FormatError.converted(error, at: location.name).sentence)
    }
  }

  /// What can be done about a dataset that is none of numbers.
  private static func remedy(for type: HDF5Datatype) -> String? {
    switch type {
    case .string: "texts are not read; names of classes can be saved as their numbers"
    case .compound: "its fields can be saved as datasets of their own"
    default: nil
    }
  }

  func attributes(of path: String) throws(FormatError) -> [Attribute] {
    if let attributes = items[path]?.attributes { return attributes }
    return try store.attributes(of: path)
  }
}
