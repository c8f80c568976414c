import HDF5
import Tensors

/// One variable of a MAT file of level 7.3, and what its attributes say that it is.
struct MAT73Variable {
  let name: String
  let store: HDF5Store

  /// The first word of what stands for an object in a file.
  private static let objectMark: UInt32 = 0xDD00_0000

  /// A variable that is a group: a structure, a sparse matrix, a function handle or an object.
  func item(_ group: borrowing HDF5Group) throws -> HDF5Item {
    let attributes = try group.attributes()
    let className = try attributes.text("MATLAB_class")
    if let rows = try attributes.number("MATLAB_sparse") {
      return try sparse(group, rows: rows, className ?? "double")
    }
    switch className {
    case "struct"?:
      let shape = try structShape(group)
      return other(.structure, shape: shape)
    case "function_handle"?: return other(.function)
    case let className?: return other(.oldObject(className))
    case nil: return HDF5Item(name, "group without MATLAB_class", attributes: [])
    }
  }

  /// A variable that is a dataset.
  func item(_ dataset: borrowing HDF5Dataset) throws -> HDF5Item {
    let attributes = try dataset.attributes()
    let className = try attributes.text("MATLAB_class")
    let isEmpty = try attributes.number("MATLAB_empty") ?? 0 != 0
    let shape = isEmpty ? try emptyShape(dataset) : try dataset.shape.reversed()
    if try attributes.contains("MATLAB_object_decode") || isObject(dataset, className) {
      // The numbers of the dataset tell where the object lies, not how large it is.
      return other(className == "function_handle" ? .function : .object(className ?? ""))
    }
    switch className {
    case "char"?: return other(.char, shape: shape)
    case "cell"?: return other(.cell, shape: shape)
    case "struct"?: return other(.structure, shape: shape)
    case "function_handle"?: return other(.function, shape: shape)
    default: break
    }
    let stored = dataset.datatype.elementType.map { ElementType($0) }
    guard let type = elementType(className, stored, attributes: try attributes.number("MATLAB_int_decode")) else {
      guard className == nil || MAT73Class(rawValue: className ?? "") != nil else {
        return other(.object(className ?? ""), shape: shape)
      }
      // MATLAB has complex integers, which are pairs of integers here.
      let isPair = if case .compound = dataset.datatype { true } else { false }
      let words = (isPair ? "complex " : "") + (className ?? dataset.datatype.description)
      return other(.numbers(words), shape: shape)
    }
    if isEmpty {
      guard shape.contains(0) else {
        throw FormatError(
          .damaged, at: .object(name), "an empty array has the shape \(Tensor.describe(shape)), which is not empty")
      }
      let tensor = try Tensor(
        shape: shape, elementType: type, order: .columnMajor, storage: TensorBuffer(byteCount: 0).finish())
      let source = RowRangeSource(name, shape: shape, elementType: type, limits: store.limits) { TensorRows(tensor) }
      let entry = TensorEntry(name: name, shape: shape, content: .numbers(type, storedAs: nil))
      return HDF5Item(entry, source: source, attributes: [])
    }
    var place = try DatasetPlace(dataset, path: name).reversed()
    place.elementType = type
    let remark = className == nil ? "without MATLAB_class" : nil
    return HDF5Item(
      place.entry(named: name, remark: remark), source: place.source(named: name, in: store), attributes: [])
  }

  private func other(_ known: MATLABClass, shape: [Int] = []) -> HDF5Item {
    HDF5Item(known.entry(name: name, shape: shape), source: nil, attributes: [])
  }

  /// What the numbers of a class are that are stored as some type; nil where they are no numbers that are read.
  private func elementType(_ className: String?, _ stored: ElementType?, attributes decode: Double?) -> ElementType? {
    guard let stored else { return nil }
    guard let className else { return stored }
    guard let known = MAT73Class(rawValue: className) else { return nil }
    if known == .logical { return stored.isComplex ? nil : .bool }
    switch (known.elementType, stored.isComplex) {
    case (.float64, true): return .complex128
    case (.float32, true): return stored == .complex64 ? .complex64 : nil
    case (_, true): return nil
    case (let type, false): return type
    }
  }

  /// What an empty array holds instead of numbers: its dimensions, as MATLAB has them.
  private func emptyShape(_ dataset: borrowing HDF5Dataset) throws -> [Int] {
    let lengths = try dataset.read(UInt64.self, limit: 4096)
    return try lengths.map { length in
      guard let length = Int(exactly: length) else {
        throw FormatError(.damaged, at: .object(name), "a dimension is \(length)")
      }
      return length
    }
  }

  /// Whether a dataset holds the place of an object: some files lack the attribute that says so.
  private func isObject(_ dataset: borrowing HDF5Dataset, _ className: String?) throws -> Bool {
    guard className.map({ MAT73Class(rawValue: $0) == nil }) ?? true, dataset.datatype.elementType == .uint32 else {
      return false
    }
    let count = try dataset.dataspace.elementCount
    guard (6...1 << 16).contains(count) else { return false }
    return try dataset.read(UInt32.self, limit: 1 << 20).first == MAT73Variable.objectMark
  }

  /// A structure's fields are its members. In an array of structures they are datasets of references, whose shape is
  /// that of the array.
  private func structShape(_ group: borrowing HDF5Group) throws -> [Int] {
    for link in try group.links(limit: store.limits.objects) where link.kind == .hard {
      guard case .dataset(let field) = try group.object(at: link), case .reference = field.datatype,
        try !field.attributes().contains("MATLAB_class")
      else { return [1, 1] }
      return try field.shape.reversed()
    }
    return [1, 1]
  }

  private func sparse(_ group: borrowing HDF5Group, rows: Double, _ className: String) throws -> HDF5Item {
    guard let rows = Int(exactly: rows), rows >= 0, let starts = try group.dataset(at: "jc").shape.first, starts > 0
    else { throw FormatError(.damaged, at: .object(name), "a sparse matrix without rows or columns") }
    var type = MAT73Class(rawValue: className)?.elementType ?? .float64
    if className == "double", try group.contains("data"),
      case .complex = try group.dataset(at: "data").datatype
    {
      type = .complex128
    }
    let matrix = SparseMatrix(
      name: name, program: "MATLAB", rows: rows, columns: starts - 1, elementType: type, values: name + "/data",
      rowIndices: name + "/ir", columnStarts: name + "/jc")
    return try matrix.item(in: store)
  }
}

/// The classes of arrays of numbers, as the attribute `MATLAB_class` names them.
enum MAT73Class: String {
  case double, single, int8, int16, int32, int64, uint8, uint16, uint32, uint64, logical

  /// The class of arrays of a type; nil where MATLAB has none.
  init?(holding type: ElementType) {
    switch type {
    case .float64, .complex128: self = .double
    case .float32, .complex64: self = .single
    case .bool: self = .logical
    case .float16: return nil
    default: self.init(rawValue: type.rawValue)
    }
  }

  /// What its real numbers are.
  var elementType: ElementType {
    switch self {
    case .double: .float64
    case .single: .float32
    case .logical: .bool
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    }
  }
}
