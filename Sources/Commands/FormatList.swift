import NetworkFiles
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
    table.add(["", "", "", "networks:"])
    for form in NetworkFormats.all {
      table.add([
        form.name, form.pathExtensions.map { "." + $0 }.joined(separator: " "), form.writes ? "read, write" : "read",
        form.title,
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
        }),
      "networks": .array(
        NetworkFormats.all.map { form in
          .object([
            "name": .text(form.name), "title": .text(form.title), "writes": .bool(form.writes),
            "endings": .array(form.pathExtensions.map { .text("." + $0) }),
          ])
        }),
    ])
  }
}
