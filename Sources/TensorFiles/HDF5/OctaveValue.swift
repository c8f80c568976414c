import HDF5
import Tensors

/// A variable that Octave saved with `-hdf5`: a group with the attribute `OCTAVE_NEW_FORMAT`, whose dataset `type`
/// names the class and whose `value` holds the numbers by columns, that is with the dimensions reversed.
struct OctaveValue: HDF5Convention {
  func interpretation(
    of group: borrowing HDF5Group, at location: HDF5Location, in store: HDF5Store
  ) throws -> HDF5Interpretation? {
    let attributes = try group.attributes()
    guard try attributes.contains("OCTAVE_NEW_FORMAT") else { return nil }
    let type = try group.dataset(at: "type").readStrings(limit: 4096).first ?? ""
    let value = location.path + "/value"
    if type == "scalar struct" {
      // The fields are variables, one by one.
      let fields = try store.root.group(at: value).links(limit: store.limits.objects).map {
        HDF5Location(path: "\(value)/\($0.name)", name: "\(location.name)/\($0.name)")
      }
      return HDF5Interpretation(groups: fields)
    }
    if type.hasPrefix("sparse "), type.hasSuffix("matrix") {
      return HDF5Interpretation(items: [try sparse(type, value, location, store)])
    }
    if type == "range" || type == "double_range" {
      return HDF5Interpretation(items: [try range(value, location, store)])
    }
    guard let elementType = elementType(type) else {
      return HDF5Interpretation(items: [try other(type, value, location, store)])
    }
    if try attributes.contains("OCTAVE_EMPTY_MATRIX") {
      let shape = try store.doubles(at: value).map { Int(exactly: $0) ?? -1 }
      let tensor = try Tensor(
        shape: shape, elementType: elementType, order: .columnMajor, storage: TensorBuffer(byteCount: 0).finish())
      return HDF5Interpretation(items: [item(tensor, location, store, remark: nil)])
    }
    var place = try DatasetPlace(path: value, in: store).reversed()
    place.elementType = elementType
    // Doubles that are whole numbers are stored as integers, which is Octave's own affair.
    let source = place.source(named: location.name, in: store)
    return HDF5Interpretation(items: [HDF5Item(place.entry(named: location.name), source: source, attributes: [])])
  }

  /// What the numbers of a class are; nil for a class without numbers.
  private func elementType(_ type: String) -> ElementType? {
    var words = type.split(separator: " ")
    if type == "bool" || type == "bool matrix" { return .bool }
    if type == "null_matrix" { return .float64 }
    guard let last = words.popLast(), last == "matrix" || last == "scalar" else { return nil }
    switch words.joined(separator: " ") {
    case "": return .float64
    case "float": return .float32
    case "complex": return .complex128
    case "float complex": return .complex64
    case let name:
      guard name.hasPrefix("int") || name.hasPrefix("uint") else { return nil }
      return ElementType(rawValue: name)
    }
  }

  private func item(_ tensor: Tensor, _ location: HDF5Location, _ store: HDF5Store, remark: String?) -> HDF5Item {
    HDF5Item(
      TensorEntry(
        name: location.name, shape: tensor.shape, content: .numbers(tensor.elementType, storedAs: nil), remark: remark),
      source: RowRangeSource(
        location.name, shape: tensor.shape, elementType: tensor.elementType, limits: store.limits
      ) { TensorRows(tensor) }, attributes: [])
  }

  /// `base:increment:limit`, of which only these three numbers are stored, and how many they make.
  private func range(_ path: String, _ location: HDF5Location, _ store: HDF5Store) throws -> HDF5Item {
    let dataset = try store.root.dataset(at: path)
    var numbers: [Double] = []
    for field in ["base", "limit", "increment"] {
      var buffer = try TensorBuffer(byteCount: 8)
      try buffer.withMutableBytes { bytes in try dataset.read(field: field, as: .float64, into: &bytes) }
      numbers.append(buffer.withMutableElements(as: Double.self) { $0[0] })
    }
    let (base, limit, increment) = (numbers[0], numbers[1], numbers[2])
    let stored = try dataset.attributes().number("OCTAVE_RANGE_NELEM")
    // Before there was the attribute, the count followed from the three.
    let exact = stored ?? (increment == 0 ? 0 : ((limit - base) / increment * (1 + 0x1p-51)).rounded(.down) + 1)
    guard let count = Int(exactly: exact), count >= 0 else {
      throw FormatError(.damaged, at: .object(location.name), "a range of \(exact) numbers")
    }
    let shape = [1, count]
    let name = location.name
    let limits = store.limits
    let source = RowRangeSource(name, shape: shape, elementType: .float64, limits: limits) {
      let bytes = try Tensor.byteCount(shape: shape, elementType: .float64)
      try limits.charge(bytes: bytes, at: .object(name))
      var buffer = try TensorBuffer(byteCount: bytes)
      buffer.withMutableElements(as: Double.self) { span in
        for index in span.indices {
          let value = base + Double(index) * increment
          // The last one does not overshoot.
          span[index] = index == count - 1 ? (increment < 0 ? max(value, limit) : min(value, limit)) : value
        }
      }
      return TensorRows(try Tensor(shape: shape, elementType: .float64, order: .columnMajor, storage: buffer.finish()))
    }
    let entry = TensorEntry(name: name, shape: shape, content: .numbers(.float64, storedAs: nil), remark: "a range")
    return HDF5Item(entry, source: source, attributes: [])
  }

  /// Columns: `cidx`, `ridx` and `data`, with `nr` rows and `nc` columns.
  private func sparse(
    _ type: String, _ path: String, _ location: HDF5Location, _ store: HDF5Store
  ) throws -> HDF5Item {
    let elementType: ElementType =
      type.contains("bool") ? .bool : type.contains("complex") ? .complex128 : .float64
    guard let rows = try store.doubles(at: path + "/nr").first.flatMap({ Int(exactly: $0) }),
      let columns = try store.doubles(at: path + "/nc").first.flatMap({ Int(exactly: $0) }), rows >= 0, columns >= 0
    else {
      throw FormatError(.damaged, at: .object(location.name), "the sparse matrix has no number of rows or columns")
    }
    let matrix = SparseMatrix(
      name: location.name, program: "Octave", rows: rows, columns: columns, elementType: elementType,
      values: path + "/data",
      rowIndices: path + "/ridx", columnStarts: path + "/cidx")
    return try matrix.item(in: store)
  }

  private func other(
    _ type: String, _ path: String, _ location: HDF5Location, _ store: HDF5Store
  ) throws -> HDF5Item {
    var shape: [Int] = []
    if case .dataset(let dataset) = try store.root.object(at: path) { shape = try dataset.shape.reversed() }
    let name = location.name
    let known: MATLABClass? =
      switch type {
      case "string", "sq_string", "null_string", "null_sq_string": .char
      case "cell": .cell
      case "struct": .structure
      case "function handle": .function
      default: nil
      }
    let remedy = known?.remedy(for: name, in: "Octave")
    return HDF5Item(name, type, remedy: remedy, shape: shape, attributes: [])
  }
}
