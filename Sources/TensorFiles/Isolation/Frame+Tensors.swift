import Tensors

/// The values of a file's list, as messages hold them.
extension FrameWriter {
  mutating func shape(_ shape: [Int]) { list(shape) { $0.integer($1) } }

  mutating func elementType(_ type: ElementType) {
    byte(UInt8(ElementType.allCases.firstIndex(of: type) ?? 0))
  }

  mutating func entry(_ entry: TensorEntry) {
    text(entry.name)
    shape(entry.shape)
    switch entry.content {
    case .numbers(let type, let stored):
      byte(0)
      elementType(type)
      optional(stored) { $0.elementType($1) }
    case .other(let className, let remedy):
      byte(1)
      text(className)
      optional(remedy) { $0.text($1) }
    }
    optional(entry.remark) { $0.text($1) }
  }

  mutating func attribute(_ attribute: Attribute) {
    text(attribute.name)
    switch attribute.value {
    case .text(let value):
      byte(0)
      text(value)
    case .texts(let values):
      byte(1)
      list(values) { $0.text($1) }
    case .numbers(let tensor):
      byte(2)
      shape(tensor.shape)
      elementType(tensor.elementType)
      flag(tensor.order == .rowMajor)
      raw(tensor.storage)
    }
  }

  mutating func error(_ error: FormatError) {
    text(error.code.name)
    switch error.location {
    case .file: byte(0)
    case .byte(let offset):
      byte(1)
      integer(offset)
    case .line(let line, let column):
      byte(2)
      integer(line)
      optional(column) { $0.integer($1) }
    case .object(let name):
      byte(3)
      text(name)
    }
    text(error.sentence)
    flag(error.file != nil)
  }
}

extension FrameCursor {
  /// The dimensions that HDF5 has at most.
  private static let mostDimensions = 32
  /// Bytes of a name or a sentence.
  private static let longestText = 1 << 20

  mutating func shape() throws(FormatError) -> [Int] {
    try list(ofBytes: 8, atMost: FrameCursor.mostDimensions) { (cursor) throws(FormatError) in
      let length = try cursor.integer()
      guard length >= 0 else { throw .impossibleAnswer }
      return length
    }
  }

  mutating func elementType() throws(FormatError) -> ElementType {
    let index = Int(try byte())
    guard ElementType.allCases.indices.contains(index) else { throw .impossibleAnswer }
    return ElementType.allCases[index]
  }

  mutating func entry() throws(FormatError) -> TensorEntry {
    let name = try text()
    let shape = try shape()
    let content: TensorEntry.Content
    switch try byte() {
    case 0:
      let type = try elementType()
      content = .numbers(
        type, storedAs: try optional { (cursor) throws(FormatError) in try cursor.elementType() })
    case 1:
      let className = try text()
      content = .other(
        className: className, remedy: try optional { (cursor) throws(FormatError) in try cursor.text() })
    default: throw .impossibleAnswer
    }
    let remark = try optional { (cursor) throws(FormatError) in try cursor.text() }
    return TensorEntry(name: name, shape: shape, content: content, remark: remark)
  }

  mutating func attribute() throws(FormatError) -> Attribute {
    let name = try text()
    switch try byte() {
    case 0: return Attribute(name: name, value: .text(try text()))
    case 1:
      return Attribute(
        name: name, value: .texts(try list(ofBytes: 8) { (cursor) throws(FormatError) in try cursor.text() }))
    case 2: return Attribute(name: name, value: .numbers(try tensor()))
    default: throw .impossibleAnswer
    }
  }

  /// A small array within a message.
  private mutating func tensor() throws(FormatError) -> Tensor {
    let shape = try shape()
    let type = try elementType()
    let order: Order = try flag() ? .rowMajor : .columnMajor
    do {
      let raw = try take(Tensor.byteCount(shape: shape, elementType: type))
      var buffer = try TensorBuffer(byteCount: raw.count)
      buffer.withMutableElements(as: UInt8.self) { span in
        for (index, byte) in raw.enumerated() { span[index] = byte }
      }
      return try Tensor(shape: shape, elementType: type, order: order, storage: buffer.finish())
    } catch { throw .impossibleAnswer }
  }

  /// An error, which names the file by our name for it where it names one.
  mutating func error(file: String) throws(FormatError) -> FormatError {
    let code = FormatError.Code(try text())
    let location: FormatError.Location
    switch try byte() {
    case 0: location = .file
    case 1: location = .byte(try integer())
    case 2:
      let line = try integer()
      location = .line(line, column: try optional { (cursor) throws(FormatError) in try cursor.integer() })
    case 3: location = .object(try text())
    default: throw .impossibleAnswer
    }
    let sentence = try text()
    let isNamed = try flag()
    guard FormatError.Code.ofReaders.contains(code), sentence.utf8.count <= FrameCursor.longestText else {
      throw .impossibleAnswer
    }
    return FormatError(code, at: location, sentence, file: isNamed ? file : nil)
  }
}

extension FormatError.Code {
  /// What a reader may say of a file. Not that a pipe was closed: the tools then end without a word.
  fileprivate static let ofReaders: Set<FormatError.Code> = [
    .damaged, .truncated, .unrecognized, .unsupported, .missingArray, .unsuitable, .limit, .noInput, .inputOutput,
  ]
}
