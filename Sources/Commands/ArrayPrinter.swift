import TensorFiles
import Tensors
import ToolSupport

/// Prints one array: `reg-inspect --values`.
struct ArrayPrinter {
  private let source: any TensorSource
  private let name: String

  init(_ name: String, _ source: any TensorSource) {
    self.name = name
    self.source = source
  }

  /// Writes the array. As CSV, a row is the first index and everything behind it; a vector is one column.
  func write(_ format: ReportFormat, to output: inout OutputFile) throws(FormatError) {
    switch format {
    case .text: try writeRows(to: &output)
    case .json: try writeNested(to: &output)
    }
  }

  private func writeRows(to output: inout OutputFile) throws(FormatError) {
    // A shape without elements may have lengths whose product is no number.
    guard !source.shape.contains(0) else { return }
    let columns = source.shape.dropFirst().reduce(1, *)
    try forEachElementText { index, text throws(FormatError) in
      try output.write(text + ((index + 1) % columns == 0 ? "\n" : ","))
    }
  }

  /// As JSON, brackets nest as the dimensions do; complex numbers are texts, what is not finite is null.
  private func writeNested(to output: inout OutputFile) throws(FormatError) {
    let shape = source.shape
    let isComplex = source.elementType.isComplex
    if shape.contains(0) {
      try output.write("[]\n")
      return
    }
    try forEachElementText { index, text throws(FormatError) in
      // How many dimensions begin and end with this element.
      var (opening, closing, span) = (0, 0, 1)
      for length in shape.reversed() {
        span *= length
        if index % span == 0 { opening += 1 }
        if (index + 1) % span == 0 { closing += 1 }
      }
      let isNumber = !text.hasSuffix("f") && !text.hasSuffix("n")
      let value = !isNumber ? "null" : isComplex ? "\"\(text)\"" : text
      let separator = index == 0 ? "" : ","
      try output.write(
        separator + String(repeating: "[", count: opening) + value + String(repeating: "]", count: closing))
    }
    try output.write("\n")
  }

  /// Hands out every element as text with its place, row by row.
  private func forEachElementText(_ body: (Int, String) throws(FormatError) -> Void) throws(FormatError) {
    do {
      let blocks = try source.blocks(ofRows: source.rowCount(ofBytes: 1 << 20))
      var first = 0
      while let block = try blocks.next() {
        try block.forEachElementText { index, text throws(FormatError) in try body(first + index, text) }
        first += block.elementCount
      }
    } catch let error as FormatError {
      throw error
    } catch {
      throw FormatError(.unsuitable, at: .object(name), "\(error)")
    }
  }
}
