import NetworkFiles
import TensorFiles

/// A table of rows to be predicted: which columns are the model's inputs.
struct TableInput {
  let input: InputFile
  let layout: TableLayout
  /// The model's inputs, then the labels if they are wanted.
  let selection: ColumnSelection
  let hasLabels: Bool

  /// Finds the columns: those that the user names; else those that the model names; else all but the labels.
  ///
  /// - Throws: ``FormatError`` when they cannot be found or are not as many as the model's inputs.
  init(_ input: InputFile, _ rows: RowOptions, inputNames: [String]?, _ inputCount: Int) throws(FormatError) {
    self.input = input
    do throws(FormatError) {
      var options = TableOptions(delimiter: rows.delimiter.flatMap(Dialect.Delimiter.init), header: .yes)
      // Read as names first: whether the first row is a header can depend on what is found in it.
      let names = rows.header == .no ? [] : try TableLayout(input, options: options).columnNames
      let columnCount = try TableLayout(input, options: options).columnCount
      let positions = rows.header == .no ? (1...columnCount).map(String.init) : names
      let labels = try rows.labels.map { name throws(FormatError) in try ColumnNames.position(of: name, in: positions) }
      let features = try TableInput.features(
        rows.features, inputNames: rows.header == .no ? nil : inputNames, in: positions, except: labels)
      guard features.count == inputCount else {
        throw FormatError(
          .unsuitable,
          "the model has \(inputCount) inputs, but there are \(features.count) columns for them; --features chooses")
      }
      options.header = rows.header
      let isNamed = (rows.features?.split(separator: ",").map(String.init) ?? inputNames ?? []).contains { name in
        names.contains(name) && Double(name) == nil
      }
      if isNamed && rows.header == .auto { options.header = .yes }
      layout = try TableLayout(input, options: options, columns: features)
      hasLabels = labels != nil
      selection = try ColumnSelection(features + (labels.map { [$0] } ?? []), of: layout, missing: .error)
    } catch {
      throw error.naming(input.name)
    }
  }

  private static func features(
    _ chosen: String?, inputNames: [String]?, in names: [String], except labels: Int?
  ) throws(FormatError) -> [Int] {
    if let chosen { return try ColumnNames.positions(of: chosen, in: names) }
    if let inputNames {
      let missing = inputNames.filter { !names.contains($0) }
      if missing.isEmpty {
        var positions: [Int] = []
        for name in inputNames { positions.append(try ColumnNames.position(of: name, in: names)) }
        return positions
      }
      guard missing.count == inputNames.count else {
        throw FormatError(
          .missingArray, at: .object(missing[0]),
          "the model's input is not among the columns \(names.joined(separator: ", ")); --features chooses")
      }
    }
    return names.indices.filter { $0 != labels }
  }
}
