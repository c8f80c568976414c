/// Columns of a table as users name them: by the header's name, or by the position counted from 1.
public enum ColumnNames {
  /// The position, counted from 0, of a column given by its name or by its position counted from 1.
  public static func position(of name: String, in names: [String]) throws(FormatError) -> Int {
    let found = names.indices.filter { names[$0] == name }
    if found.count == 1 { return found[0] }
    guard found.isEmpty else {
      let positions = found.map { String($0 + 1) }.joined(separator: ", ")
      throw FormatError(
        .unsuitable, "several columns are named '\(name)'; name one by its position: \(positions)")
    }
    if let number = Int(name), number >= 1, number <= names.count { return number - 1 }
    throw FormatError(
      .missingArray,
      "there is no column '\(name)'\(NearestName.question(name, among: names)); the table has "
        + names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : ""))
  }

  /// The names in a list that is separated by commas; as in CSV, a name that holds a comma stands in quotes.
  public static func names(in list: String) -> [String] {
    let bytes = Array(list.utf8)
    var fields: [Range<Int>] = []
    FieldSplitter(Dialect()).split(bytes.span, bytes.indices, into: &fields)
    return fields.map { field in
      String(decoding: FieldText.unquoted(bytes.span, field) ?? Array(bytes[field]), as: UTF8.self)
    }
  }

  /// The positions, counted from 0, of columns whose names or positions are separated by commas.
  public static func positions(of list: String, in all: [String]) throws(FormatError) -> [Int] {
    var positions: [Int] = []
    for name in names(in: list) { positions.append(try position(of: name, in: all)) }
    return positions
  }
}
