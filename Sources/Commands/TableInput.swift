import NetworkFiles
import TensorFiles

/// A table of rows to be predicted: which columns are the model's inputs.
struct TableInput {
  let input: InputFile
  let layout: TableLayout
  /// The model's inputs, then the labels where these are numbers.
  let selection: ColumnSelection
  /// The columns of the labels, if they are wanted.
  let labelColumns: [Int]
  /// What labels may be, if they are wanted.
  let labels: TrueLabels?

  /// Finds the columns: those that the user names; else those that the model names; else all but the labels.
  ///
  /// - Throws: ``FormatError`` when they cannot be found or are not as many as the model's inputs.
  init(
    _ input: InputFile, _ format: DelimitedFormat, _ rows: RowOptions, inputNames: [String]?, _ inputCount: Int,
    labels wanted: TrueLabels
  ) throws(FormatError) {
    self.input = input
    labels = rows.labels == nil ? nil : wanted
    do throws(FormatError) {
      var options = format.options
      options.delimiter = rows.delimiter.flatMap(Dialect.Delimiter.init) ?? options.delimiter
      let labelNames = rows.labels.map { wanted.columnCount == 1 ? [$0] : ColumnNames.names(in: $0) } ?? []
      options.header = try TableInput.header(input, options, rows, inputNames, labelNames)
      layout = try TableLayout(input, options: options)
      // Without a header these are the positions.
      let names = layout.columnNames
      var labelColumns: [Int] = []
      for name in labelNames { labelColumns.append(try ColumnNames.position(of: name, in: names)) }
      self.labelColumns = labelColumns
      if rows.labels != nil { try wanted.check(columnCount: labelColumns.count) }
      let features = try TableInput.features(
        rows.features, inputNames: layout.hasHeader ? inputNames : nil, in: names, except: labelColumns)
      guard features.count == inputCount else {
        throw TableInput.failure(inputCount, names, rows, found: features.count)
      }
      // Names are read from the record as they stand.
      let numbers = wanted.reading == .numbers ? labelColumns : []
      selection = try ColumnSelection(features + numbers, of: layout, missing: .error)
    } catch {
      throw error.naming(input.name)
    }
  }

  /// Why the columns are not the model's inputs, and what chooses them.
  private static func failure(
    _ inputCount: Int, _ names: [String], _ rows: RowOptions, found: Int
  ) -> FormatError {
    func count(_ number: Int, _ thing: String) -> String { "\(number) \(thing)\(number == 1 ? "" : "s")" }
    let model = "the model has \(count(inputCount, "input")), but "
    if rows.features != nil {
      return FormatError(.unsuitable, model + "--features names \(count(found, "column"))")
    }
    let shown = names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
    var sentence = model + "the table has \(count(names.count, "column")) (\(shown))"
    if let labels = rows.labels { sentence += ", of which \(labels) holds the labels" }
    if found > inputCount {
      let isPlain = !names.contains { $0.contains(where: ",\"".contains) } && Set(names).count == names.count
      let inputs = (isPlain ? names : names.indices.map { String($0 + 1) }).filter { $0 != rows.labels }.prefix(
        inputCount)
      sentence += "; --features" + (inputCount <= 20 ? " " + inputs.joined(separator: ",") : "") + " chooses the inputs"
      if rows.labels == nil { sentence += ", --labels names the column of labels" }
    }
    return FormatError(.unsuitable, sentence)
  }

  /// Whether the first record is a header: when one of its features is not a number.
  ///
  /// Which columns are the features can depend on the header. So first it is asked whether the first record has the
  /// names that are looked for, then whether there are numbers at the positions; a number in the first record is never
  /// taken for a name.
  private static func header(
    _ input: InputFile, _ options: TableOptions, _ rows: RowOptions, _ inputNames: [String]?, _ labelNames: [String]
  ) throws(FormatError) -> HeaderChoice {
    if let header = rows.header, header != .auto { return header }
    var options = options
    options.header = .yes
    let names = try TableLayout(input, options: options).columnNames
    let features = rows.features.map(ColumnNames.names)
    let wanted = (features ?? inputNames ?? []) + labelNames
    if wanted.contains(where: { names.contains($0) && Double($0) == nil }) { return .yes }
    options.header = .auto
    let positions = names.indices.map { String($0 + 1) }
    let chosen = features ?? positions.filter { !labelNames.contains($0) }
    let columns = chosen.compactMap(positions.firstIndex)
    // A name that is nowhere: what the rows look like decides how the error names the columns.
    let areKnown = columns.count == chosen.count
    return try TableLayout(input, options: options, columns: areKnown ? columns : nil).hasHeader ? .yes : .no
  }

  private static func features(
    _ chosen: String?, inputNames: [String]?, in names: [String], except labels: [Int]
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
    return names.indices.filter { !labels.contains($0) }
  }
}
