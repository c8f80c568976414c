import FoundationEssentials

/// A page of HTML that stands alone: texts, tables and pictures, without scripts and without anything from elsewhere.
///
/// It says so itself, in a policy that lets a browser take nothing but the pictures in the page.
package struct Report: Sendable {
  /// A part of the page.
  package enum Part: Sendable {
    /// Names and what they are.
    case facts([(name: String, value: String)])
    /// Rows and columns with headers.
    case table(Table)
    /// Pictures side by side.
    case figures([Figure])
  }

  /// Rows and columns with headers.
  package struct Table: Sendable {
    /// What the table is.
    package var caption: String
    /// The headers of the columns, the first that of the rows' headers.
    package var header: [String]
    /// The rows; the first text of each is its header.
    package var rows: [[String]]
    /// Whether the columns hold numbers.
    package var isNumeric = true

    /// A table.
    package init(_ caption: String, header: [String], rows: [[String]], isNumeric: Bool = true) {
      (self.caption, self.header, self.rows, self.isNumeric) = (caption, header, rows, isNumeric)
    }
  }

  /// A picture.
  package struct Figure: Sendable {
    /// The picture as SVG.
    package var svg: [UInt8]
    /// Its size in pixels.
    package var size: (width: Int, height: Int)
    /// What it shows, for those who cannot see it.
    package var description: String

    /// A picture.
    package init(svg: [UInt8], size: (width: Int, height: Int), description: String) {
      (self.svg, self.size, self.description) = (svg, size, description)
    }
  }

  /// The page's title.
  package var title: String
  /// What stands under the title.
  package var parts: [Part] = []
  /// Parts with headings.
  package var sections: [(heading: String, parts: [Part])] = []
  /// The last line.
  package var footer: String

  /// A page without content.
  package init(title: String, footer: String) { (self.title, self.footer) = (title, footer) }

  /// The page.
  package var html: String {
    var text = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(Report.policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(XML.escaped(title))</title>
      <style>
      \(Report.style)
      </style>
      </head>
      <body>
      <main>
      <h1>\(XML.escaped(title))</h1>

      """
    for part in parts { text += html(part) }
    for section in sections {
      text += "<section>\n<h2>\(XML.escaped(section.heading))</h2>\n"
      for part in section.parts { text += html(part) }
      text += "</section>\n"
    }
    return text + "</main>\n<footer>\(XML.escaped(footer))</footer>\n</body>\n</html>\n"
  }

  private static let policy =
    "img-src data:; "
    + ["script", "connect", "font", "object", "frame", "media", "worker", "manifest"].map { "\($0)-src 'none'; " }
    .joined()
    + "base-uri 'none'; form-action 'none'"

  private static let style = """
    :root { --ink: #222; --aside: #555; --paper: #fff; --line: #d8d8d8; --card: #fff; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e8e8e8; --aside: #b0b0b0; --paper: #1b1c1e; --line: #45474a; --card: #fff; }
    }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
    main, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
    h1 { font-size: 1.75rem; font-weight: 600; margin: 40px 0 8px; }
    h2 { font-size: 1.2rem; font-weight: 600; margin: 36px 0 12px; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 20px; margin: 12px 0; }
    dt { color: var(--aside); }
    dd { margin: 0; overflow-wrap: anywhere; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--aside); padding-bottom: 8px; }
    th, td { padding: 5px 18px 5px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
    td { overflow-wrap: anywhere; min-width: 5rem; }
    th { font-weight: 600; }
    tbody th { font-weight: 400; white-space: nowrap; }
    .numbers td, .numbers thead th:not(:first-child) { text-align: right; }
    .figures { display: flex; flex-wrap: wrap; gap: 16px; }
    figure { margin: 0; flex: 0 1 auto; background: var(--card); border: 1px solid var(--line); border-radius: 6px;
      padding: 6px; max-width: 100%; box-sizing: border-box; }
    .three figure { flex: 1 1 300px; max-width: 362px; }
    img { display: block; max-width: 100%; height: auto; }
    footer { color: var(--aside); font-size: 0.85rem; margin-top: 40px; padding-bottom: 32px; }
    """

  private func html(_ part: Part) -> String {
    switch part {
    case .facts(let facts):
      return "<dl>\n"
        + facts.map { "<dt>\(XML.escaped($0.name))</dt><dd>\(XML.escaped($0.value))</dd>\n" }.joined() + "</dl>\n"
    case .table(let table): return html(table)
    case .figures(let figures):
      let images = figures.map { figure in
        "<figure><img width=\"\(figure.size.width)\" height=\"\(figure.size.height)\" "
          + "alt=\"\(XML.escaped(figure.description))\" src=\"data:image/svg+xml;base64,\(Data(figure.svg).base64EncodedString())\">"
          + "</figure>\n"
      }
      return "<div class=\"figures\(figures.count > 2 ? " three" : "")\">\n\(images.joined())</div>\n"
    }
  }

  private func html(_ table: Table) -> String {
    var text = "<div class=\"scroll\"><table\(table.isNumeric ? " class=\"numbers\"" : "")>\n"
    text += "<caption>\(XML.escaped(table.caption))</caption>\n<thead><tr>"
    for name in table.header { text += "<th scope=\"col\">\(XML.escaped(name))</th>" }
    text += "</tr></thead>\n<tbody>\n"
    for row in table.rows {
      text += "<tr><th scope=\"row\">\(XML.escaped(row.first ?? ""))</th>"
      for cell in row.dropFirst() { text += "<td>\(XML.escaped(cell))</td>" }
      text += "</tr>\n"
    }
    return text + "</tbody>\n</table></div>\n"
  }
}
