import Tensors

/// An open file of Octave's text: its variables from their comments, their numbers on request.
final class OctaveTextReader: TensorReader {
  private(set) var entries: [TensorEntry] = []
  private(set) var damage: FormatError?
  private(set) var notes: [String] = []

  private let input: InputFile
  private let limits: Limits
  /// The variable of each name, the place of its entry, and how many variables have the name.
  private var places: [String: (variable: OctaveTextVariable, entry: Int, count: Int)] = [:]

  /// Lists the variables of a file. All of its text is passed over.
  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.input = input
    self.limits = limits
    do throws(FormatError) { try list() } catch { damage = error.naming(input.name) }
    notes = entries.compactMap { MATLABNames.note(on: $0.name, times: places[$0.name]?.count ?? 1) }
  }

  func entry(_ name: String) throws(FormatError) -> TensorEntry {
    guard let found = places[name] else { throw missing(name) }
    return entries[found.entry]
  }

  func tensor(_ name: String) throws(FormatError) -> Tensor {
    do throws(FormatError) {
      let entry = try entry(name)
      guard entry.isNumeric, let variable = places[name]?.variable,
        case .numbers(let type, let layout) = variable.content
      else { throw notNumeric(entry) }
      var numbers = try OctaveTextNumbers(
        OctaveTextScanner(input, at: variable.place), shape: variable.shape, type: type, limits: limits)
      do throws(FormatError) { return try numbers.read(layout) } catch {
        throw FormatError(error.code, at: error.location, "variable '\(name)': \(error.sentence)")
      }
    } catch {
      throw error.naming(input.name)
    }
  }
}

/// The list.
extension OctaveTextReader {
  private func list() throws(FormatError) {
    var scanner = try OctaveTextScanner(input)
    while let line = try scanner.takeLine() {
      // The first comment says which Octave wrote the file; blank lines part the variables.
      guard !line.isEmpty, !(line.starts(with: "# Created by".utf8) || line.starts(with: "% Created by".utf8)) else {
        continue
      }
      guard let name = OctaveTextReader.value(of: "name", in: line) else {
        throw FormatError(
          .damaged, at: .line(scanner.line - 1, column: nil),
          "a variable should begin here with '# name: …', found '\(String(decoding: line.prefix(40), as: UTF8.self))'")
      }
      guard entries.count < limits.objects else {
        throw scanner.damaged("there are more than \(limits.objects) variables, the limit", .limit)
      }
      let variable: OctaveTextVariable
      do throws(FormatError) { variable = try self.variable(&scanner, depth: 0) } catch {
        throw FormatError(error.code, at: error.location, "variable '\(name)': \(error.sentence)")
      }
      add(variable, name: name)
    }
  }

  /// Of two variables of one name the last counts; it is listed in the place of the first.
  private func add(_ variable: OctaveTextVariable, name: String) {
    let earlier = places[name]
    let index = earlier?.entry ?? entries.count
    let entry = entry(of: variable, name: name)
    if index < entries.count { entries[index] = entry } else { entries.append(entry) }
    places[name] = (variable, index, (earlier?.count ?? 0) + 1)
  }

  private func entry(of variable: OctaveTextVariable, name: String) -> TensorEntry {
    let shape = variable.shape
    switch variable.content {
    case .other(let listed): return listed.entry(name: name, shape: shape, in: "Octave")
    case .numbers(let type, .sparse(let count)):
      return MATLABSparse.entry(
        name: name, rows: shape[0], columns: shape[1], type: type, stored: "\(count) stored", limits: limits,
        in: "Octave")
    case .numbers(let type, let layout):
      let remark: String? =
        switch layout {
        case .diagonal: "diagonal"
        case .permutation: "permutation"
        case .range: "range"
        case .rows, .columns, .sparse: nil
        }
      return TensorEntry(name: name, shape: shape, content: .numbers(type, storedAs: nil), remark: remark)
    }
  }

