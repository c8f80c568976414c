/// Reads the values of one row: those of some attributes, in the order in which they are wanted.
struct ARFFRowReader {
  private let attributes: [ARFFAttribute]
  /// For each attribute its place in the row, or -1.
  private let targets: [Int]
  /// The values of a sparse row that are not written: 0, which for a class is its first name.
  private let absent: [Double]
  private let missing: MissingValues
  /// The row in which each attribute was last given, so that none is given twice.
  private var givenIn: [Int]
  private var rows = 0
  /// Whether a row had a weight.
  private(set) var hasWeights = false

  /// - Parameters:
  ///   - wanted: positions among the attributes.
  ///   - classes: other numbers for the names of some attributes than those that the file declares.
  init(
    _ attributes: [ARFFAttribute], wanted: [Int], missing: MissingValues, classes: [Int: ClassLabels] = [:]
  ) {
    self.attributes = attributes.enumerated().map { place, attribute in
      guard let classes = classes[place] else { return attribute }
      return ARFFAttribute(name: attribute.name, kind: .nominal(classes, numbers: nil))
    }
    var targets = [Int](repeating: -1, count: attributes.count)
    for (place, attribute) in wanted.enumerated() { targets[attribute] = place }
    self.targets = targets
    self.missing = missing
    absent = wanted.map { attribute in
      guard case .nominal(let declared, let numbers) = attributes[attribute].kind else { return 0 }
      guard let other = classes[attribute] else { return numbers?[0] ?? 0 }
      return declared.names.first.flatMap(other.number).map(Double.init) ?? .nan
    }
    givenIn = [Int](repeating: 0, count: attributes.count)
  }

  /// Reads a line into a span, at a place.
  mutating func read(
    _ bytes: [UInt8], _ line: Range<Int>, into span: inout MutableSpan<Double>, at place: Int
  ) throws(ARFFWords.Failure) {
    rows += 1
    for index in absent.indices { span[place + index] = absent[index] }
    let (attributes, targets, missing) = (attributes, targets, missing)
    try forEachValue(bytes, line) { attribute, word throws(ARFFWords.Failure) in
      guard targets[attribute] >= 0 else { return }
      span[place + targets[attribute]] = try ARFFRowReader.value(bytes, word, of: attributes[attribute], missing)
    }
  }

  /// Calls `body` with each value that a line gives.
  mutating func forEachValue(
    _ bytes: [UInt8], _ line: Range<Int>, _ body: (Int, ARFFWord) throws(ARFFWords.Failure) -> Void
  ) throws(ARFFWords.Failure) {
    var words = ARFFWords(bytes, line)
    if words.take(UInt8(ascii: "{")) {
      try forEachSparseValue(&words, body)
    } else {
      try forEachDenseValue(&words, body)
    }
    guard words.isAtEnd() else {
      throw ARFFWords.Failure(
        index: words.index, sentence: "the row goes on after its \(attributes.count) values")
    }
  }

  private mutating func forEachDenseValue(
    _ words: inout ARFFWords, _ body: (Int, ARFFWord) throws(ARFFWords.Failure) -> Void
  ) throws(ARFFWords.Failure) {
    let bytes = words.bytes
    let comma = UInt8(ascii: ",")
    // Without any comma, blanks separate the values.
    let isBlankSeparated = attributes.count > 1 && !bytes[words.index..<words.end].contains(comma)
    for attribute in attributes.indices {
      if attribute > 0, !isBlankSeparated, !words.take(comma) { throw tooShort(&words, attribute) }
      let word = try words.next { byte in byte == comma || (isBlankSeparated && NumberParsing.isBlank(byte)) }
      guard !word.range.isEmpty else {
        if isBlankSeparated || words.isAtEnd() { throw tooShort(&words, attribute) }
        throw ARFFWords.Failure(
          index: word.range.lowerBound, sentence: "the value is empty; ? stands for a missing one")
      }
      try body(attribute, word)
    }
    try skipWeight(&words)
  }

  private func tooShort(_ words: inout ARFFWords, _ found: Int) -> ARFFWords.Failure {
    words.skipBlanks()
    return ARFFWords.Failure(
      index: words.index,
      sentence: "\(found) value\(found == 1 ? "" : "s") \(found == 1 ? "was" : "were") found, \(attributes.count) are "
        + "expected")
  }

  private mutating func forEachSparseValue(
    _ words: inout ARFFWords, _ body: (Int, ARFFWord) throws(ARFFWords.Failure) -> Void
  ) throws(ARFFWords.Failure) {
    let bytes = words.bytes
    if !words.take(UInt8(ascii: "}")) {
      while true {
        words.skipBlanks()
        let start = words.index
        let key = try words.next(until: NumberParsing.isBlank).text(in: bytes)
        guard let index = Int(key), attributes.indices.contains(index) else {
          throw ARFFWords.Failure(
            index: start,
            sentence: "'\(key.prefix(40))' is no index of an attribute, which are 0 to \(attributes.count - 1)")
        }
        guard givenIn[index] != rows || rows == 0 else {
          throw ARFFWords.Failure(index: start, sentence: "the value of attribute \(index) is given twice")
        }
        givenIn[index] = rows
        let word = try words.next { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }
        guard !word.range.isEmpty else {
          throw ARFFWords.Failure(index: words.index, sentence: "the attribute \(index) has no value")
        }
        try body(index, word)
        if words.take(UInt8(ascii: "}")) { break }
        guard words.take(UInt8(ascii: ",")) else {
          throw ARFFWords.Failure(index: words.index, sentence: "a comma or } should follow the value")
        }
      }
    }
    try skipWeight(&words)
  }

  /// Passes over the weight of a row, `, {2.5}`.
  private mutating func skipWeight(_ words: inout ARFFWords) throws(ARFFWords.Failure) {
    var ahead = words
    guard ahead.take(UInt8(ascii: ",")), ahead.take(UInt8(ascii: "{")) else { return }
    let word = try ahead.next { $0 == UInt8(ascii: "}") }
    guard case .number = NumberParsing.parse(ahead.bytes.span.extracting(word.range)), ahead.take(UInt8(ascii: "}"))
    else {
      throw ARFFWords.Failure(index: word.range.lowerBound, sentence: "the weight of the row is no number")
    }
    hasWeights = true
    words = ahead
  }

  private static func value(
    _ bytes: [UInt8], _ word: ARFFWord, of attribute: ARFFAttribute, _ missing: MissingValues
  ) throws(ARFFWords.Failure) -> Double {
    func failure(_ sentence: String) -> ARFFWords.Failure {
      ARFFWords.Failure(index: word.range.lowerBound, sentence: sentence)
    }
    if word.isMissing(in: bytes) {
      guard missing == .nan else { throw failure("the value is missing ('?')") }
      return .nan
    }
    switch attribute.kind {
    case .numeric:
      let content =
        word.isQuoted(in: bytes) ? word.range.lowerBound + 1..<word.range.upperBound - 1 : word.range
      if case .number(let value) = NumberParsing.parse(bytes.span.extracting(content)),
        !value.isNaN || missing == .nan
      {
        return value
      }
      throw failure("'\(FieldText.shown(bytes.span, word.range))' is not a number")
    case .nominal(let classes, let numbers):
      let name = word.text(in: bytes)
      guard let number = classes.number(of: name) else {
        throw failure("'\(name.prefix(40))' is not among the declared values of \(attribute.name)")
      }
      return numbers?[number] ?? Double(number)
    case .other: return .nan
    }
  }
}
