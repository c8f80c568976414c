import TensorFiles
import Tensors

/// A text in rows and columns, read column by column.
enum ReadTable {
  /// Columns that are looked at.
  private static let mostColumns = 3

  /// Reads the texts, the classes and the numbers of the first columns.
  static func check(_ table: any TableReader) {
    let columns = table.columnNames.count
    guard table.textColumns.allSatisfy({ (0..<columns).contains($0) }) else { broken("columns \(table.textColumns)") }
    for column in 0..<min(columns, mostColumns) {
      var texts: [String]?
      do throws(FormatError) { texts = try table.texts(ofColumn: column) } catch { OpenedFile.check(error) }
      if let texts, let rows = table.entries.first?.shape.first, texts.count != rows {
        broken("column \(column) has \(texts.count) texts in \(rows) rows")
      }
      do throws(FormatError) {
        if let classes = try table.classes(ofColumn: column) {
          numbers(in: try table.rows(ofColumns: [column], missing: .nan, classes: [column: classes]))
        }
      } catch { OpenedFile.check(error) }
      for missing in [MissingValues.nan, .error] {
        do throws(FormatError) { numbers(in: try table.rows(ofColumns: [column], missing: missing)) } catch {
          OpenedFile.check(error)
        }
      }
      do throws(FormatError) { _ = try table.location(ofRow: 0, column: column) } catch { OpenedFile.check(error) }
    }
  }

  private static func numbers(in rows: any RowSource) {
    var block = [Double](repeating: 0, count: 16 * max(1, rows.columnCount))
    do {
      while true {
        var span = block.mutableSpan
        if try rows.nextRows(into: &span) == 0 { break }
      }
    } catch let error as FormatError { OpenedFile.check(error) } catch { broken("\(error)") }
  }
}
