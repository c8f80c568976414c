import Tensors

/// An open safetensors file: the header, the numbers on request from their places.
final class SafetensorsReader: PartialReader {
  let entries: [TensorEntry]
  private(set) var damage: FormatError?

  private let input: InputFile
  private let texts: [Attribute]
  private var places: [String: Int] = [:]
  private var arrays: [String: Numbers] = [:]

  /// Where the numbers of an array come from.
  private enum Numbers {
    case plain(NPYSource)
    case bfloat16(BFloat16Source)
    /// They are not all there.
    case cut(FormatError)
  }

  /// Reads the header of a file.
  ///
  /// - Throws: ``FormatError``: `truncated`, `limit`, `damaged`, where the header does not say what the file holds.
  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.input = input
    let lengthBytes = SafetensorsFormat.lengthBytes
    let size = try input.size()
    guard size >= lengthBytes else {
      throw FormatError(.truncated, "the file has \(size) bytes; a safetensors file begins with 8 bytes of length")
    }
    var cursor = ByteCursor(try input.bytes(at: 0, count: lengthBytes))
    let length = try cursor.integer(UInt64.self)
    guard length <= SafetensorsFormat.mostHeaderBytes else {
      throw FormatError(
        .damaged, at: .byte(0),
        "the header is said to take \(length) bytes, \(SafetensorsFormat.mostHeaderBytes) are the most")
    }
    let start = lengthBytes + Int(length)
    guard start <= size else {
      throw FormatError(
        .truncated, at: .byte(size),
        "the header takes \(length) bytes, the file ends \(start - size) bytes short of them")
    }
    try limits.charge(bytes: Int(length), at: .byte(lengthBytes))
    let header = try SafetensorsHeader(
      parsing: try input.bytes(at: lengthBytes, count: Int(length)), limits: limits)
    entries = header.members.map(\.entry)
    texts = header.texts.map { Attribute(name: $0.name, value: .text($0.text)) }
    for (index, entry) in entries.enumerated() { places[entry.name] = index }
    for member in header.members { add(member, from: start, size: size, limits) }
    if start + header.dataBytes < size {
      damage = FormatError(
        .damaged, at: .byte(start + header.dataBytes),
        "\(size - start - header.dataBytes) bytes follow the last array, where the file should end"
      ).naming(input.name)
    }
  }

  private func add(_ member: SafetensorsHeader.Member, from start: Int, size: Int, _ limits: Limits) {
    guard member.place.upperBound <= size - start else {
      let missing = member.place.upperBound - max(member.place.lowerBound, size - start)
      let failure = FormatError(
        .truncated, at: .object(member.name),
        "the array takes \(member.place.count) bytes, the file ends \(missing) bytes short of them"
      ).naming(input.name)
      arrays[member.name] = .cut(failure)
      damage = damage ?? failure
      return
    }
    let content = NPYFile(input, at: start + member.place.lowerBound)
    func source(_ type: ElementType) -> NPYSource {
      NPYSource(member.name, shape: member.shape, type, in: content, limits: limits)
    }
    switch member.type {
    case .numbers(let type): arrays[member.name] = .plain(source(type))
    case .bfloat16: arrays[member.name] = .bfloat16(BFloat16Source(source(.uint16)))
    case .packed: break
    }
  }

  func attributes(of path: String) throws(FormatError) -> [Attribute] { path.isEmpty ? texts : [] }

  func entry(_ name: String) throws(FormatError) -> TensorEntry {
    guard let place = places[name] else { throw missing(name) }
    return entries[place]
  }

  func tensor(_ name: String) throws(FormatError) -> Tensor {
    do throws(FormatError) {
      switch try numbers(name) {
      case .plain(let source): return try source.tensor()
      case .bfloat16(let source): return try source.tensor()
      case .cut(let failure): throw failure
      }
    } catch { throw error.naming(input.name) }
  }

  func source(of name: String) throws(FormatError) -> any TensorSource {
    do throws(FormatError) {
      switch try numbers(name) {
      case .plain(let source): return source
      case .bfloat16(let source): return source
      case .cut(let failure): throw failure
      }
    } catch { throw error.naming(input.name) }
  }

  func rows(of name: String) throws(FormatError) -> any RowSource {
    do throws(FormatError) {
      switch try numbers(name) {
      case .plain(let source): return try source.rows()
      case .bfloat16(let source): return try source.rows()
      case .cut(let failure): throw failure
      }
    } catch { throw error.naming(input.name) }
  }

  func examples(of name: String, along dimension: ExampleDimension) throws(FormatError) -> (any RowSource)? {
    do throws(FormatError) {
      guard case .plain(let source) = try numbers(name) else { return nil }
      return try source.examples(along: dimension)
    } catch { throw error.naming(input.name) }
  }

  private func numbers(_ name: String) throws(FormatError) -> Numbers {
    let entry = try entry(name)
    guard entry.isNumeric, let numbers = arrays[name] else { throw notNumeric(entry) }
    return numbers
  }
}
