import TensorFiles
import ToolSupport

/// The formats, as `reg-inspect --formats` lists them.
enum FormatList {
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
}
