import HDF5
import Tensors

/// A frame or series that pandas wrote with `format='table'`: the records of `table` have the field `index`, and for
/// the columns of each type a field `values_block_0` …; a column that can be searched for has a field of its own.
///
/// The names of a field's columns stand in its attribute `<field>_kind`, those of all columns in `non_index_axes`.
struct PandasTable: HDF5Convention {
  func interpretation(
    of group: borrowing HDF5Group, at location: HDF5Location, in store: HDF5Store
  ) throws -> HDF5Interpretation? {
    let type = try group.attributes().text("pandas_type")
    guard type == "frame_table" || type == "series_table" else { return nil }
    let arrays = PandasArrays(store: store)
    var result = HDF5Interpretation(
      groups: try arrays.groups(of: group, at: location, but: ["_i_table", "meta"]))
    let path = location.path + "/table"
    let table = try group.dataset(at: "table")
    guard case .compound(let fields) = table.datatype else { return nil }
    let rows = try table.shape.first ?? 0
    let attributes = try table.attributes()
    var parts: [(names: [String], field: RecordField)] = []
    for field in fields where field.name != "index" {
      let className = try attributes.text(field.name + "_dtype")
      let meta = try attributes.text(field.name + "_meta")
      let isCategory = meta == "category"
      let found = table.datatype.numericField(field.name)
      let width = try found.map { found in try Tensor.elementCount(shape: found.shape) } ?? 1
      let stored = try PickledNames(attributes, field.name + "_kind").flat
      let names =
        stored?.count == width || found == nil && stored != nil
        ? stored ?? [] : width == 1 ? [field.name] : (1...max(width, 1)).map { "\(field.name)_\($0)" }
      let isTime = className?.hasPrefix("datetime64") ?? false || className?.hasPrefix("timedelta64") ?? false
      guard let found, !isCategory, !isTime else {
        for name in names {
          let words = isCategory ? "category" : className.map { $0.hasPrefix("bytes") ? "text" : $0 } ?? "\(field.type)"
          result.items.append(
            HDF5Item(
              "\(location.name)/\(name)", "column of \(words)", remedy: PandasFrame.remedy(words, name), shape: [rows],
              attributes: []))
        }
        continue
      }
      let isTruth = className == "bool"
      parts.append(
        (
          names,
          RecordField(
            path: path, field: field.name, rowCount: rows, width: width, storedType: ElementType(found.elementType),
            elementType: isTruth ? .bool : ElementType(found.elementType))
        ))
    }
    let all = try PickledNames(group.attributes(), "non_index_axes").columns ?? []
    let known = parts.flatMap { $0.names }
    let columns =
      Set(all).isSuperset(of: known) && Set(all).count == all.count ? all.filter(Set(known).contains) : known
    let positions = Dictionary(columns.enumerated().map { ($1, $0) }) { first, _ in first }
    guard positions.count == columns.count else {
      throw FormatError(.unsupported, at: .object(location.name), "several columns have one name")
    }
    if type == "series_table", let only = parts.first, parts.count == 1, only.field.width == 1 {
      result.items.insert(only.field.item(named: location.name, in: store), at: 0)
    } else if !parts.isEmpty {
      let joined = JoinedColumns(
        name: location.name, rowCount: rows, columns: columns,
        parts: parts.map { part in
          JoinedColumns.Part(
            positions: part.names.compactMap { positions[$0] }, elementType: part.field.elementType,
            open: { try part.field.reader(in: store) })
        })
      result.items.insert(try joined.item(in: store), at: 0)
    }
    if let index = table.datatype.numericField("index"), index.shape.isEmpty, rows > 0 {
      let field = RecordField(
        path: path, field: "index", rowCount: rows, width: 1, storedType: ElementType(index.elementType),
        elementType: ElementType(index.elementType))
      let (name, kind) = (location.name + "/index", try attributes.text("index_kind"))
      if let item = try PandasArrays.index(
        [rows], field.elementType, field.source(named: name, in: store), named: name,
        remark: kind == "integer" || kind == "float" ? nil : kind)
      {
        result.items.append(item)
      }
    } else if rows > 0, let index = fields.first(where: { $0.name == "index" }) {
      result.items.append(
        HDF5Item(
          location.name + "/index", "index of \(index.type)", remedy: "df.reset_index() makes it a column",
          shape: [rows],
          attributes: []))
    }
    return result
  }
}

/// One field of the records of a dataset, a number or several in each.
struct RecordField {
  let path: String
  let field: String
  let rowCount: Int
  let width: Int
  let storedType: ElementType
  let elementType: ElementType

  func reader(in store: HDF5Store) throws -> any RowReader {
    RecordRows(self, try store.root.dataset(at: path), limits: store.limits)
  }

  /// One number of each record.
  func source(named name: String, in store: HDF5Store) -> RowRangeSource {
    RowRangeSource(name, shape: [rowCount], elementType: elementType, limits: store.limits) {
      try reader(in: store)
    }
  }

  func item(named name: String, in store: HDF5Store) -> HDF5Item {
    HDF5Item(
      TensorEntry(name: name, shape: [rowCount], content: .numbers(elementType, storedAs: nil)),
      source: source(named: name, in: store), attributes: [])
  }
}

/// Reads one field of records.
private final class RecordRows: RowReader {
  private let field: RecordField
  private let dataset: HDF5Dataset
  private let limits: Limits

  init(_ field: RecordField, _ dataset: consuming HDF5Dataset, limits: Limits) {
    self.field = field
    self.dataset = dataset
    self.limits = limits
  }

  func rows(_ range: Range<Int>) throws -> Tensor {
    let shape = field.width == 1 ? [range.count] : [range.count, field.width]
    let count = try Tensor.byteCount(shape: shape, elementType: field.storedType)
    try limits.charge(bytes: count, at: .object(field.path))
    var buffer = try TensorBuffer(byteCount: count)
    let part = HDF5Hyperslab(rows: range, of: [field.rowCount])
    if count > 0 {
      try buffer.withMutableBytes { bytes in
        try dataset.read(field: field.field, as: field.storedType.hdf5, part, into: &bytes)
      }
    }
    let tensor = try Tensor(
      shape: shape, elementType: field.storedType, order: .rowMajor, storage: buffer.finish())
    return field.elementType == field.storedType ? tensor : try tensor.truthValues(at: field.path)
  }
}
