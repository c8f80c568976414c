import Tensors

/// A full matrix, by columns, that the elements of a sparse one are put into.
struct MATLABSparse: ~Copyable {
  private let rows: Int
  private let columns: Int
  private let type: ElementType
  private var buffer: TensorBuffer

  /// A matrix of zeros.
  ///
  /// - Parameters:
  ///   - type: `float64`, `complex128` or `bool`.
  ///   - offset: the byte of the file that errors name.
  /// - Throws: ``FormatError`` with code `limit`.
  init(rows: Int, columns: Int, type: ElementType, at offset: Int, limits: Limits) throws(FormatError) {
    (self.rows, self.columns, self.type) = (rows, columns, type)
    let bytes = try FormatError.converting { () throws(TensorError) in
      try Tensor.byteCount(shape: [rows, columns], elementType: type)
    }
    try limits.charge(bytes: bytes, at: .byte(offset))
    buffer = try FormatError.converting { () throws(TensorError) in try TensorBuffer(byteCount: bytes) }
  }

  /// Puts an element in its place, counted from 0, which must be inside; adds it to one that is there already.
  mutating func add(_ real: Double, _ imaginary: Double, row: Int, column: Int) {
    let index = column * rows + row
    switch type {
    case .bool: buffer.withMutableElements(as: UInt8.self) { if real != 0 { $0[index] = 1 } }
    case .complex128:
      buffer.withMutableElements(as: Double.self) {
        MATLABSparse.add(real, to: &$0[2 * index])
        MATLABSparse.add(imaginary, to: &$0[2 * index + 1])
      }
    default: buffer.withMutableElements(as: Double.self) { MATLABSparse.add(real, to: &$0[index]) }
    }
  }

  /// A sum, but for the first summand, which stays as it is: -0 would become 0.
  private static func add(_ value: Double, to sum: inout Double) {
    sum = sum.bitPattern == 0 ? value : sum + value
  }

  /// Ends the filling.
  consuming func finish() throws(FormatError) -> Tensor {
    let (shape, type) = ([rows, columns], type)
    let storage = buffer.finish()
    return try FormatError.converting { () throws(TensorError) in
      try Tensor(shape: shape, elementType: type, order: .columnMajor, storage: storage)
    }
  }

  /// How a sparse matrix is listed: as the full array that it is read as, or as what it is where that is too large.
  ///
  /// - Parameters:
  ///   - stored: how many elements the file has: `8 stored`.
  ///   - program: whose words the remedy has: `MATLAB`, `Octave`.
  static func entry(
    name: String, rows: Int, columns: Int, type: ElementType, stored: String, limits: Limits,
    in program: String = "MATLAB"
  ) -> TensorEntry {
    let remark = "sparse, \(stored)"
    let shape = [rows, columns]
    let bytes: Int?
    do { bytes = try Tensor.byteCount(shape: shape, elementType: type) } catch { bytes = nil }
    if let bytes, bytes <= limits.memory {
      return TensorEntry(name: name, shape: shape, content: .numbers(type, storedAs: nil), remark: remark)
    }
    let className = MATLABClass.sparse(isLogical: type == .bool, isComplex: type.isComplex).className
    let remedy =
      "in \(program), save a part of it instead, full(\(name)(rows, columns)): as a full array it takes "
      + "\(bytes.map { "\($0)" } ?? "more than 2^63") bytes, the limit is \(limits.memory)"
    return TensorEntry(
      name: name, shape: shape, content: .other(className: className, remedy: remedy), remark: remark)
  }
}
