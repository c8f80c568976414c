/// SVMlight and LIBSVM text: a label and the features that are not zero on each line. Format: `Formats/svmlight`.
public struct SVMLightFormat: FileFormat {
  public let name = "svmlight"
  public let title = "SVMlight, LIBSVM"
  public let pathExtensions = ["svm", "svmlight", "libsvm"]
  public var isText: Bool { true }
  public let mayBeCompressed = true

  /// The format.
  public init() {}

  /// Whether every line but comments and blank ones is a label and pairs `index:value`, and there is a pair.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool {
    let isWhole = prefix.count < FileFormats.prefixLength
    var hasPair = false
    var start = prefix.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < prefix.count {
      let end = prefix[start...].firstIndex { $0 == 10 || $0 == 13 } ?? prefix.count
      // A line that goes on behind the prefix is judged by its whole words.
      let isCut = end == prefix.count && !isWhole
      var words = SVMLightWords(prefix, start..<end)
      var (isFirst, waiting) = (true, Range<Int>?.none)
      while let word = words.next() {
        if let waiting {
          guard SVMLightFormat.isWord(prefix, waiting, isFirst: isFirst, &hasPair) else { return false }
          isFirst = false
        }
        waiting = word
      }
      if let waiting, !isCut || words.isComment {
        guard SVMLightFormat.isWord(prefix, waiting, isFirst: isFirst, &hasPair) else { return false }
      }
      start = end + 1
    }
    return hasPair
  }

  /// Whether a word may stand in a line: a label or several at first, then `qid:1`, `2:0.5`.
  private static func isWord(_ bytes: [UInt8], _ word: Range<Int>, isFirst: Bool, _ hasPair: inout Bool) -> Bool {
    if let colon = bytes[word].firstIndex(of: UInt8(ascii: ":")) {
      let key = bytes[word.lowerBound..<colon]
      if isNumber(bytes, colon + 1..<word.upperBound), key.allSatisfy(NumberParsing.isDigit), !key.isEmpty {
        hasPair = true
        return true
      }
      return key.elementsEqual("qid".utf8) && isNumber(bytes, colon + 1..<word.upperBound)
    }
    guard isFirst else { return false }
    return bytes[word].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).allSatisfy {
      isNumber(bytes, $0.indices)
    }
  }

  private static func isNumber(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    if case .number = NumberParsing.parse(bytes.span.extracting(range)) { true } else { false }
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try SVMLightReader(input, limits: limits)
  }
}

/// The words of a line up to its comment.
struct SVMLightWords {
  private let bytes: [UInt8]
  private var index: Int
  private let end: Int
  /// Whether the words were ended by a comment.
  private(set) var isComment = false

  init(_ bytes: [UInt8], _ line: Range<Int>) {
    self.bytes = bytes
    index = line.lowerBound
    end = line.upperBound
  }

  /// The next word; nil at the end of the line or where a comment begins.
  mutating func next() -> Range<Int>? {
    while index < end, NumberParsing.isBlank(bytes[index]) { index += 1 }
    guard index < end else { return nil }
    if bytes[index] == UInt8(ascii: "#") {
      isComment = true
      return nil
    }
    let start = index
    while index < end, !NumberParsing.isBlank(bytes[index]), bytes[index] != UInt8(ascii: "#") { index += 1 }
    return start..<index
  }
}
