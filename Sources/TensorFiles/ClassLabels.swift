/// The classes that stand as texts in a column, in order: their numbers are 0, 1, 2 …
public struct ClassLabels: Sendable, Hashable {
  /// The name of the column.
  public let column: String
  /// The names of the classes: in order of appearance in a table, as declared where the file declares them.
  public let names: [String]
  /// Where each name stands.
  private let numbers: [String: Int]

  /// Classes of a column; a name that stands twice counts where it stands first.
  public init(column: String, names: [String]) {
    self.column = column
    self.names = names
    numbers = Dictionary(zip(names, names.indices)) { first, _ in first }
  }

  /// The most classes that a column of texts may have: more are rather the names of the rows.
  public static let most = 10_000

  /// The number of a class, or nil where it is none.
  public func number(of name: String) -> Int? { numbers[name] }

  /// What is said of them: `classes of species: 0 setosa, 1 versicolor, 2 virginica`.
  public var summary: String { "classes of \(column): " + list }

  /// The numbers and names, at most 20 of them.
  private var list: String {
    names.prefix(20).enumerated().map { "\($0.offset) \($0.element)" }.joined(separator: ", ")
      + (names.count > 20 ? " and \(names.count - 20) more" : "")
  }
}
