import Tensors

/// An open file of level 4: its variables from their headers, their numbers on request.
final class MAT4Reader: TensorReader {
  private(set) var entries: [TensorEntry] = []
  private(set) var damage: FormatError?
  private(set) var notes: [String] = []

  private let input: InputFile
  private let limits: Limits
  /// Where the variable of each name lies, and the place of its entry.
  private var places: [String: (variable: MAT4Variable, entry: Int)] = [:]

  /// Lists the variables of a file.
  ///
  /// - Throws: ``FormatError`` with code `unrecognized` when the file does not begin with a variable.
  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.input = input
    self.limits = limits
    let size = try input.size()
    guard MAT4Header(try input.prefix(MAT4Header.length), at: 0) != nil else {
      throw FormatError(.unrecognized, at: .byte(0), try whatBegins(at: 0, size: size))
    }
    do throws(FormatError) { try list(size: size) } catch { damage = damage ?? error.naming(input.name) }
  }

  func entry(_ name: String) throws(FormatError) -> TensorEntry {
    guard let found = places[name] else { throw missing(name) }
    return entries[found.entry]
  }

  func tensor(_ name: String) throws(FormatError) -> Tensor {
    do throws(FormatError) {
      let entry = try entry(name)
      guard let found = places[name], let type = entry.elementType else { throw notNumeric(entry) }
      do throws(FormatError) { return try numbers(of: entry, type, in: found.variable) } catch {
        throw FormatError(error.code, at: error.location, "variable '\(name)': \(error.sentence)")
      }
    } catch {
      throw error.naming(input.name)
    }
  }
}

/// One variable: its header, and where its numbers lie.
private struct MAT4Variable {
  let header: MAT4Header
  let name: String
  /// The first byte of the numbers.
  let offset: Int
  /// Bytes of the numbers.
  let count: Int

  /// The byte after the variable.
  var end: Int { offset + count }
}

/// The list.
extension MAT4Reader {
  private func list(size: Int) throws(FormatError) {
    var counts: [String: Int] = [:]
    var offset = 0
    while offset < size {
      guard entries.count < limits.objects else {
        throw FormatError(.limit, at: .byte(offset), "there are more than \(limits.objects) variables, the limit")
      }
      guard let variable = try variable(at: offset, size: size) else {
        notes.append("\(size - offset) zero bytes after the last variable are passed over")
        break
      }
      // A fault in what the numbers say of the shape is that variable's alone: where the next one begins is known.
      do throws(FormatError) {
        add(try entry(of: variable), for: variable)
        counts[variable.name, default: 0] += 1
      } catch {
        damage = damage ?? error.naming(input.name)
      }
      offset = variable.end
    }
    notes += entries.compactMap { MATLABNames.note(on: $0.name, times: counts[$0.name] ?? 1) }
  }

  /// The variable at a byte; nil for zeros up to the end of the file.
  private func variable(at offset: Int, size: Int) throws(FormatError) -> MAT4Variable? {
    // Fewer zeros than a header has may be the beginning of one: big-endian types, or an array of 0 rows.
    guard size - offset >= MAT4Header.length else {
      throw FormatError(
        .truncated, at: .byte(offset),
        "the file ends \(MAT4Header.length - (size - offset)) bytes short of the next variable's header")
    }
    guard let header = try header(at: offset, size: size) else {
      if try input.isZero(from: offset, to: size) { return nil }
      throw FormatError(.damaged, at: .byte(offset), try whatBegins(at: offset, size: size))
    }
    let nameStart = offset + MAT4Header.length
    let start = nameStart + header.nameLength
    guard start <= size else {
      throw FormatError(.truncated, at: .byte(offset), "the file ends \(start - size) bytes short of a variable's name")
    }
    let bytes = try input.bytes(at: nameStart, count: header.nameLength)
    let name = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    guard !name.isEmpty else { throw FormatError(.damaged, at: .byte(nameStart), "the variable has no name") }
    if let machine = header.machine.foreignName {
      throw FormatError(
        .unsupported, at: .byte(offset),
        "variable '\(name)' has the numbers of \(machine), which are not read; load the file in MATLAB and save it again"
      )
    }
    // Before anything is read or allocated: the lengths may be anything.
    let count = header.numberBytes
    let left = size - start
    if let count, count <= left, try startsVariable(at: start + count, size: size) || count == 0 {
      return MAT4Variable(header: header, name: name, offset: start, count: count)
    }
    // Octave's `save -v4` writes no numbers of integers and logicals, and goes on with the next variable.
    if try startsVariable(at: start, size: size) {
      throw FormatError(
        .damaged, at: .byte(offset),
        "variable '\(name)' has no numbers: Octave's save -v4 leaves out those of integers and logicals, and what "
          + "follows cannot be told from them; in Octave, save -v7 keeps them")
    }
    guard let count, count <= left else {
      throw FormatError(
        .truncated, at: .byte(offset),
        "variable '\(name)', \(header.rows)x\(header.columns), takes \(count.map { "\($0)" } ?? "too many") bytes, "
          + "the file ends \(count.map { "\($0 - left) bytes short of them" } ?? "after \(left)")")
    }
    return MAT4Variable(header: header, name: name, offset: start, count: count)
  }

