/// Gathers rows as text; whoever owns it decides when they are written, so that several threads can format.
public struct RowWriter: Sendable {
  /// The text so far.
  public private(set) var text: [UInt8] = []
  private let delimiter: UInt8
  private let format: NumberFormat
  private let hasDecimalComma: Bool
  private var isRowOpen = false

  /// Bytes after which a writer is best emptied.
  public static let blockLength = 1 << 16

  /// A writer without rows. Blanks are written as one blank.
  public init(
    delimiter: Dialect.Delimiter = .comma, format: NumberFormat = .shortest, hasDecimalComma: Bool = false
  ) {
    self.delimiter = if case .character(let byte) = delimiter { byte } else { UInt8(ascii: " ") }
    self.format = format
    self.hasDecimalComma = hasDecimalComma
    text.reserveCapacity(RowWriter.blockLength + 1 << 12)
  }

  /// The bytes of ``text``.
  public var count: Int { text.count }

  /// Appends a number as the next field, in the writer's format unless another is given.
  @inline(__always)
  public mutating func append(_ value: Double, as other: NumberFormat? = nil) {
    beginField()
    let start = text.count
    (other ?? format).append(value, to: &text)
    guard hasDecimalComma else { return }
    for index in start..<text.count where text[index] == UInt8(ascii: ".") { text[index] = UInt8(ascii: ",") }
  }

  /// Appends a whole number as the next field.
  public mutating func append(_ value: Int64) {
    beginField()
    if value < 0 { text.append(UInt8(ascii: "-")) }
    NumberFormat.appendInteger(value.magnitude, to: &text)
  }

  /// Appends a whole number as the next field.
  public mutating func append(_ value: UInt64) {
    beginField()
    NumberFormat.appendInteger(value, to: &text)
  }

  /// Appends a text as the next field, in quotes where it needs them (RFC 4180 §2).
  public mutating func append(_ value: String) {
    beginField()
    let bytes = Array(value.utf8)
    let isFirst = text.isEmpty || text.last == UInt8(ascii: "\n")
    // Blanks at the ends, an empty name and a number sign would be read as something else.
    let isFragile =
      bytes.first.map(NumberParsing.isBlank) ?? true || bytes.last.map(NumberParsing.isBlank) ?? true
      || (isFirst && bytes.first == UInt8(ascii: "#"))
    appendText(bytes[...], quoted: isFragile || needsQuotes(bytes[...]))
  }

  /// Appends the bytes of a text as the next field, whatever their encoding: in quotes where a delimiter, a quote or a
  /// line end is among them, else as they are.
  public mutating func append(text bytes: ArraySlice<UInt8>) {
    beginField()
    appendText(bytes, quoted: needsQuotes(bytes))
  }

  /// Appends the fields of a record that was read in another dialect, byte for byte; those that would not be one field
  /// in this one get quotes.
  public mutating func append(record: Range<Int>, of bytes: [UInt8], in dialect: Dialect) {
    var fields: [Range<Int>] = []
    FieldSplitter(dialect).split(bytes.span, record, into: &fields)
    let splitter = FieldSplitter(Dialect(delimiter: .character(delimiter)))
    var parts: [Range<Int>] = []
    for field in fields {
      if FieldText.isQuoted(bytes.span, field) {
        splitter.split(bytes.span, field, into: &parts)
        if parts.count == 1 {
          append(raw: bytes[field])
          continue
        }
      }
      append(text: bytes[field])
    }
  }

  private func needsQuotes(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.contains { byte in
      byte == delimiter || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
        || (delimiter == UInt8(ascii: " ") && NumberParsing.isBlank(byte))
    }
  }

  private mutating func appendText(_ bytes: ArraySlice<UInt8>, quoted: Bool) {
    guard quoted else {
      text += bytes
      return
    }
    text.append(UInt8(ascii: "\""))
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { text.append(byte) }
      text.append(byte)
    }
    text.append(UInt8(ascii: "\""))
  }

  /// Appends the bytes of fields, or of a whole row, as they are.
  public mutating func append(raw fields: ArraySlice<UInt8>) {
    beginField()
    text += fields
  }

  /// Appends a record as it stands in its block: all its fields, byte for byte.
  public mutating func append(_ record: Range<Int>, of block: RecordBlock) {
    beginField()
    DelimitedHotLoops.append(record, of: block.bytes, to: &text)
  }

  /// Ends the row.
  public mutating func endRow() {
    text.append(UInt8(ascii: "\n"))
    isRowOpen = false
  }

  /// Appends a row of names.
  public mutating func append(header names: [String]) {
    for name in names { append(name) }
    endRow()
  }

  /// Forgets the text, keeping its memory.
  public mutating func removeAll() { text.removeAll(keepingCapacity: true) }

  /// Hands the text to an output and forgets it.
  public mutating func flush(to output: inout OutputFile) throws(FormatError) {
    try output.write(text)
    removeAll()
  }

  @inline(__always)
  private mutating func beginField() {
    if isRowOpen { text.append(delimiter) }
    isRowOpen = true
  }
}
