import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// What would be written: `reg-convert --dry-run`.
struct ConvertPlan {
  private let lines: [String]

  /// Arrays in a format, as they would be written.
  init(_ archive: ArchiveSource, of file: OpenFile, as format: any FileFormat, to output: String) {
    var table = TextTable(columns: [.left, .right, .left], indent: 2)
    for member in archive.members {
      let type = member.source.elementType.rawValue
      table.add([member.name.escapingControls, Tensor.describe(member.source.shape), type])
    }
    lines = ConvertPlan.heading(file, file.format.title, output, format.title) + [table.text]
  }

  /// A network in a form, as it would be written.
  init(_ trained: TrainedNetwork, of file: OpenFile, as format: any NetworkFormat, to output: String) {
    let network = trained.network
    let sizes = network.layerSizes.map(String.init).joined(separator: " → ")
    let activations = network.layers.map(\.activation.rawValue).joined(separator: ", ")
    lines =
      ConvertPlan.heading(file, file.format.title, output, format.title) + [
        "  network \(sizes) (\(activations)), \(network.parameterCount) parameters, \(trained.elementType.rawValue)\n"
      ]
  }

  private static func heading(_ file: OpenFile, _ title: String, _ output: String, _ form: String) -> [String] {
    let replaced = output != "-" && FilePaths.exists(output) ? "; the file that is there would be replaced" : ""
    return [
      "input: \(file.input.name.escapingControls), \(title)\n",
      "output: \(output == "-" ? "standard output" : output.escapingControls), \(form)\(replaced)\n",
    ]
  }

  /// Writes the plan on standard output.
  func write() throws(FormatError) {
    var output = try OutputFile(path: "-")
    try output.write(lines.joined())
    try output.commit()
  }
}