  /// The value in a comment `# key: value`; nil for other lines.
  private static func value(of key: String, in line: [UInt8]) -> String? {
    guard let text = OctaveTextFormat.comment(line[...]), text.starts(with: (key + ":").utf8) else { return nil }
    return String(decoding: text.dropFirst(key.utf8.count + 1).drop { $0 == UInt8(ascii: " ") }, as: UTF8.self)
  }

  /// The value of the comment that must come next.
  private func text(_ key: String, _ scanner: inout OctaveTextScanner) throws(FormatError) -> String {
    let number = scanner.line
    guard let line = try scanner.takeLine() else {
      throw scanner.damaged("the file ends where '# \(key): …' should follow", .truncated)
    }
    guard let value = OctaveTextReader.value(of: key, in: line) else {
      throw FormatError(
        .damaged, at: .line(number, column: nil),
        "'# \(key): …' should be here, found '\(String(decoding: line.prefix(40), as: UTF8.self))'")
    }
    return value
  }

  /// The length in the comment that must come next.
  private func length(_ key: String, _ scanner: inout OctaveTextScanner) throws(FormatError) -> Int {
    let number = scanner.line
    let text = try text(key, &scanner)
    guard let value = Int(text), value >= 0, value <= Int(Int32.max) else {
      throw FormatError(.damaged, at: .line(number, column: nil), "'# \(key): \(text)' is no length")
    }
    return value
  }

  /// Whether the next line is a comment that begins with a key.
  private func isNext(_ key: String, _ scanner: OctaveTextScanner) throws(FormatError) -> Bool {
    var ahead = scanner
    guard let sign = try ahead.peek(), OctaveTextFormat.isComment(sign), let line = try ahead.takeLine() else {
      return false
    }
    return OctaveTextReader.value(of: key, in: line) != nil
  }
}

/// One variable.
extension OctaveTextReader {
  /// The type, shape and place of a variable whose name is taken already; all of its lines are taken.
  private func variable(
    _ scanner: inout OctaveTextScanner, depth: Int
  ) throws(FormatError) -> OctaveTextVariable {
    guard depth <= limits.depth else {
      throw scanner.damaged("cells and structures are more than \(limits.depth) deep", .limit)
    }
    let typeText = try text("type", &scanner)
    let type = OctaveTextType(typeText)
    var result = OctaveTextVariable(shape: [1, 1], content: .other(.unknown(typeText)), place: scanner.place)
    switch type.form {
    case .scalar: result.content = .numbers(type.elementType, .columns)
    case .matrix:
      let layout: OctaveTextVariable.Layout = try isNext("ndims", scanner) ? .columns : .rows
      result.shape = try shape(&scanner)
      result.content = .numbers(type.elementType, layout)
    case .diagonal:
      result.shape = try shape(&scanner)
      result.content = .numbers(type.elementType, .diagonal)
    case .permutation:
      let size = try length("size", &scanner)
      result.shape = [size, size]
      result.content = .numbers(.float64, .permutation(ofColumns: try text("orient", &scanner) != "r"))
    case .range:
      // The comment that says what the three numbers are.
      _ = try scanner.takeLine()
      result.place = scanner.place
      var numbers = try OctaveTextNumbers(scanner, shape: [1, 1], type: type.elementType, limits: limits)
      result.shape = [1, try numbers.range().count]
      result.content = .numbers(type.elementType, .range)
    case .sparse:
      let count = try length("nnz", &scanner)
      result.shape = try shape(&scanner)
      result.content = .numbers(type.elementType, .sparse(count: count))
    case .string:
      result.shape = try skipText(&scanner)
      result.content = .other(.char)
    case .cell:
      result.shape = try shape(&scanner)
      result.content = .other(.cell)
      try skipVariables(try elementCount(result.shape, scanner), &scanner, depth: depth)
    case .structure(let isScalar):
      // Older versions write no dimensions of a structure that is no array.
      if try isNext("ndims", scanner) || !isScalar { result.shape = try shape(&scanner) }
      result.content = .other(.structure)
      try skipVariables(try length("length", &scanner), &scanner, depth: depth)
    case .object:
      result.content = .other(.oldObject(try text("classname", &scanner)))
      try skipVariables(try length("length", &scanner), &scanner, depth: depth)
    case .function:
      result.content = .other(.function)
      try skipFunction(&scanner, depth: depth)
    case .unknown:
      while try scanner.peek() != nil, try !isNext("name", scanner) { try scanner.skipLine() }
      return result
    }
    if case .numbers = result.content {
      if type.form.hasComments { result.place = scanner.place }
      _ = try elementCount(result.shape, scanner)
      try scanner.skipToComment()
    }
    return result
  }

