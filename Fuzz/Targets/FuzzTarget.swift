/// A parser that is shown bytes which somebody else chose.
struct FuzzTarget: Sendable {
  /// The name on the command line, and of its dictionary.
  let name: String
  /// Folders of the package above whose files are a beginning.
  let seeds: [String]
  /// The most bytes that it is shown.
  let mostBytes: Int
  /// Looks at bytes, and ends the process where something is not as promised.
  let look: @Sendable ([UInt8]) -> Void

  /// A parser, and what is known of its input.
  init(_ name: String, seeds: [String] = [], mostBytes: Int = 4096, look: @escaping @Sendable ([UInt8]) -> Void) {
    self.name = name
    self.seeds = seeds
    self.mostBytes = mostBytes
    self.look = look
  }

  /// A file format as it is, opened as the tools do it.
  init(format name: String, and more: [String] = [], mostBytes: Int = 4096) {
    self.init(
      name, seeds: ["golden", "malformed", "networks"].map { "Formats/\(name)/\($0)" } + more, mostBytes: mostBytes
    ) { OpenedFile.look(at: $0, as: name) }
  }

  /// Every target: `make fuzz` shows each of them bytes.
  static let all: [FuzzTarget] = formats + wrapped + documents + pieces + numbers

  /// What each format reads.
  private static let formats: [FuzzTarget] = [
    FuzzTarget(format: "mat5", and: ["Formats/matlab-theta/networks"]), FuzzTarget(format: "mat4"),
    FuzzTarget(format: "npy"), FuzzTarget(format: "npz"),
    FuzzTarget(format: "safetensors"), FuzzTarget(format: "onnx", mostBytes: 8192), FuzzTarget(format: "coreml"),
    FuzzTarget(format: "octave-text"), FuzzTarget(format: "arff"), FuzzTarget(format: "svmlight"),
    FuzzTarget(format: "csv"), FuzzTarget(format: "tsv", and: ["Formats/csv/golden"]),
    FuzzTarget("any", seeds: ["Formats"]) { OpenedFile.look(at: $0, as: nil) },
  ]
}