  /// The header at a byte, if one that makes sense is there.
  private func header(at offset: Int, size: Int) throws(FormatError) -> MAT4Header? {
    guard size - offset >= MAT4Header.length else { return nil }
    return MAT4Header(try input.bytes(at: offset, count: MAT4Header.length), at: 0)
  }

  /// Whether a variable could begin at a byte: there is one, or the file ends there.
  private func startsVariable(at offset: Int, size: Int) throws(FormatError) -> Bool {
    if offset == size { return true }
    guard let header = try header(at: offset, size: size) else { return false }
    let start = offset + MAT4Header.length
    guard start + header.nameLength <= size else { return false }
    let name = try input.bytes(at: start, count: header.nameLength)
    return name.last == 0 && name.count > 1 && name.dropLast().allSatisfy { (0x21...0x7E).contains($0) }
  }

  /// What is said of a place where a variable should begin.
  private func whatBegins(at offset: Int, size: Int) throws(FormatError) -> String {
    if try input.isZero(from: offset, to: size) { return "there are only zeros where a variable should begin" }
    guard size - offset >= MAT4Header.length else { return "the file ends within the header of its first variable" }
    let bytes = try input.bytes(at: offset, count: MAT4Header.length)
    func words(isBigEndian: Bool) throws(FormatError) -> [Int32] {
      var cursor = ByteCursor(bytes, at: offset, isBigEndian: isBigEndian)
      var words: [Int32] = []
      while cursor.remaining > 0 { words.append(try cursor.integer(Int32.self)) }
      return words
    }
    var found = try words(isBigEndian: false)
    if !(0...4052).contains(found[0]) {
      let turned = try words(isBigEndian: true)
      if (0...4052).contains(turned[0]) { found = turned }
    }
    return "no variable begins here: its type would be \(found[0]), its shape \(found[1])x\(found[2]), its sign of "
      + "complex numbers \(found[3]), the length of its name \(found[4])"
  }

  /// Of two variables of one name the last counts, as in MATLAB; it is listed in the place of the first.
  private func add(_ entry: TensorEntry, for variable: MAT4Variable) {
    let index = places[entry.name]?.entry ?? entries.count
    if index < entries.count { entries[index] = entry } else { entries.append(entry) }
    places[entry.name] = (variable, index)
  }

  /// How a variable is listed.
  private func entry(of variable: MAT4Variable) throws(FormatError) -> TensorEntry {
    let header = variable.header
    let shape = [header.rows, header.columns]
    switch header.kind {
    case .full:
      let type: ElementType = header.isComplex ? .complex128 : .float64
      let stored = header.storage.elementType
      return TensorEntry(
        name: variable.name, shape: shape, content: .numbers(type, storedAs: stored == .float64 ? nil : stored))
    case .text: return MATLABClass.char.entry(name: variable.name, shape: shape)
    case .sparse:
      let matrix = try sparse(variable)
      return MATLABSparse.entry(
        name: variable.name, rows: matrix.rows, columns: matrix.columns, type: matrix.elementType,
        stored: "\(matrix.count) stored", limits: limits)
    }
  }
}

