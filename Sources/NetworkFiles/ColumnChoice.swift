public import TensorFiles

/// Columns of a table as users name them: by the header's name, or by the position from 1.
public enum ColumnChoice {
  /// The position, from 0, of one column.
  ///
  /// A name comes before a position: a column whose name is `2` is found by that name.
  ///
  /// - Throws: ``FormatError`` with code `missingArray` that lists the names, or says that a name stands twice.
  public static func position(of choice: String, in names: [String]) throws(FormatError) -> Int {
    let found = names.indices.filter { names[$0] == choice }
    if found.count == 1 { return found[0] }
    if found.count > 1 {
      throw FormatError(
        .unsuitable, at: .object(choice),
        "\(found.count) columns have this name; choose by position, from 1 to \(names.count)")
    }
    if let position = Int(choice), names.indices.contains(position - 1) { return position - 1 }
    throw FormatError(
      .missingArray, at: .object(choice),
      "there is no such column; the columns are \(names.prefix(20).joined(separator: ", "))"
        + (names.count > 20 ? " and \(names.count - 20) more" : ""))
  }

  /// The positions, from 0, of columns that are separated by commas.
  public static func positions(of choices: String, in names: [String]) throws(FormatError) -> [Int] {
    var positions: [Int] = []
    for choice in choices.split(separator: ",", omittingEmptySubsequences: false) {
      positions.append(try position(of: String(choice), in: names))
    }
    return positions
  }
}
