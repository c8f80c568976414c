import Tensors

/// Sparse matrices: row indices, for each column where its elements begin, real parts, imaginary parts.
extension MAT5Reader {
  /// A sparse matrix as a full one; the tag of its row indices is taken already.
  func sparse(_ header: MAT5Header, _ type: ElementType, in element: MAT5Element) throws(FormatError) -> Tensor {
    let (rows, columns) = (header.shape[0], header.shape[1])
    guard let tag = header.data else { throw element.damaged("the sparse matrix has no row indices") }
    // Both are checked against the bytes that the variable has left before memory is taken for them.
    let indices = try integers(tag, "the row indices", in: element)
    let starts = try integers(try element.tag(), "the beginnings of the columns", in: element)
    let count = try MAT5Reader.elementCount(starts, columns: columns, room: indices.byteCount / 4, in: element)
    let real = try values(count, "real", isLogical: header.isLogical, in: element)
    let imaginary = type.isComplex ? try values(count, "imaginary", isLogical: false, in: element) : nil
    try element.finish()

    var matrix = try MATLABSparse(rows: rows, columns: columns, type: type, at: element.offset, limits: limits)
    for column in 0..<columns {
      let places = starts.withElements(as: Int32.self) { Int($0[column])..<Int($0[column + 1]) }
      for place in places {
        let row = Int(indices.withElements(as: Int32.self) { $0[place] })
        guard row >= 0, row < rows else {
          throw element.damaged("element \(place + 1) of the sparse matrix stands in row \(row + 1), there are \(rows)")
        }
        matrix.add(
          real.withElements(as: Double.self) { $0[place] },
          imaginary?.withElements(as: Double.self) { $0[place] } ?? 0, row: row, column: column)
      }
    }
    return try matrix.finish()
  }

  /// The number of elements that count: what the last beginning says. There may be room for more.
  private static func elementCount(
    _ starts: TensorStorage, columns: Int, room: Int, in element: MAT5Element
  ) throws(FormatError) -> Int {
    guard starts.byteCount / 4 > columns else {
      throw element.damaged("\(columns) columns have \(columns + 1) borders, found \(starts.byteCount / 4)")
    }
    return try starts.withElements(as: Int32.self) { starts throws(FormatError) in
      guard starts[0] == 0 else { throw element.damaged("the first column begins at element \(starts[0]), not at 0") }
      for column in 0..<columns where starts[column + 1] < starts[column] {
        throw element.damaged(
          "column \(column + 1) of the sparse matrix ends at element \(starts[column + 1]), before its beginning at "
            + "\(starts[column])")
      }
      guard starts[columns] <= room else {
        throw element.damaged("\(starts[columns]) elements are announced, there are row indices for \(room)")
      }
      return Int(starts[columns])
    }
  }

  /// Integers of four bytes.
  private func integers(
    _ tag: MAT5Tag, _ what: String, in element: MAT5Element
  ) throws(FormatError) -> TensorStorage {
    guard tag.type == .int32 || tag.type == .uint32, tag.count % 4 == 0 else {
      throw element.damaged(
        "\(what) should be numbers of four bytes of type 5, found \(tag.count) bytes of type \(tag.number)")
    }
    guard tag.count <= element.remaining else {
      throw element.damaged("\(what) take \(tag.count) bytes, the variable has only \(element.remaining) left")
    }
    try limits.charge(bytes: tag.count, at: .byte(element.offset))
    var buffer = try FormatError.converting { () throws(TensorError) in try TensorBuffer(byteCount: tag.count) }
    // A value beyond the signed ones becomes negative here, which is out of every range.
    try element.readNumbers(
      storedAs: .int32, as: .int32, into: &buffer, .init(count: tag.count / 4, first: 0, stride: 1))
    try element.skipPadding(tag)
    return buffer.finish()
  }

  /// The real or imaginary parts of the elements as doubles: a sparse logical is often stored as such too.
  private func values(
    _ count: Int, _ part: String, isLogical: Bool, in element: MAT5Element
  ) throws(FormatError) -> TensorStorage {
    try limits.charge(bytes: count * 8, at: .byte(element.offset))
    var buffer = try FormatError.converting { () throws(TensorError) in try TensorBuffer(byteCount: count * 8) }
    // Without elements their parts may be missing.
    if count == 0, element.remaining == 0 { return buffer.finish() }
    guard element.remaining > 0 else { throw element.damaged("the \(part) parts are missing") }
    let tag = try element.tag()
    guard var stored = tag.type?.elementType else {
      throw element.damaged("the numbers are stored as type \(tag.number), which is none of numbers")
    }
    // MATLAB gives the elements of a sparse logical the type of doubles, though each takes one byte.
    if isLogical, stored == .float64, tag.count < count * 8 { stored = .uint8 }
    let found = min(tag.count, element.remaining)
    guard found == tag.count, found >= count * stored.byteCount else {
      throw element.damaged(
        "\(count) numbers stored as \(stored.rawValue) take \(count * stored.byteCount) bytes, found \(found)")
    }
    try element.readNumbers(
      storedAs: stored, as: .float64, into: &buffer, .init(count: count, first: 0, stride: 1))
    try element.skip(tag.count - count * stored.byteCount)
    try element.skipPadding(tag)
    return buffer.finish()
  }
}
