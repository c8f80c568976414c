public import Tensors

/// Writing: indices from 1, zeros left out, every number in the shortest form that reads back as the same.
extension SVMLightFormat {
  /// What is not kept: types but float64 (int64 of `qid`), attributes, a column in the place of a vector.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` where the arrays are not `X`, `y` and perhaps
  ///   `qid` of equally many rows.
  public func changes(writing archive: ArchiveSource) throws(FormatError) -> [String] {
    let rows = try SVMLightToWrite(archive)
    var changes: [String] = []
    let labels = rows.labels.source.shape
    if labels.count == 2 {
      changes.append("y: \(Tensor.describe(labels)) becomes \(rows.rowCount), labels are a vector in SVMlight")
    }
    for member in archive.members where member.source.elementType != (member.name == "qid" ? .int64 : .float64) {
      let type = member.name == "qid" ? "int64" : "float64"
      changes.append("\(member.name): \(member.source.elementType.rawValue) is read back as \(type), text has no types")
    }
    changes += archive.attributeLosses(in: "SVMlight")
    return changes
  }

  public func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    let rows: SVMLightToWrite
    do throws(FormatError) { rows = try SVMLightToWrite(archive) } catch { throw error.naming(output.name) }
    try rows.write(to: &output)
  }
}

/// An archive that the format can hold.
private struct SVMLightToWrite {
  let rowCount: Int
  let labels: ArchiveSource.Member
  private let features: ArchiveSource.Member
  private let queries: ArchiveSource.Member?
  private let width: Int

  /// Bytes of numbers that are read at a time.
  private static let blockLength = 1 << 20

  init(_ archive: ArchiveSource) throws(FormatError) {
    func member(_ name: String) -> ArchiveSource.Member? { archive.members.first { $0.name == name } }
    for member in archive.members {
      guard ["X", "y", "qid"].contains(member.name) else {
        throw FormatError(
          .unsuitable, at: .object(member.name),
          "SVMlight holds features X, labels y and queries qid; leave this array out (reg-convert --arrays X,y) or name "
            + "it one of these (--rename \(member.name)=X)")
      }
      guard !member.source.elementType.isComplex else {
        throw FormatError(.unsuitable, at: .object(member.name), "the numbers are complex; SVMlight holds real ones")
      }
    }
    guard let features = member("X"), let labels = member("y") else {
      let missing = member("X") == nil ? "X" : "y"
      throw FormatError(
        .unsuitable, at: .object(missing),
        "SVMlight needs features X and labels y; name an array so (reg-convert --rename old=\(missing))")
    }
    let shape = features.source.shape
    guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
      throw FormatError(
        .unsuitable, at: .object("X"),
        "the array is \(Tensor.describe(shape)); SVMlight holds features of two dimensions that are not empty")
    }
    rowCount = shape[0]
    width = shape[1]
    self.features = features
    self.labels = labels
    queries = member("qid")
    for vector in [labels] + (queries.map { [$0] } ?? []) {
      let shape = vector.source.shape
      guard shape == [rowCount] || shape == [rowCount, 1] else {
        throw FormatError(
          .unsuitable, at: .object(vector.name),
          "the array is \(Tensor.describe(shape)), one number for each of the \(rowCount) rows of X is needed")
      }
    }
  }

  func write(to output: inout OutputFile) throws(FormatError) {
    let rows = max(1, SVMLightToWrite.blockLength / 8 / width)
    let members = [features, labels] + (queries.map { [$0] } ?? [])
    var text: [UInt8] = []
    var done = 0
    var name = ""
    do {
      let passes = try members.map { try $0.source.blocks(ofRows: rows) }
      while done < rowCount {
        var parts: [RowsOfNumbers] = []
        for (member, pass) in zip(members, passes) {
          name = member.name
          guard let tensor = try pass.next() else {
            throw FormatError(.truncated, at: .object(name), "the array ends before its last row")
          }
          parts.append(try RowsOfNumbers(tensor, columnCount: name == "X" ? width : 1))
        }
        for row in 0..<(parts.map(\.rowCount).min() ?? 0) {
          try append(row, of: parts, isFirst: done == 0, to: &text)
          done += 1
          if text.count >= RowWriter.blockLength {
            try output.write(text)
            text.removeAll(keepingCapacity: true)
          }
        }
      }
      try output.write(text)
    } catch {
      throw FormatError.converted(error, at: name)
    }
  }

  /// One line: the label, the query, and the features that are not zero. The first line gives the last feature too, so
  /// that the width is kept where its column is all zeros.
  private func append(
    _ row: Int, of parts: [RowsOfNumbers], isFirst: Bool, to text: inout [UInt8]
  ) throws(FormatError) {
    parts[1].append(row, 0, to: &text)
    if parts.count > 2 {
      text += Array(" qid:".utf8)
      guard parts[2].isWhole(row, 0) else {
        throw FormatError(.unsuitable, at: .object("qid"), "the query of row \(row + 1) is no whole number")
      }
      parts[2].append(row, 0, to: &text)
    }
    for column in 0..<width where !parts[0].isZero(row, column) || (isFirst && column == width - 1) {
      text.append(UInt8(ascii: " "))
      NumberFormat.appendInteger(UInt64(column + 1), to: &text)
      text.append(UInt8(ascii: ":"))
      parts[0].append(row, column, to: &text)
    }
    text.append(UInt8(ascii: "\n"))
  }
}
