/// What a misspelt name may have meant.
package enum NearestName {
  /// The name that is meant most likely: the same in other cases of letters, or the one with the fewest letters
  /// inserted, left out, exchanged or taken for others.
  ///
  /// - Returns: the first of the nearest; nil where none is near enough to be worth a question.
  package static func of(_ name: String, among names: some Sequence<String>) -> String? {
    var nearest: (name: String, distance: Int)?
    for other in names {
      // Of two names in one folder only the last parts are compared: the folder is spelled right.
      let folder = commonFolder(name, other)
      let written = letters(of: name, from: folder)
      let letters = letters(of: other, from: folder)
      let longer = max(written.count, letters.count)
      // A third of the letters may be wrong; of two one.
      let allowed = min(max(1, longer / 3), longer / 2, (nearest?.distance ?? .max) - 1)
      guard longer <= longest, allowed >= 0, abs(letters.count - written.count) <= allowed else { continue }
      // x3 is not a misspelt x1: numbers are counted, not spelled.
      guard digits(written) == digits(letters) else { continue }
      let distance = distance(written, letters)
      if distance <= allowed { nearest = (other, distance) }
    }
    return nearest?.name
  }

  /// ` (did you mean 'X'?)`, or nothing: what stands behind the words that say that there is no such name.
  package static func question(_ name: String, among names: some Sequence<String>) -> String {
    of(name, among: names).map { " (did you mean '\($0)'?)" } ?? ""
  }

  /// Letters that are compared: names of files may be long, and a distance takes the product of two lengths.
  private static let longest = 64

  /// The letters of a name behind some bytes, one more than are compared at the most.
  private static func letters(of name: String, from start: Int) -> [Unicode.Scalar] {
    Array(Substring(name.utf8.dropFirst(start)).lowercased().unicodeScalars.prefix(longest + 1))
  }

  /// How many bytes the folders take that both names begin with: 2 of `g/c` and `g/d`.
  private static func commonFolder(_ name: String, _ other: String) -> Int {
    var (count, end) = (0, 0)
    for (one, two) in zip(name.utf8, other.utf8) {
      guard one == two else { break }
      count += 1
      if one == UInt8(ascii: "/") { end = count }
    }
    return end
  }

  private static func digits(_ letters: [Unicode.Scalar]) -> [Unicode.Scalar] {
    letters.filter { ("0"..."9").contains($0) }
  }

  /// The distance of Damerau and Levenshtein, in which a letter moves once at most.
  static func distance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
    // Rows of the table of distances between beginnings: the one before the last, the last, this one.
    var (before, last) = ([Int](), Array(0...other.count))
    for row in one.indices {
      var current = [row + 1]
      for column in other.indices {
        let substitution = last[column] + (one[row] == other[column] ? 0 : 1)
        var least = min(substitution, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
          least = min(least, before[column - 1] + 1)
        }
        current.append(least)
      }
      (before, last) = (last, current)
    }
    return last[other.count]
  }
}
