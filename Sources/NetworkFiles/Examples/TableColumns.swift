import TensorFiles

/// The columns of a table that are the features, the labels and the weights, by position from 0.
struct TableColumns {
  let features: [Int]
  let labels: [Int]
  let weights: Int?

  /// Columns by the user's choice or by the usual names: labels in `y`, `label`, `target` or `class`, else in the last
  /// column, features in all others but that of the weights.
  init(_ selection: DatasetSelection, of table: any TableReader) throws(FormatError) {
    let names = table.columnNames
    weights = try selection.weights.map { name throws(FormatError) in try ColumnNames.position(of: name, in: names) }
    let weights = weights
    if let chosen = selection.labels {
      // A name that holds a comma is one name, where there is such a column.
      labels =
        names.contains(chosen)
        ? [try ColumnNames.position(of: chosen, in: names)] : try ColumnNames.positions(of: chosen, in: names)
    } else {
      let others = names.indices.filter { $0 != weights }
      labels = others.isEmpty ? [0] : [others[DatasetNames.labelColumn(among: others.map { names[$0] })]]
    }
    let labels = labels
    if let chosen = selection.features {
      features = try ColumnNames.positions(of: chosen, in: names)
    } else {
      features = names.indices.filter { !labels.contains($0) && $0 != weights }
    }
    guard !features.isEmpty else {
      throw FormatError(
        .unsuitable,
        names.count == 1
          ? "there is one column, features and labels need two at least (is the delimiter another one?)"
          : "no column is left for the features beside \(labels.map { names[$0] }.joined(separator: ", "))"
            + (weights.map { " and the weights \(names[$0])" } ?? ""))
    }
    if let both = features.first(where: labels.contains) {
      throw FormatError(
        .unsuitable, at: .object(names[both]), "this column is among the features and is also the labels")
    }
    if let weights, features.contains(weights) || labels.contains(weights) {
      throw FormatError(
        .unsuitable, at: .object(names[weights]),
        "this column is among the \(labels.contains(weights) ? "labels" : "features") and is also the weights")
    }
    if let twice = labels.indices.first(where: { labels[..<$0].contains(labels[$0]) }) {
      throw FormatError(.unsuitable, at: .object(names[labels[twice]]), "this column of labels is named twice")
    }
  }
}
