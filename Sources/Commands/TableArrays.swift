import ArgumentParser
import TensorFiles
import Tensors
import ToolSupport

/// How a table is read, and which of its columns become which array.
struct TableReadingOptions: ParsableArguments {
  @Option(
    help: "The columns of the features, by name or position: they become the array X, or data without --labels.",
    completion: .arrayNames)
  var features: String?

  @Option(help: "The column of the labels: it becomes the array y, the others X.", completion: .arrayName)
  var labels: String?

  @Option(
    help:
      "Whether the first row is a header: auto, yes or no. Auto: when one of its fields is no number. (default: auto)")
  var header: HeaderChoice?

  @Option(help: ArgumentHelp("What separates the columns. (default: found from the first rows)", valueName: "c"))
  var delimiter: String?

  func validate() throws {
    if let delimiter, Dialect.Delimiter(delimiter) == nil {
      throw ValidationError("--delimiter must be one character that is not part of a number, found '\(delimiter)'")
    }
  }

  /// What is known about a table before it is opened.
  var options: TableOptions {
    TableOptions(delimiter: delimiter.flatMap { Dialect.Delimiter($0) }, header: header ?? .auto)
  }

  /// Whether columns are chosen, which only tables have.
  var choosesColumns: Bool { features != nil || labels != nil }

  /// The options that were given and are only for tables.
  var given: [String] {
    [
      ("--labels", labels != nil), ("--features", features != nil), ("--header", header != nil),
      ("--delimiter", delimiter != nil),
    ].filter(\.1).map(\.0)
  }
}

/// The columns of a table as arrays: `X` (rows, features) and `y` (rows, 1), or `data`.
struct TableArrays {
  private(set) var archive = ArchiveSource()
  /// What the labels are numbers of, where they stand as texts.
  private(set) var classes: ClassLabels?
  /// Whether the file itself says what they are numbers of.
  private(set) var areDeclared = false

  init(_ options: TableReadingOptions, of table: any TableReader, file: String) throws(FormatError) {
    do throws(FormatError) {
      let names = table.columnNames
      let labels = try options.labels.map { name throws(FormatError) in try ColumnNames.position(of: name, in: names) }
      let features =
        try options.features.map { list throws(FormatError) in try ColumnNames.positions(of: list, in: names) }
        ?? names.indices.filter { $0 != labels }
      if let labels, features.contains(labels) {
        throw FormatError(
          .unsuitable, at: .object(names[labels]), "this column is among the features and is also the labels")
      }
      guard !features.isEmpty else {
        throw FormatError(.unsuitable, "there is one column, features and labels need two at least")
      }
      add(labels == nil ? "data" : "X", features, of: table)
      guard let labels else { return }
      classes = try table.classes(ofColumn: labels)
      areDeclared = try table.declaredClasses(ofColumn: labels) != nil
      add("y", [labels], of: table, classes: classes)
      if let classes { archive.attributes.set("classes", of: "y", to: .texts(classes.names)) }
    } catch {
      throw error.naming(file)
    }
  }

  private mutating func add(_ name: String, _ columns: [Int], of table: any TableReader, classes: ClassLabels? = nil) {
    let numbered = classes.map { [columns[0]: $0] } ?? [:]
    archive.members.append(.init(name: name, source: table.source(ofColumns: columns, classes: numbered)))
    guard table.hasHeader else { return }
    archive.attributes.set("columns", of: name, to: .texts(columns.map { table.columnNames[$0] }))
  }
}
