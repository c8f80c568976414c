import Tensors

/// The names that MATLAB's variables can have.
enum MATLABNames {
  /// The most characters of a name (`namelengthmax` in MATLAB).
  static let mostCharacters = 63

  /// The words of the language, which no variable can have as its name (`iskeyword` in MATLAB).
  static let keywords: Set<String> = [
    "break", "case", "catch", "classdef", "continue", "else", "elseif", "end", "for", "function", "global", "if",
    "otherwise", "parfor", "persistent", "return", "spmd", "switch", "try", "while",
  ]

  /// Whether a name is a letter, then letters, digits and `_`, at most 63 in all, and no word of the language.
  static func isName(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard let first = bytes.first, isLetter(first), bytes.count <= mostCharacters else { return false }
    return bytes.allSatisfy(isPart) && !keywords.contains(name)
  }

  /// Checks the name of an array that is to be written.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` that suggests another name.
  static func check(_ name: String) throws(FormatError) {
    guard !isName(name) else { return }
    let reason =
      keywords.contains(name)
      ? "this is a word of MATLAB's own, which no variable can have as its name"
      : "this is no MATLAB name, which is a letter, then letters, digits and _, at most \(mostCharacters) in all"
    throw FormatError(
      .unsuitable, at: .object(name), "\(reason); --rename '\(name)=\(suggestion(for: name))' gives it another")
  }

  /// A name that MATLAB can have and that resembles one that it cannot: `training/cost` becomes `training_cost`.
  static func suggestion(for name: String) -> String {
    if name.isEmpty { return "x" }
    if keywords.contains(name) { return name + "_" }
    var bytes: [UInt8] = []
    for scalar in name.unicodeScalars {
      // One for each character, not for each of its bytes.
      bytes.append(UInt8(exactly: scalar.value).flatMap { isPart($0) ? $0 : nil } ?? underscore)
    }
    if !(bytes.first.map(isLetter) ?? false) {
      bytes = Array("x".utf8) + (bytes.first == underscore ? [] : [underscore]) + bytes
    }
    return String(decoding: bytes.prefix(mostCharacters), as: UTF8.self)
  }

  /// What is said of a file in which several variables have one name; nil where one has it.
  static func note(on name: String, times count: Int) -> String? {
    switch count {
    case ...1: nil
    case 2: "\(name) is there twice; the last one counts"
    default: "\(name) is there \(count) times; the last one counts"
    }
  }

  /// What is said when an array is not written in its own shape; nil where it is.
  static func shapeChange(of name: String, from shape: [Int], to dimensions: [Int]) -> String? {
    guard shape != dimensions else { return nil }
    let found = shape.isEmpty ? "a scalar" : "an array of one dimension"
    return "\(name): \(found) becomes \(Tensor.describe(dimensions)): MATLAB's arrays have two dimensions at least"
  }

  private static let underscore = UInt8(ascii: "_")

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == underscore
  }
}
