import NetworkFiles
import TensorFiles
import Tensors
import Training

/// The rows of inputs on which networks are looked into or compared: `reg-inspect --data`.
struct ExampleRows {
  private let source: any RowSource
  private let file: String
  /// The number of inputs of a row.
  let inputCount: Int

  /// Rows that are computed together.
  private static let chunk = 1024

  /// The inputs of a network in a file: the columns that the network names, else all columns but that of labels; of
  /// arrays the one with the usual name.
  ///
  /// - Throws: ``FormatError`` when they cannot be found or are not as many as the network's.
  init(_ file: OpenFile, for network: Network) throws {
    self.file = file.input.name
    inputCount = network.inputCount
    guard let table = file.reader as? any TableReader else {
      source = try ArrayInput(
        file, InputChoice(), inputNames: network.inputNames, inputCount: network.inputCount, labels: nil
      ).rows
      return
    }
    do throws(FormatError) {
      let names = table.columnNames
      var columns = Array(names.indices)
      if let inputs = network.inputNames, inputs.allSatisfy(names.contains) {
        columns = []
        for name in inputs { columns.append(try ColumnNames.position(of: name, in: names)) }
      } else if columns.count == network.inputCount + 1 {
        let labels = DatasetNames.labelColumn(among: names)
        columns.removeAll { $0 == labels }
      }
      guard columns.count == network.inputCount else {
        throw FormatError(
          .unsuitable,
          "the network has \(network.inputCount) input\(network.inputCount == 1 ? "" : "s"), the table has "
            + "\(names.count) column\(names.count == 1 ? "" : "s"): there must be as many, and one more for labels, or "
            + "the columns must be named like the inputs")
      }
      source = try table.rows(ofColumns: columns, missing: .error)
    } catch {
      throw error.naming(file.input.name)
    }
  }

  /// Hands out all rows, some at a time, as features (inputs, examples).
  ///
  /// - Returns: the number of rows.
  func forEachBlock(_ body: (_ features: Matrix, _ first: Int) throws -> Void) throws -> Int {
    var block = [Double](repeating: 0, count: ExampleRows.chunk * inputCount)
    var done = 0
    while true {
      var span = block.mutableSpan
      let count = try read(&span)
      if count == 0 { return done }
      let rows = Matrix(rows: count, columns: inputCount, elements: Array(block[..<(count * inputCount)]))
      if let bad = rows.firstBad {
        throw FormatError(
          .unsuitable,
          "input \(bad.column + 1) of row \(done + bad.row + 1) is \(rows[bad.row, bad.column]), not a finite number",
          file: file)
      }
      try body(rows.transposed, done)
      done += count
    }
  }

  private func read(_ span: inout MutableSpan<Double>) throws -> Int {
    do { return try source.nextRows(into: &span) } catch let error as FormatError { throw error.naming(file) }
  }

  /// The error for rows that a network computes no number from.
  func failure(row: Int) -> FormatError {
    FormatError(
      .unsuitable, "the inputs of row \(row + 1) are so large that the network gives no number", file: file)
  }
}

extension Matrix {
  /// The first element that is NaN or infinite.
  fileprivate var firstBad: (row: Int, column: Int)? {
    elements.firstIndex { !$0.isFinite }.map { ($0 / columns, $0 % columns) }
  }
}
