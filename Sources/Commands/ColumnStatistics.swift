import TensorFiles
import Tensors
import ToolSupport

/// The statistics of every column of a table, in one pass over it.
struct ColumnStatistics {
  /// The columns in their order; without statistics those that are text.
  private let columns: [(name: String, statistics: TensorStatistics?)]

  /// Columns that are shown to people.
  private static let mostShown = 50
  /// Numbers that are read at a time.
  private static let blockLength = 1 << 17

  /// - Throws: ``FormatError`` at the first field of a column of numbers that is none.
  init(_ table: any TableReader) throws(FormatError) {
    let names = table.columnNames
    let numeric = names.indices.filter { !table.textColumns.contains($0) }
    var found = numeric.map { _ in TensorStatistics() }
    do {
      let rows = try table.rows(ofColumns: numeric)
      var block = [Double](repeating: 0, count: max(ColumnStatistics.blockLength, numeric.count))
      while !numeric.isEmpty {
        var span = block.mutableSpan
        let count = try rows.nextRows(into: &span)
        if count == 0 { break }
        for place in numeric.indices {
          found[place].add((0..<count).map { block[$0 * numeric.count + place] })
        }
      }
    } catch let error as FormatError {
      throw error
    } catch {
      throw FormatError(.inputOutput, "\(error)")
    }
    let byColumn = Dictionary(uniqueKeysWithValues: zip(numeric, found))
    columns = names.indices.map { (names[$0], byColumn[$0]) }
  }

  /// A line for each column, under that of the table.
  var rows: [[String]] {
    var rows = columns.prefix(ColumnStatistics.mostShown).map { name, statistics in
      ["  " + name.escapingControls, "", statistics == nil ? "text" : ""]
        + (statistics?.columns ?? Array(repeating: "", count: 7))
    }
    if columns.count > ColumnStatistics.mostShown {
      rows.append(["  … \(columns.count - ColumnStatistics.mostShown) more", "", ""] + Array(repeating: "", count: 7))
    }
    return rows
  }

  /// The columns for programs.
  var json: JSONValue {
    .array(
      columns.map { name, statistics in
        .object(["name": JSONValue.text(name)].merging(statistics?.json ?? ["type": .text("text")]) { _, new in new })
      })
  }
}

extension TensorStatistics {
  /// Minimum, maximum, mean, standard deviation, zeros, NaN and infinities for people.
  var columns: [String] {
    [minimum, maximum, mean, standardDeviation].map(\.fourDigits) + [zeros, nans, infinities].map(String.init)
  }

  /// The same for programs.
  var json: [String: JSONValue] {
    [
      "min": JSONValue(minimum), "max": JSONValue(maximum), "mean": JSONValue(mean),
      "std": JSONValue(standardDeviation), "zeros": .integer(zeros), "nan": .integer(nans), "inf": .integer(infinities),
    ]
  }
}
