import HDF5
import Tensors

/// A frame that pandas wrote with `format='fixed'`: `axis0` holds the names of the columns and `axis1` the index; the
/// columns of each type lie together, `block0_values` of shape (rows, columns) with their names in `block0_items`.
struct PandasFrame: HDF5Convention {
  /// Blocks are types of columns: there are not many.
  private static let mostBlocks = 10_000

  func interpretation(
    of group: borrowing HDF5Group, at location: HDF5Location, in store: HDF5Store
  ) throws -> HDF5Interpretation? {
    let attributes = try group.attributes()
    guard try attributes.text("pandas_type") == "frame" else { return nil }
    let arrays = PandasArrays(store: store)
    var result = HDF5Interpretation(groups: try arrays.groups(of: group, at: location))
    let path = location.path
    guard try attributes.text("axis0_variety") == "regular", try attributes.text("axis1_variety") == "regular",
      let blocks = try attributes.number("nblocks").flatMap({ Int(exactly: $0) }),
      (0...PandasFrame.mostBlocks) ~= blocks
    else {
      result.items.append(
        HDF5Item(
          location.name, "pandas frame with several levels of names",
          remedy: "df.columns = ['_'.join(c) for c in df.columns] and df.reset_index() make it one level",
          attributes: []))
      return result
    }
    let names = try arrays.names(at: path + "/axis0")
    let rows = try arrays.count(at: path + "/axis1")
    var parts: [(names: [String], place: DatasetPlace)] = []
    var isNumeric: Set<String> = []
    var others: [HDF5Item] = []
    for block in 0..<blocks {
      let values = "\(path)/block\(block)_values"
      let items = try arrays.names(at: "\(path)/block\(block)_items")
      if let place = try arrays.numbers(at: values) {
        parts.append((items, place))
        isNumeric.formUnion(items)
      } else {
        let className = try arrays.className(at: values)
        for item in items {
          others.append(
            HDF5Item(
              "\(location.name)/\(item)", "column of \(className)", remedy: PandasFrame.remedy(className, item),
              shape: [rows], attributes: []))
        }
      }
    }
    // Several columns may have one name: then the blocks' own order must do.
    let columns =
      Set(names).count == names.count ? names.filter(isNumeric.contains) : parts.flatMap { $0.names }
    let positions = Dictionary(columns.enumerated().map { ($1, $0) }) { first, _ in first }
    var next = 0
    let table = JoinedColumns(
      name: location.name, rowCount: rows, columns: columns,
      parts: parts.map { part in
        defer { next += part.names.count }
        return JoinedColumns.Part(
          positions: columns.count == positions.count
            ? part.names.compactMap { positions[$0] } : Array(next..<next + part.names.count),
          elementType: part.place.elementType, open: { try DatasetRows(part.place, in: store) })
      })
    if !columns.isEmpty || others.isEmpty { result.items.append(try table.item(in: store)) }
    result.items += others
    if let index = try arrays.index(at: path + "/axis1", named: location.name + "/index") { result.items.append(index) }
    return result
  }

  /// What can be done about a column that has no numbers.
  static func remedy(_ className: String, _ column: String) -> String {
    if className.hasPrefix("datetime64") || className.hasPrefix("timedelta64") {
      return "df['\(column)'].astype('int64') gives numbers"
    }
    return "df['\(column)'].astype('category').cat.codes gives a number for each text"
  }
}

/// A series that pandas wrote with `format='fixed'`: `values` and `index`.
struct PandasSeries: HDF5Convention {
  func interpretation(
    of group: borrowing HDF5Group, at location: HDF5Location, in store: HDF5Store
  ) throws -> HDF5Interpretation? {
    guard try group.attributes().text("pandas_type") == "series" else { return nil }
    let arrays = PandasArrays(store: store)
    var result = HDF5Interpretation(groups: try arrays.groups(of: group, at: location))
    let values = location.path + "/values"
    if let place = try arrays.numbers(at: values) {
      result.items.append(
        HDF5Item(
          place.entry(named: location.name), source: place.source(named: location.name, in: store), attributes: []))
    } else {
      let className = try arrays.className(at: values)
      result.items.append(
        HDF5Item(
          location.name, "series of \(className)", remedy: PandasFrame.remedy(className, location.name),
          shape: [try arrays.count(at: location.path + "/index")], attributes: []))
    }
    if try group.attributes().text("index_variety") == "regular",
      let index = try arrays.index(at: location.path + "/index", named: location.name + "/index")
    {
      result.items.append(index)
    }
    return result
  }
}
