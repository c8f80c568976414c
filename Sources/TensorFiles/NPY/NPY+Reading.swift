import Tensors

/// An open .npy file: one array, or several that were saved to it one after another.
final class NPYReader: PartialReader {
  private(set) var entries: [TensorEntry] = []
  private(set) var damage: FormatError?

  private let input: InputFile
  private let limits: Limits
  /// The numbers of each array, or why they cannot be read.
  private var arrays: [String: Result<NPYSource, FormatError>] = [:]
  private var places: [String: Int] = [:]

  /// Lists the arrays of a file.
  ///
  /// - Throws: ``FormatError`` with code `unrecognized` when the file does not begin like one.
  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.input = input
    self.limits = limits
    let name = NPYReader.arrayName(of: input)
    guard NPYFormat().recognizes(prefix: try input.prefix(NPYFormat.signature.count), size: nil) else {
      throw FormatError(.unrecognized, "the first bytes are not those of a NumPy array")
    }
    let size = try input.size()
    do throws(FormatError) { try list(name, size: size) } catch { damage = error.naming(input.name) }
  }

  /// The array has no name of its own: it is that of the file without its ending, `data` for what has no such name.
  private static func arrayName(of input: InputFile) -> String {
    let isNamed = input.path != nil || input.name != "standard input" && !input.name.hasPrefix("/dev/")
    guard isNamed else { return "data" }
    var name = Substring(input.baseName)
    if name.hasSuffix(".gz") { name = name.dropLast(3) }
    if let point = name.lastIndex(of: ".") { name = name[..<point] }
    return name.isEmpty ? "data" : String(name)
  }

  var notes: [String] {
    guard entries.count > 1 else { return [] }
    return ["\(entries.count) arrays stand one after another in the file; np.load gives the first one only"]
  }

  func entry(_ name: String) throws(FormatError) -> TensorEntry {
    guard let place = places[name] else { throw missing(name) }
    return entries[place]
  }

  func tensor(_ name: String) throws(FormatError) -> Tensor {
    do throws(FormatError) { return try array(name).tensor() } catch { throw error.naming(input.name) }
  }

  func source(of name: String) throws(FormatError) -> any TensorSource {
    do throws(FormatError) { return try array(name) } catch { throw error.naming(input.name) }
  }

  func rows(of name: String) throws(FormatError) -> any RowSource {
    do throws(FormatError) { return try array(name).rows() } catch { throw error.naming(input.name) }
  }

  func examples(of name: String, along dimension: ExampleDimension) throws(FormatError) -> (any RowSource)? {
    do throws(FormatError) { return try array(name).examples(along: dimension) } catch {
      throw error.naming(input.name)
    }
  }

  private func array(_ name: String) throws(FormatError) -> NPYSource {
    let entry = try entry(name)
    guard let array = arrays[name] else { throw notNumeric(entry) }
    return try array.get()
  }
}

/// The list.
extension NPYReader {
  private func list(_ name: String, size: Int) throws(FormatError) {
    var offset = 0
    var name = name
    let first = name
    repeat {
      guard entries.count < limits.objects else {
        throw FormatError(.limit, at: .byte(offset), "there are more than \(limits.objects) arrays, the limit")
      }
      guard let end = try add(name, at: offset, size: size) else { return }
      offset = end
      name = "\(first)_\(entries.count + 1)"
    } while try hasArray(at: offset, after: entries.count, size: size)
  }

  /// Whether another array follows those before; the file ends behind the last one.
  private func hasArray(at offset: Int, after count: Int, size: Int) throws(FormatError) -> Bool {
    let left = size - offset
    guard left > 0 else { return false }
    let signature = NPYFormat.signature
    if left >= signature.count, try input.bytes(at: offset, count: signature.count) == signature { return true }
    throw FormatError(
      .damaged, at: .byte(offset),
      "\(left) bytes follow the \(count == 1 ? "array" : "arrays"), where the file should end")
  }

  /// Lists the array that begins at a byte and gives the byte after it; nil where that is not known.
  private func add(_ name: String, at offset: Int, size: Int) throws(FormatError) -> Int? {
    let header: NPYHeader
    let byteCount: Int?
    do throws(FormatError) {
      var next = offset
      header = try NPYHeader(name: name) { count throws(FormatError) in
        guard count <= size - next else {
          throw FormatError(
            .truncated,
            "the file ends within the header of the array: \(count - (size - next)) more bytes were expected")
        }
        defer { next += count }
        return try input.bytes(at: next, count: count)
      }
      byteCount = try header.byteCount()
    } catch {
      throw FormatError(error.code, at: .byte(offset), error.sentence)
    }
    let start = offset + header.length
    places[name] = entries.count
    entries.append(header.entry(name))
    if case .numbers(let type, let isBigEndian) = header.type {
      let content = NPYFile(input, at: start)
      arrays[name] = .success(
        NPYSource(name, header, type, isBigEndian: isBigEndian, in: content, limits: limits))
    }
    guard let byteCount else { return nil }
    guard byteCount <= size - start else {
      let failure = FormatError(
        .truncated, at: .object(name),
        "the array takes \(byteCount) bytes, the file ends \(byteCount - (size - start)) bytes short of them")
      if header.entry(name).isNumeric { arrays[name] = .failure(failure.naming(input.name)) }
      throw failure
    }
    return start + byteCount
  }
}

/// Numbers that lie in a file as they are.
final class NPYFile: NPYContent {
  private let input: InputFile
  private let start: Int

  /// - Parameter start: where the first number stands.
  init(_ input: InputFile, at start: Int) {
    self.input = input
    self.start = start
  }

  var canSeek: Bool { true }

  func pass() -> any NPYPass { NPYFilePass(self) }

  func check() {}

  func read(at offset: Int, into span: inout MutableRawSpan) throws(FormatError) {
    try input.read(at: start + offset, into: &span)
  }
}

private final class NPYFilePass: NPYPass {
  private let file: NPYFile
  private var next = 0

  init(_ file: NPYFile) { self.file = file }

  func read(into span: inout MutableRawSpan) throws(FormatError) {
    try file.read(at: next, into: &span)
    next += span.byteCount
  }

  func finish() {}
}
