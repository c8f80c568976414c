import TensorFiles
import Tensors

/// A constant of a graph: numbers row by row.
struct ONNXConstant {
  var shape: [Int]
  var values: [Double]
  /// The type in the file, or that of the last cast to floats.
  var elementType: ElementType

  /// The one number of a constant that has just one, whatever its dimensions.
  var scalar: Double? { values.count == 1 ? values[0] : nil }
}

/// The constants of a graph: its tensors, and what operations that only rearrange make of them.
struct ONNXConstants {
  private let reader: ONNXReader
  private let tensors: Set<String>
  /// The operation that gives a constant from another one.
  private var rearranging: [String: ONNXNode] = [:]

  private static let rearrangements: Set<String> = [
    "Identity", "Transpose", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "DequantizeLinear",
  ]
  /// Rearrangements of one tensor one after the other.
  private static let mostSteps = 64

  init(_ reader: ONNXReader) {
    self.reader = reader
    tensors = Set(reader.entries.map(\.name))
    for node in reader.model.graph.nodes {
      guard node.domain.isEmpty, ONNXConstants.rearrangements.contains(node.operation), let output = node.outputs.first,
        let input = node.inputs.first, contains(input), !tensors.contains(output),
        node.inputs.allSatisfy({ $0.isEmpty || contains($0) })
      else { continue }
      rearranging[output] = node
    }
  }

  /// Whether a value is a constant.
  func contains(_ name: String) -> Bool { tensors.contains(name) || rearranging[name] != nil }

  /// A constant's numbers.
  ///
  /// - Throws: ``FormatError`` at the tensor.
  func callAsFunction(_ name: String) throws(FormatError) -> ONNXConstant {
    var steps: [ONNXNode] = []
    var source = name
    while let node = rearranging[source] {
      steps.append(node)
      source = node.inputs[0]
      guard steps.count <= ONNXConstants.mostSteps else {
        throw FormatError(.limit, at: .object(name), "a constant that is rearranged more than \(steps.count - 1) times")
      }
    }
    let tensor = try reader.tensor(source)
    let values: [Double]
    do { values = try tensor.doublesInStorageOrder() } catch { throw FormatError(error, at: .object(source)) }
    var constant = ONNXConstant(shape: tensor.shape, values: values, elementType: tensor.elementType)
    for node in steps.reversed() { try rearrange(&constant, node) }
    return constant
  }

  /// The texts of a constant that is a list of them; nil for other values.
  func texts(_ name: String) -> [String]? {
    do throws(FormatError) { return try reader.texts(name) } catch { return nil }
  }

  private func rearrange(_ constant: inout ONNXConstant, _ node: ONNXNode) throws(FormatError) {
    switch node.operation {
    case "Transpose":
      let count = constant.shape.count
      var order = Array((0..<count).reversed())
      if case .integers(let list) = node.attributes["perm"] { order = list }
      guard order != Array(0..<count) else { return }
      guard count == 2, order == [1, 0] else { throw node.unsupported("of \(count) dimensions, which is not read") }
      let matrix = Matrix(rows: constant.shape[0], columns: constant.shape[1], elements: constant.values).transposed
      constant.shape.reverse()
      constant.values = matrix.elements
    case "Squeeze": constant.shape.removeAll { $0 == 1 }
    case "Reshape":
      var shape: [Int]?
      if node.inputs.count > 1 {
        shape = try tensorValues(node, 1)?.compactMap { Int(exactly: $0) }
      } else if case .integers(let list) = node.attributes["shape"] {
        shape = list
      }
      guard let shape, let resolved = ONNXConstants.resolved(shape, constant) else {
        throw node.unsupported("of a constant to a shape that it does not have, which is not read")
      }
      constant.shape = resolved
    case "Unsqueeze", "Flatten":
      // The numbers stay in their order; where their shape matters there are two dimensions.
      guard constant.shape.count < 2 || node.operation == "Flatten" && constant.shape.count == 2 else {
        throw node.unsupported("of a constant, which is not read")
      }
    case "Cast": try cast(&constant, node)
    case "DequantizeLinear": try dequantize(&constant, node)
    default: break
    }
  }

  /// The numbers of a tensor of the file that a node takes; nil for another value.
  private func tensorValues(_ node: ONNXNode, _ index: Int) throws(FormatError) -> [Double]? {
    guard node.inputs.indices.contains(index), tensors.contains(node.inputs[index]) else { return nil }
    let tensor = try reader.tensor(node.inputs[index])
    do { return try tensor.doublesInStorageOrder() } catch {
      throw FormatError(error, at: .object(node.inputs[index]))
    }
  }

  /// A shape in which 0 is the length that was there before, and -1 what is left; nil where the numbers do not fit it.
  private static func resolved(_ shape: [Int], _ constant: ONNXConstant) -> [Int]? {
    var lengths: [Int] = []
    for (axis, length) in shape.enumerated() {
      guard length != 0 || constant.shape.indices.contains(axis) else { return nil }
      lengths.append(length == 0 ? constant.shape[axis] : length)
    }
    func product(_ lengths: [Int]) -> Int? {
      var product = 1
      for length in lengths {
        let (next, overflow) = product.multipliedReportingOverflow(by: length)
        guard length >= 0, !overflow else { return nil }
        product = next
      }
      return product
    }
    if let open = lengths.firstIndex(of: -1) {
      guard let known = product(lengths.enumerated().filter { $0.offset != open }.map(\.element)), known > 0,
        constant.values.count % known == 0
      else { return nil }
      lengths[open] = constant.values.count / known
    }
    return product(lengths) == constant.values.count ? lengths : nil
  }