  /// Rows and columns, or the number of dimensions and a line with their lengths.
  private func shape(_ scanner: inout OctaveTextScanner) throws(FormatError) -> [Int] {
    guard try isNext("ndims", scanner) else {
      let rows = try length("rows", &scanner)
      return [rows, try length("columns", &scanner)]
    }
    let count = try length("ndims", &scanner)
    guard (2...64).contains(count) else { throw scanner.damaged("there are \(count) dimensions, not 2 to 64") }
    let number = scanner.line
    let line = String(decoding: try scanner.takeLine() ?? [], as: UTF8.self)
    let lengths = line.split(separator: " ").map { Int($0) }
    var shape: [Int] = []
    for length in lengths {
      guard let length, length >= 0, length <= Int(Int32.max) else { break }
      shape.append(length)
    }
    guard shape.count == count, lengths.count == count else {
      throw FormatError(.damaged, at: .line(number, column: nil), "\(count) dimensions should be here, found '\(line)'")
    }
    return shape
  }

  /// The number of elements of a shape.
  private func elementCount(_ shape: [Int], _ scanner: OctaveTextScanner) throws(FormatError) -> Int {
    do {
      _ = try Tensor.byteCount(shape: shape, elementType: .complex128)
      return try Tensor.elementCount(shape: shape)
    } catch { throw scanner.damaged(error.description) }
  }

  /// Passes over the elements of a cell or the fields of a structure.
  private func skipVariables(
    _ count: Int, _ scanner: inout OctaveTextScanner, depth: Int
  ) throws(FormatError) {
    for _ in 0..<count {
      try scanner.skipToComment()
      _ = try text("name", &scanner)
      _ = try variable(&scanner, depth: depth + 1)
    }
    try scanner.skipToComment()
  }

  /// Passes over texts and gives their shape. What stands in them may look like anything.
  private func skipText(_ scanner: inout OctaveTextScanner) throws(FormatError) -> [Int] {
    if try isNext("ndims", scanner) {
      let shape = try shape(&scanner)
      try scanner.skip(try elementCount(shape, scanner))
      try scanner.skipToComment()
      return shape
    }
    // A file of old has one text, and its length alone.
    let count = try isNext("elements", scanner) ? try length("elements", &scanner) : 1
    var longest = 0
    for _ in 0..<count {
      let length = try length("length", &scanner)
      longest = max(longest, length)
      try scanner.skip(length)
      try scanner.skipLine()
    }
    try scanner.skipToComment()
    return [count, longest]
  }

  /// Passes over a function: what it is, the variables that it holds, and its text.
  private func skipFunction(_ scanner: inout OctaveTextScanner, depth: Int) throws(FormatError) {
    while let byte = try scanner.peek(), OctaveTextFormat.isComment(byte), try !isNext("name", scanner) {
      try scanner.skipLine()
    }
    try scanner.skipToComment()
    guard try isNext("length", scanner) else { return }
    try skipVariables(try length("length", &scanner), &scanner, depth: depth)
    try scanner.skipToComment()
  }
}

extension OctaveTextType.Form {
  /// Whether comments stand between the type and the numbers.
  fileprivate var hasComments: Bool {
    switch self {
    case .matrix, .diagonal, .permutation, .sparse: true
    case .scalar, .range, .string, .cell, .structure, .function, .object, .unknown: false
    }
  }
}
