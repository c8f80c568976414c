/// What one line says.
struct SVMLightRow {
  /// The label; nil where there is none or there are several.
  var label: Double?
  /// Whether several labels stand there, separated by commas.
  var hasSeveralLabels = false
  /// The number of the query that the row belongs to.
  var query: Int64?
  /// The features that are given, by ascending index, as it stands in the text.
  var features: [(index: Int, value: Double)] = []
}

/// The rows of a file in sequence, each checked.
struct SVMLightLines {
  private let lines: TextLines
  private let file: String
  /// An index from which on a row takes more memory than an array may.
  private let mostColumns: Int
  /// The row on which the last ``next(_:)`` stopped.
  private(set) var row = SVMLightRow()

  /// The rows from a byte on, at which a line of that number begins.
  init(_ input: InputFile, from offset: Int = 0, number: Int = 1, limits: Limits) throws(FormatError) {
    lines = try TextLines(input, from: offset, number: number)
    file = input.name
    mostColumns = limits.memory / MemoryLayout<Double>.stride
  }

  /// The line of the row.
  var number: Int { lines.number }
  /// Where in the input that line begins.
  var offset: Int { lines.offset }

  /// Goes to the next row; false at the end.
  ///
  /// - Throws: ``FormatError`` with code `damaged` at the line and column of what is no label, no pair, or a pair out of
  ///   order; `limit`.
  mutating func next() throws(FormatError) -> Bool {
    while try lines.advance() {
      if try parse() { return true }
    }
    return false
  }

  /// Reads the current line; false where it is blank or a comment.
  private mutating func parse() throws(FormatError) -> Bool {
    let bytes = lines.bytes
    var words = SVMLightWords(bytes, lines.range)
    row.label = nil
    row.hasSeveralLabels = false
    row.query = nil
    row.features.removeAll(keepingCapacity: true)
    guard let first = words.next() else { return false }
    var word = Optional(first)
    if !bytes[first].contains(UInt8(ascii: ":")) {
      try readLabel(bytes, first)
      word = words.next()
    }
    var isFirst = true
    while let pair = word {
      guard let colon = bytes[pair].firstIndex(of: UInt8(ascii: ":")) else {
        throw failure(pair, bytes, "is no pair index:value")
      }
      let key = pair.lowerBound..<colon
      let value = colon + 1..<pair.upperBound
      if isFirst, bytes[key].elementsEqual("qid".utf8) {
        guard let query = Int64(String(decoding: bytes[value], as: UTF8.self)) else {
          throw failure(pair, bytes, "is no qid, a whole number")
        }
        row.query = query
      } else {
        try readFeature(bytes, pair, key, value)
      }
      isFirst = false
      word = words.next()
    }
    return true
  }

  private mutating func readLabel(_ bytes: [UInt8], _ word: Range<Int>) throws(FormatError) {
    if bytes[word].contains(UInt8(ascii: ",")) {
      row.hasSeveralLabels = true
      for part in bytes[word].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
        guard number(bytes, part.indices) != nil else { throw failure(word, bytes, "is no list of labels") }
      }
      return
    }
    guard let label = number(bytes, word) else { throw failure(word, bytes, "is no label, a number") }
    row.label = label
  }

  private mutating func readFeature(
    _ bytes: [UInt8], _ pair: Range<Int>, _ key: Range<Int>, _ value: Range<Int>
  ) throws(FormatError) {
    var index = 0
    guard !key.isEmpty else { throw failure(pair, bytes, "has no index") }
    for byte in bytes[key] {
      guard NumberParsing.isDigit(byte) else { throw failure(pair, bytes, "has no index that is a whole number") }
      // Larger indices are all refused alike.
      if index <= mostColumns { index = index * 10 + Int(byte - UInt8(ascii: "0")) }
    }
    guard index < mostColumns else {
      throw FormatError(
        .limit, at: lines.location(of: pair.lowerBound),
        "the index \(String(decoding: bytes[key].prefix(20), as: UTF8.self)) makes rows of more than \(mostColumns) "
          + "numbers, the limit", file: file)
    }
    if let last = row.features.last?.index, index <= last {
      throw failure(
        pair, bytes, index == last ? "repeats the index" : "comes after the index \(last); indices must ascend")
    }
    guard let number = number(bytes, value) else { throw failure(pair, bytes, "has no value that is a number") }
    row.features.append((index, number))
  }

  private func number(_ bytes: [UInt8], _ range: Range<Int>) -> Double? {
    if case .number(let value) = NumberParsing.parse(bytes.span.extracting(range)) { value } else { nil }
  }

  private func failure(_ word: Range<Int>, _ bytes: [UInt8], _ what: String) -> FormatError {
    FormatError(
      .damaged, at: lines.location(of: word.lowerBound), "'\(FieldText.shown(bytes.span, word))' \(what)", file: file)
  }
}