  /// The numbers in another type: whole numbers are cut off, floats are rounded to the nearest.
  private func cast(_ constant: inout ONNXConstant, _ node: ONNXNode) throws(FormatError) {
    let type = node.integer("to", default: 1)
    let ranges: [Int: ClosedRange<Double>] = [
      2: 0...255, 3: -128...127, 4: 0...65535, 5: -32768...32767, 6: -0x1p31...0x1p31 - 1,
      7: -0x1p63...(0x1p63).nextDown, 12: 0...0x1p32 - 1, 13: 0...(0x1p64).nextDown,
    ]
    switch type {
    case 1:
      constant.values = constant.values.map { Double(Float($0)) }
      constant.elementType = .float32
    case 10:
      constant.values = constant.values.map { ShortFloat.rounded($0, bits: 11, smallest: -24, largest: 65504) }
      constant.elementType = .float32
    case 11: constant.elementType = .float64
    case 16:
      let largest = Double(Float(bitPattern: 0x7F7F_0000))
      constant.values = constant.values.map { ShortFloat.rounded($0, bits: 8, smallest: -133, largest: largest) }
      constant.elementType = .float32
    case 9: constant.values = constant.values.map { $0 == 0 ? 0 : 1 }
    default:
      let whole = constant.values.map { $0.rounded(.towardZero) }
      guard let range = ranges[type], whole.allSatisfy(range.contains) else {
        throw node.unsupported("of numbers that the type does not have, which is not read")
      }
      constant.values = whole
    }
  }

  /// (x - zero point) · scale, the numbers of which are one for all or one for each index of an axis.
  private func dequantize(_ constant: inout ONNXConstant, _ node: ONNXNode) throws(FormatError) {
    guard let scales = try tensorValues(node, 1), node.integer("block_size", default: 0) == 0 else {
      throw node.unsupported("in blocks or by a computed scale, which is not read")
    }
    let points = node.inputs.count > 2 && !node.inputs[2].isEmpty ? try tensorValues(node, 2) : [0]
    let count = constant.shape.count
    let axis = node.integer("axis", default: 1)
    let place = scales.count == 1 ? 0 : axis < 0 ? axis + count : axis
    guard let points, points.count == 1 || points.count == scales.count, !scales.isEmpty,
      scales.count == 1 || constant.shape.indices.contains(place) && constant.shape[place] == scales.count
    else { throw node.unsupported("with \(scales.count) scales for the shape \(Tensor.describe(constant.shape))") }
    let step = scales.count == 1 ? 1 : constant.shape[(place + 1)...].reduce(1, *)
    for index in constant.values.indices {
      let channel = index / max(1, step) % scales.count
      let difference = constant.values[index] - points[points.count == 1 ? 0 : channel]
      constant.values[index] = Double(Float(difference) * Float(scales[channel]))
    }
    constant.elementType = .float32
  }
}

/// Rounding to floats of few bits, which the processor need not have.
private enum ShortFloat {
  /// The nearest number of `bits` significant bits that is a multiple of 2^smallest, ties to even; infinite beyond the
  /// largest one.
  static func rounded(_ x: Double, bits: Int, smallest: Int, largest: Double) -> Double {
    guard x.isFinite, x != 0 else { return x }
    let step = Double(sign: .plus, exponent: max(Int(x.exponent) - bits + 1, smallest), significand: 1)
    let result = (x / step).rounded(.toNearestOrEven) * step
    return abs(result) > largest ? (x < 0 ? -Double.infinity : .infinity) : result
  }
}

extension ONNXNode {
  /// What the node is called in messages: its name, or that of its output.
  var place: FormatError.Location { .object(!name.isEmpty ? name : outputs.first ?? operation) }

  /// The operation with its article: `a Conv`, `an Erf`.
  var described: String {
    // An Unsqueeze, a Unique.
    let isVowel = "AEIO".contains(operation.prefix(1)) || operation.hasPrefix("U") && !operation.hasPrefix("Uni")
    let article = isVowel ? "an" : "a"
    return "\(article) \(operation)" + (domain.isEmpty ? "" : " of the operators \(domain)")
  }

  /// The error that the operation is none of a chain of dense layers.
  func unsupported(_ what: String? = nil) -> FormatError {
    FormatError(
      .unsupported, at: place,
      "this is \(described)" + (what.map { " \($0)" } ?? "; only chains of dense layers are read"))
  }

  /// A float among the attributes.
  func float(_ name: String, default value: Double) -> Double {
    if case .float(let float) = attributes[name] { Double(float) } else { value }
  }

  /// An integer among the attributes.
  func integer(_ name: String, default value: Int) -> Int {
    if case .integer(let integer) = attributes[name] { integer } else { value }
  }
}
