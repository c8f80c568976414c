import TensorFiles
import Tensors

/// Predictions that are kept in memory and written as arrays at the end.
struct PredictionArrays {
  private let columns: ModelColumns
  private var outputs: [Double] = []
  /// The points of a grid, row by row, which no other file has.
  private var inputs: [Double] = []

  init(_ columns: ModelColumns) { self.columns = columns }

  /// The number of rows.
  var count: Int { outputs.count / columns.outputCount }

  /// Adds rows.
  mutating func append(_ outputs: [Double], inputs: [Double]) {
    self.outputs += outputs
    self.inputs += inputs
  }

  /// What a format does not keep of predictions: the names of the classes.
  ///
  /// - Throws: ``FormatError`` when it cannot hold them at all.
  static func losses(_ columns: ModelColumns, in format: any FileFormat) throws(FormatError) -> [String] {
    var sample = PredictionArrays(columns)
    sample.append(Array(repeating: 0, count: columns.outputCount), inputs: [])
    do {
      let archive = try sample.archive(for: format)
      let all = try format.changes(writing: ArchiveSource(archive))
      let withoutNames = try format.changes(writing: ArchiveSource(members: ArchiveSource(archive).members))
      let names = ClassLabels(column: columns.classArrayName ?? "", names: columns.classNames).summary
      return all.filter { !withoutNames.contains($0) }.map { "\($0); \(names)" }
    } catch {
      throw FormatError.converted(error, at: "predictions")
    }
  }

  /// The arrays: `probability` and `label`, `probability` and `class`, or `value`, and the points of a grid as `X`; in
  /// a format of one array all of them as its columns, in the order of the columns of text.
  func archive(for format: any FileFormat) throws(TensorError) -> TensorArchive {
    var archive = TensorArchive()
    let width = count == 0 ? 0 : inputs.count / count
    let classes = columns.classArrayName.map { _ in (0..<count).map { Double(columns.classNumber(outputs, row: $0)) } }
    guard !(format is NPYFormat) else {
      let rows = rows(width: width, classes)
      archive.set("predictions", to: try Tensor(rows, shape: [count, rowLength(width: width)]))
      setClasses(of: "predictions", in: &archive)
      return archive
    }
    if width > 0 { archive.set("X", to: try Tensor(inputs, shape: [count, width])) }
    archive.set(columns.outputName, to: try Tensor(outputs, shape: [count, columns.outputCount]))
    if let name = columns.classArrayName, let classes {
      archive.set(name, to: try Tensor(classes, shape: [count, 1]))
      setClasses(of: name, in: &archive)
    }
    return archive
  }

  /// What the numbers of the classes mean, where that is not the numbers themselves.
  private func setClasses(of name: String, in archive: inout TensorArchive) {
    guard columns.hasNamedClasses, columns.kind != .values else { return }
    archive.setAttribute("classes", of: name, to: .texts(columns.classNames))
  }

  private func rowLength(width: Int) -> Int {
    width + columns.outputCount + (columns.classArrayName == nil ? 0 : 1)
  }

  private func rows(width: Int, _ classes: [Double]?) -> [Double] {
    var rows: [Double] = []
    rows.reserveCapacity(count * rowLength(width: width))
    for row in 0..<count {
      rows += inputs[row * width..<(row + 1) * width]
      if columns.kind == .classes, let classes { rows.append(classes[row]) }
      rows += outputs[row * columns.outputCount..<(row + 1) * columns.outputCount]
      if columns.kind == .probability, let classes { rows.append(classes[row]) }
    }
    return rows
  }
}
