import TensorFiles
import Tensors
import ToolSupport

/// Prints one array: `reg-inspect --values`.
struct ArrayPrinter {
  private let tensor: Tensor
  private let entry: TensorEntry

  init(_ file: OpenFile, _ name: String) throws(FormatError) {
    do throws(FormatError) {
      entry = try file.reader.entry(name)
      tensor = try file.reader.tensor(name)
    } catch {
      throw error.naming(file.input.name)
    }
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
    guard tensor.elementCount > 0 else { return }
    let columns = tensor.shape.dropFirst().reduce(1, *)
    var line = ""
    try tensor.forEachElementText { index, text throws(FormatError) in
      line += text
      if (index + 1) % columns == 0 {
        try output.write(line + "\n")
        line = ""
      } else {
        line += ","
      }
    }
  }

  /// As JSON, brackets nest as the dimensions do; complex numbers are texts, what is not finite is null.
  private func writeNested(to output: inout OutputFile) throws(FormatError) {
    let shape = tensor.shape
    if tensor.elementCount == 0 {
      try output.write("[]\n")
      return
    }
    try tensor.forEachElementText { index, text throws(FormatError) in
      // How many dimensions begin and end with this element.
      var (opening, closing, span) = (0, 0, 1)
      for length in shape.reversed() {
        span *= length
        if index % span == 0 { opening += 1 }
        if (index + 1) % span == 0 { closing += 1 }
      }
      let isNumber = !text.hasSuffix("f") && !text.hasSuffix("n")
      let value = !isNumber ? "null" : tensor.elementType.isComplex ? "\"\(text)\"" : text
      let separator = index == 0 ? "" : ","
      try output.write(
        separator + String(repeating: "[", count: opening) + value + String(repeating: "]", count: closing))
    }
    try output.write("\n")
  }
}
