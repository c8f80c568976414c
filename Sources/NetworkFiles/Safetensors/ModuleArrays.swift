import TensorFiles
import Tensors

/// The arrays of a file by the modules that they belong to: `fc1.weight` and `fc1.bias` are those of `fc1`.
struct ModuleArrays {
  /// One module.
  struct Module {
    /// Its name: what stands before the last point, or nothing.
    let name: String
    /// The entries of its arrays by what stands behind that.
    var arrays: [String: TensorEntry] = [:]

    /// The weights.
    var weight: TensorEntry? { arrays["weight"] }
    /// Whether it has the running statistics of batch normalisation, in PyTorch's words or PaddlePaddle's.
    var isBatchNormalization: Bool { arrays["running_var"] != nil || arrays["_variance"] != nil }
    /// The module in messages.
    var title: String { name.isEmpty ? "weight" : name }
    /// The last number in the name: the place in a `Sequential`.
    var index: Int? { name.split(separator: ".").last.flatMap { Int($0) } }
    /// What the name has before that number.
    var parent: String { name.split(separator: ".").dropLast().joined(separator: ".") }
  }

  static let meanName = "input_mean"
  static let scaleName = "input_scale"

  /// The modules with arrays of their own, sorted by their names with the numbers in these as numbers.
  let modules: [Module]
  /// Whether the inputs are to be standardised first.
  let hasScaling: Bool

  /// The arrays of a list.
  init(_ entries: [TensorEntry]) {
    var modules: [String: Module] = [:]
    for entry in entries where entry.name != ModuleArrays.meanName && entry.name != ModuleArrays.scaleName {
      let parts = entry.name.split(separator: ".", omittingEmptySubsequences: false)
      let name = parts.dropLast().joined(separator: ".")
      modules[name, default: Module(name: name)].arrays[String(parts.last ?? "")] = entry
    }
    // The names are taken apart once, not at each comparison: a file may have many.
    let named = modules.values.map { (runs: ModuleArrays.runs($0.name), module: $0) }
    self.modules = named.sorted { ModuleArrays.precedes($0.runs, $1.runs) }.map(\.module)
    hasScaling = [ModuleArrays.meanName, ModuleArrays.scaleName].allSatisfy { name in
      entries.contains { $0.name == name && $0.isNumeric }
    }
  }

  /// Whether some array is a module's weights.
  var hasWeights: Bool { modules.contains { !$0.name.isEmpty && $0.weight?.isNumeric ?? false } || isOneLayer }

  /// A single `nn.Linear` has no name before the point.
  private var isOneLayer: Bool {
    modules.count == 1 && modules[0].name.isEmpty && modules[0].weight?.shape.count == 2
      && modules[0].arrays.keys.allSatisfy { ["weight", "bias"].contains($0) }
  }

  /// The modules that are dense layers.
  var dense: [Module] { modules.filter { $0.weight?.shape.count == 2 && $0.weight?.isNumeric ?? false } }

  /// Whether two layers can follow one another, and biases belong to their weights, where these are a framework's.
  func fits(_ layers: [Module], _ framework: ModuleFramework) -> Bool {
    var units: Int?
    for layer in layers {
      guard let shape = layer.weight?.shape, shape.count == 2 else { return false }
      let (outputs, inputs) = framework == .torch ? (shape[0], shape[1]) : (shape[1], shape[0])
      guard units == nil || units == inputs else { return false }
      if let bias = layer.arrays["bias"], bias.shape != [outputs] { return false }
      units = outputs
    }
    return true
  }

  /// The framework whose weights these are: the one that the file tells, or the only one whose order the shapes fit;
  /// PyTorch's where both fit, or neither.
  func framework(told: ModuleFramework?) -> ModuleFramework {
    if let told { return told }
    return !fits(dense, .torch) && fits(dense, .paddle) ? .paddle : .torch
  }

  /// Whether a name stands before another: their parts one by one, numbers by their value.
  private static func precedes(_ left: [Substring], _ right: [Substring]) -> Bool {
    for (first, second) in zip(left, right) where first != second {
      if let one = Int(first), let other = Int(second), one != other { return one < other }
      return first.utf8.lexicographicallyPrecedes(second.utf8)
    }
    return left.count < right.count
  }

  /// The runs of digits and of other characters in a name.
  private static func runs(_ name: String) -> [Substring] {
    var runs: [Substring] = []
    var start = name.startIndex
    var wasDigit: Bool?
    for index in name.utf8.indices {
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(name.utf8[index])
      if let wasDigit, isDigit != wasDigit {
        runs.append(name[start..<index])
        start = index
      }
      wasDigit = isDigit
    }
    return start < name.endIndex ? runs + [name[start...]] : runs
  }
}
