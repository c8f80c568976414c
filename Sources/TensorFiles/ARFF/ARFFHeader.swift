/// One column as it is declared.
struct ARFFAttribute {
  /// What its values are.
  enum Kind {
    case numeric
    /// One of the names, or one of the numbers where all names are numbers.
    case nominal(ClassLabels, numbers: [Double]?)
    /// Strings, dates and relations, which are no numbers: the class in the file's own words.
    case other(String)
  }

  let name: String
  let kind: Kind

  var isNumbers: Bool {
    if case .other = kind { false } else { true }
  }
}

/// What stands before the rows.
struct ARFFHeader {
  private(set) var attributes: [ARFFAttribute] = []
  /// Where the line after `@data` begins, and its number.
  private(set) var firstByte = 0
  private(set) var firstLine = 1

  private let file: String
  private var names: Set<String> = []
  /// The relations inside which the next attribute stands; those are parts of a value, not columns.
  private var depth = 0
  private var isAtData = false

  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    file = input.name
    let lines = try TextLines(input)
    while !isAtData {
      guard try lines.advance() else {
        throw FormatError(.truncated, "the file ends before @data", file: file)
      }
      do throws(ARFFWords.Failure) {
        try read(ARFFWords(lines.bytes, lines.range))
      } catch {
        throw FormatError(.damaged, at: lines.location(of: error.index), error.sentence, file: file)
      }
      guard attributes.count <= limits.objects else {
        throw FormatError(
          .limit, at: .line(lines.number, column: nil), "there are more than \(limits.objects) attributes", file: file)
      }
    }
    guard !attributes.isEmpty else {
      throw FormatError(
        .damaged, at: .line(lines.number, column: nil), "there is no @attribute before @data", file: file)
    }
    firstLine = lines.number + 1
    firstByte = lines.offsetOfNext
  }

  private mutating func read(_ line: ARFFWords) throws(ARFFWords.Failure) {
    var words = line
    guard !words.isAtEnd() else { return }
    let start = words.index
    let keyword = try words.nextWord().text(in: words.bytes).lowercased()
    switch keyword {
    case "@relation": return
    case "@end": depth = max(0, depth - 1)
    case "@data": isAtData = true
    case "@attribute": try readAttribute(&words)
    default:
      throw ARFFWords.Failure(
        index: start, sentence: "@relation, @attribute or @data should begin here, found '\(keyword.prefix(40))'")
    }
  }

  private mutating func readAttribute(_ words: inout ARFFWords) throws(ARFFWords.Failure) {
    let bytes = words.bytes
    words.skipBlanks()
    let start = words.index
    let name = try words.nextWord().text(in: bytes)
    guard words.index > start else { throw ARFFWords.Failure(index: start, sentence: "the attribute has no name") }
    words.skipBlanks()
    let place = words.index
    let kind: ARFFAttribute.Kind
    if words.take(UInt8(ascii: "{")) {
      kind = try readNames(&words, of: name)
    } else {
      let type = try words.nextWord().text(in: bytes).lowercased()
      switch type {
      case "numeric", "real", "integer": kind = .numeric
      case "string", "date", "relational": kind = .other(type)
      default:
        throw ARFFWords.Failure(
          index: place,
          sentence: "'\(type.prefix(40))' is no type; there are numeric, real, integer, {names}, string, date, "
            + "relational"
        )
      }
      if type == "relational" { depth += 1 }
      // Its own attributes follow.
      if type == "relational" && depth > 1 { return }
      if type != "relational" && depth > 0 { return }
    }
    if case .nominal = kind, depth > 0 { return }
    guard names.insert(name).inserted else {
      throw ARFFWords.Failure(index: start, sentence: "the attribute '\(name)' is declared twice")
    }
    attributes.append(ARFFAttribute(name: name, kind: kind))
  }

  /// The names of a nominal attribute, behind its opening brace.
  private func readNames(
    _ words: inout ARFFWords, of column: String
  ) throws(ARFFWords.Failure) -> ARFFAttribute.Kind {
    let bytes = words.bytes
    var names: [String] = []
    var numbers: [Double]? = []
    if !words.take(UInt8(ascii: "}")) {
      while true {
        let word = try words.next { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }
        names.append(word.text(in: bytes))
        if case .number(let value) = NumberParsing.parse(bytes.span.extracting(word.range)) {
          numbers?.append(value)
        } else {
          numbers = nil
        }
        if words.take(UInt8(ascii: "}")) { break }
        guard words.take(UInt8(ascii: ",")) else {
          throw ARFFWords.Failure(index: words.index, sentence: "a comma or } should follow the name of a class")
        }
      }
    }
    return .nominal(ClassLabels(column: column, names: names), numbers: names.isEmpty ? nil : numbers)
  }
}
