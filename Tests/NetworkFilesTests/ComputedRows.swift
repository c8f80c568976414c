import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// A table of inputs and of what another program computes from them: columns x1 … and y1 …
struct ComputedRows: CustomTestStringConvertible {
  let name: String
  /// (inputs, examples)
  let inputs: Matrix
  /// (outputs, examples)
  let outputs: Matrix
  var testDescription: String { name }

  /// The tables in `Formats/<format>/networks`.
  static func all(_ format: String) -> [ComputedRows] {
    let folder = "\(FormatFolder.path)/\(format)/networks"
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
        let file = try FileFormats.open("\(folder)/\(name)")
        let names = try #require(file.reader as? any TableReader).columnNames
        let columns = try file.reader.tensor("data").matrix().transposed
        let width = names.filter { $0.hasPrefix("x") }.count
        func rows(_ range: Range<Int>) -> Matrix { Matrix(range.map { Array(columns.row($0)) }) }
        return ComputedRows(
          name: String(name.dropLast(4)), inputs: rows(0..<width), outputs: rows(width..<names.count))
      }
    } catch {
      Issue.record("\(folder): \(error)")
      return []
    }
  }

  /// The largest difference of a network's outputs, relative where they are larger than 1.
  func difference(_ network: Network) throws -> Double {
    let found = network.probabilities(inputs)
    try #require(found.rows == outputs.rows && found.columns == outputs.columns)
    return zip(found.elements, outputs.elements).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
  }
}
