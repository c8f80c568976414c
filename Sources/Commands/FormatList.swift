import TensorFiles
import ToolSupport

/// The formats, as `reg-inspect --formats` lists them.
enum FormatList {
  /// The list for people.
  static var text: String {
    var table = TextTable(columns: [.left, .left, .left, .left])
    table.add(["name", "endings", "", "format"])
    for format in FileFormats.all {
      table.add([
        format.name, format.pathExtensions.map { "." + $0 }.joined(separator: " "),
        format.writes ? "read, write" : "read", format.title,
      ])
    }
    return table.text
  }

  /// The list for programs.
  static var json: JSONValue {
    .object([
      "formats": .array(
        FileFormats.all.map { format in
          .object([
            "name": .text(format.name), "title": .text(format.title), "writes": .bool(format.writes),
            "endings": .array(format.pathExtensions.map { .text("." + $0) }),
          ])
        })
    ])
  }
}
