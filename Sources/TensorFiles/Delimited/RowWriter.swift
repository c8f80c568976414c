/// Gathers rows as text; whoever owns it decides when they are written, so that several threads can format.
public struct RowWriter: Sendable {
  /// The text so far, ``count`` bytes, and room for more of it.
  var bytes: [UInt8] = []
  /// The bytes of text.
  public internal(set) var count = 0
  let delimiter: UInt8
  let format: NumberFormat
  let point: UInt8
  /// Whether the next field follows another.
  var isRowOpen = false
  /// How many numbers are left before few decimals are tried again.
  var misses = 0

  /// Bytes after which a writer is best emptied.
  public static let blockLength = 1 << 16

  /// A writer without rows. Blanks are written as one blank.
  public init(
    delimiter: Dialect.Delimiter = .comma, format: NumberFormat = .shortest, hasDecimalComma: Bool = false
  ) {
    self.delimiter = if case .character(let byte) = delimiter { byte } else { UInt8(ascii: " ") }
    self.format = format
    point = UInt8(ascii: hasDecimalComma ? "," : ".")
  }

  /// The text so far.
  public var text: [UInt8] { Array(bytes[..<count]) }

  /// Makes room for so many bytes behind the text.
  @inline(__always)
  mutating func reserve(_ room: Int) {
    if bytes.count - count < room { grow(room) }
  }

  @inline(never)
  private mutating func grow(_ room: Int) {
    let missing = max(count + room, 2 * bytes.count, 1 << 10) - bytes.count
    // An array is zeroed and copied as a whole; a repeated element may be appended byte by byte.
    bytes += [UInt8](repeating: 0, count: missing)
  }

  private mutating func append(byte: UInt8) {
    reserve(1)
    bytes[count] = byte
    count += 1
  }

  private mutating func append(bytes part: ArraySlice<UInt8>) {
    reserve(part.count)
    for byte in part {
      bytes[count] = byte
      count += 1
    }
  }

  /// Appends a number as the next field, in the writer's format unless another is given.
  public mutating func append(_ value: Double, as other: NumberFormat? = nil) {
    beginField()
    let format = other ?? format
    if appendText(of: value, as: format) { return }
    var text: [UInt8] = []
    format.append(value, point: point, to: &text)
    append(bytes: text[...])
  }

  /// Appends a whole number as the next field.
  public mutating func append(_ value: Int64) {
    beginField()
    if value < 0 { append(byte: UInt8(ascii: "-")) }
    appendDigits(of: value.magnitude)
  }

  /// Appends a whole number as the next field.
  public mutating func append(_ value: UInt64) {
    beginField()
    appendDigits(of: value)
  }

  /// Appends a text as the next field, in quotes where it needs them (RFC 4180 §2).
  public mutating func append(_ value: String) {
    beginField()
    let bytes = Array(value.utf8)
    let isFirst = count == 0 || self.bytes[count - 1] == UInt8(ascii: "\n")
    // Blanks at the ends, an empty name, a number sign and a byte order mark would be read as something else.
    let isFragile =
      bytes.first.map(NumberParsing.isBlank) ?? true || bytes.last.map(NumberParsing.isBlank) ?? true
      || (isFirst && bytes.first == UInt8(ascii: "#")) || (count == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]))
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

  private mutating func appendText(_ text: ArraySlice<UInt8>, quoted: Bool) {
    guard quoted else { return append(bytes: text) }
    append(byte: UInt8(ascii: "\""))
    for byte in text {
      if byte == UInt8(ascii: "\"") { append(byte: byte) }
      append(byte: byte)
    }
    append(byte: UInt8(ascii: "\""))
  }

  /// Appends the bytes of fields, or of a whole row, as they are.
  public mutating func append(raw fields: ArraySlice<UInt8>) {
    beginField()
    append(bytes: fields)
  }

  /// Appends a record as it stands in its block: all its fields, byte for byte.
  public mutating func append(_ record: Range<Int>, of block: RecordBlock) {
    beginField()
    reserve(record.count)
    DelimitedHotLoops.copy(block.bytes, record, to: &bytes, at: count)
    count += record.count
  }

  /// Ends the row.
  public mutating func endRow() {
    append(byte: UInt8(ascii: "\n"))
    isRowOpen = false
  }

  /// Appends a row of names.
  public mutating func append(header names: [String]) {
    for name in names { append(name) }
    endRow()
  }

  /// Forgets the text, keeping its memory.
  public mutating func removeAll() { count = 0 }

  /// Hands the text to an output and forgets it.
  public mutating func flush(to output: inout OutputFile) throws(FormatError) {
    try output.write(self)
    removeAll()
  }

  @inline(__always)
  private mutating func beginField() {
    if isRowOpen { append(byte: delimiter) }
    isRowOpen = true
  }
}
