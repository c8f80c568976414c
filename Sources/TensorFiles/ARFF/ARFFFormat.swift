/// Weka's attribute-relation files, dense and sparse, read only. Format: `Formats/arff`.
public struct ARFFFormat: FileFormat {
  public let name = "arff"
  public let title = "ARFF (Weka)"
  public let pathExtensions = ["arff"]
  public var isText: Bool { true }
  public let writes = false

  /// The format.
  public init() {}

  /// Whether the first line that is neither blank nor a comment begins with `@relation` or `@attribute`; a prefix of
  /// comments alone that goes on is ARFF too.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool {
    let start = prefix.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var hasComment = false
    for line in prefix[start...].split(whereSeparator: { $0 == 10 || $0 == 13 }) {
      guard let first = line.firstIndex(where: { !NumberParsing.isBlank($0) }) else { continue }
      if line[first] == UInt8(ascii: "%") {
        hasComment = true
        continue
      }
      let word = String(decoding: line[first...].prefix(10), as: UTF8.self).lowercased()
      return word.hasPrefix("@relation") || word.hasPrefix("@attribute")
    }
    return hasComment && prefix.count == FileFormats.prefixLength
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try ARFFReader(input, limits: limits)
  }
}