/// The numbers.
extension MAT4Reader {
  private func numbers(
    of entry: TensorEntry, _ type: ElementType, in variable: MAT4Variable
  ) throws(FormatError) -> Tensor {
    if variable.header.kind == .sparse { return try dense(variable) }
    // The list has checked that as many bytes are in the file; as doubles they may be more.
    let bytes = try FormatError.converting { () throws(TensorError) in
      try Tensor.byteCount(shape: entry.shape, elementType: type)
    }
    try limits.charge(bytes: bytes, at: .byte(variable.offset))
    var buffer = try FormatError.converting { () throws(TensorError) in try TensorBuffer(byteCount: bytes) }
    let element = element(of: variable)
    let count = bytes / type.byteCount
    let parts = type.isComplex ? 2 : 1
    for part in 0..<parts {
      try element.readNumbers(
        storedAs: variable.header.storage.elementType, as: .float64, into: &buffer,
        .init(count: count, first: part, stride: parts))
    }
    let storage = buffer.finish()
    return try FormatError.converting { () throws(TensorError) in
      try Tensor(shape: entry.shape, elementType: type, order: .columnMajor, storage: storage)
    }
  }

  private func element(of variable: MAT4Variable) -> MAT5Element {
    MAT5Element(
      bytesAt: variable.offset, count: variable.count, of: input,
      isBigEndian: variable.header.machine == .bigEndian)
  }

  /// What the last row of a sparse matrix says: it has a row (i, j, value) for each element and then its shape.
  private func sparse(
    _ variable: MAT4Variable
  ) throws(FormatError) -> (rows: Int, columns: Int, count: Int, elementType: ElementType) {
    let header = variable.header
    func damaged(_ sentence: String) -> FormatError {
      FormatError(.damaged, at: .byte(variable.offset), "variable '\(variable.name)': \(sentence)")
    }
    guard header.columns == 3 || header.columns == 4, header.rows >= 1, !header.isComplex else {
      throw damaged(
        "a sparse matrix is a table of three or four columns and a row at least, found \(header.rows)x\(header.columns)"
          + (header.isComplex ? " with an imaginary part" : ""))
    }
    let width = header.storage.elementType.byteCount
    var lengths: [Int] = []
    for column in 0..<2 {
      let place = variable.offset + ((column + 1) * header.rows - 1) * width
      let element = MAT5Element(
        bytesAt: place, count: width, of: input, isBigEndian: header.machine == .bigEndian)
      var buffer = try FormatError.converting { () throws(TensorError) in try TensorBuffer(byteCount: 8) }
      try element.readNumbers(
        storedAs: header.storage.elementType, as: .float64, into: &buffer, .init(count: 1, first: 0, stride: 1))
      let value = buffer.withMutableElements(as: Double.self) { $0[0] }
      guard let length = Int32(exactly: value), length >= 0 else {
        throw damaged("the last row of a sparse matrix should hold its shape, found \(value)")
      }
      lengths.append(Int(length))
    }
    return (lengths[0], lengths[1], header.rows - 1, header.columns == 4 ? .complex128 : .float64)
  }

  /// A sparse matrix as a full one.
  private func dense(_ variable: MAT4Variable) throws(FormatError) -> Tensor {
    let (rows, columns, count, type) = try sparse(variable)
    let (width, stride) = (variable.header.columns, variable.header.rows)
    var matrix = try MATLABSparse(rows: rows, columns: columns, type: type, at: variable.offset, limits: limits)
    let tableBytes = stride * width * 8
    try limits.charge(bytes: tableBytes, at: .byte(variable.offset))
    var table = try FormatError.converting { () throws(TensorError) in try TensorBuffer(byteCount: tableBytes) }
    try element(of: variable).readNumbers(
      storedAs: variable.header.storage.elementType, as: .float64, into: &table,
      .init(count: stride * width, first: 0, stride: 1))
    let numbers = table.finish()
    try numbers.withElements(as: Double.self) { numbers throws(FormatError) in
      for index in 0..<count {
        let (row, column) = (numbers[index], numbers[stride + index])
        guard let i = Int(exactly: row), let j = Int(exactly: column), (1...max(rows, 1)).contains(i), i <= rows,
          (1...max(columns, 1)).contains(j), j <= columns
        else {
          throw FormatError(
            .damaged, at: .byte(variable.offset),
            "element \(index + 1) of the sparse matrix stands in row \(row.shortestText), column \(column.shortestText), outside \(rows)x\(columns)"
          )
        }
        matrix.add(
          numbers[2 * stride + index], width == 4 ? numbers[3 * stride + index] : 0, row: i - 1, column: j - 1)
      }
    }
    return try matrix.finish()
  }
}
