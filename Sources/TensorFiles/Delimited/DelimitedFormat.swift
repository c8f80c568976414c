/// Text in rows and columns: CSV and its relatives.
public struct DelimitedFormat: FileFormat {
  public let name: String
  public let title: String
  public let pathExtensions: [String]
  public var isText: Bool { true }
  public var mayBeCompressed: Bool { true }
  /// What separates the fields that are written.
  public let delimiter: Dialect.Delimiter
  /// What is known about a table that is read.
  public var options: TableOptions

  /// Comma-separated values; reading finds other delimiters too.
  public static let csv = DelimitedFormat(
    name: "csv", title: "delimited text (CSV)", pathExtensions: ["csv"],
    delimiter: .comma, options: TableOptions())
  /// Tab-separated values.
  public static let tsv = DelimitedFormat(
    name: "tsv", title: "tab-separated values", pathExtensions: ["tsv", "tab"], delimiter: .tab,
    options: TableOptions(delimiter: .tab))

  /// The same format with what the user has said about the table; what is left open stays as it is.
  public func with(_ options: TableOptions) -> DelimitedFormat {
    var format = self
    format.options = options
    format.options.delimiter = options.delimiter ?? self.options.delimiter
    return format
  }

  /// Whether the first bytes look like text: no control characters but those that text has, and the escape character,
  /// which is left by programs that colour what they print.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool {
    !prefix.isEmpty && prefix.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) || $0 == 0x1B }
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try DelimitedReader(input, options: options, limits: limits)
  }
}
