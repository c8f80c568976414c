import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// What differs between two files, array by array: `reg-inspect --diff`.
struct FileDifference {
  private let names: (String, String)
  private let arrays: [ArrayDifference]
  private let onlyInFirst: [String]
  private let onlyInSecond: [String]
  /// What is no array of numbers and stands in both, equally or not: only class and shape are compared.
  private let others: [OtherDifference]
  /// The names of the columns of both, where they are tables with different ones.
  private let columns: ([String], [String])?
  /// The activations of both, where they are networks with different ones.
  private let activations: (String, String)?
  private let predictions: ChangedPredictions?

  /// Compares two files and, where they are networks and `data` is given, what they predict for it.
  ///
  /// - Throws: when an array or the data cannot be read.
  init(_ first: OpenFile, _ second: OpenFile, data: OpenFile?) throws {
    names = (first.input.name, second.input.name)
    let (listed, otherListed) = (first.reader.entries, second.reader.entries)
    let found = Dictionary(otherListed.map { ($0.name, $0) }) { _, last in last }
    let names = Set(listed.map(\.name))
    onlyInFirst = listed.map(\.name).filter { found[$0] == nil }
    onlyInSecond = otherListed.map(\.name).filter { !names.contains($0) }
    let pairs = listed.compactMap { entry in found[entry.name].map { (entry, $0) } }
    others = pairs.filter { !$0.isNumeric || !$1.isNumeric }.map(OtherDifference.init)
    arrays = try pairs.filter { $0.isNumeric && $1.isNumeric }.map { entry, _ in
      do {
        return try ArrayDifference(
          entry.name, try first.source(of: entry.name), try second.source(of: entry.name))
      } catch let error as TensorError {
        throw FormatError(error, at: .object(entry.name)).naming(first.input.name)
      }
    }
    let tables = [first, second].map { ($0.reader as? any TableReader)?.columnNames ?? [] }
    columns = tables[0] == tables[1] ? nil : (tables[0], tables[1])
    let areNetworks = [first, second].allSatisfy { NetworkFormats.recognize($0) != nil }
    if areNetworks || data != nil {
      let networks = (
        try NetworkFormats.network(in: first).network, try NetworkFormats.network(in: second).network
      )
      let found = (FileDifference.activations(networks.0), FileDifference.activations(networks.1))
      activations = found.0 == found.1 ? nil : found
      predictions = try data.map { try ChangedPredictions(networks.0, networks.1, on: $0) }
    } else {
      activations = nil
      predictions = nil
    }
    for file in [first, second] {
      if let damage = file.reader.damage { throw damage.naming(file.input.name) }
    }
  }

  private static func activations(_ network: Network) -> String {
    network.layers.map(\.activation.rawValue).joined(separator: ", ")
  }

  /// Whether both hold the same arrays, to the bit, and the same network where they are networks.
  var isNone: Bool {
    onlyInFirst.isEmpty && onlyInSecond.isEmpty && arrays.allSatisfy(\.isNone) && others.allSatisfy(\.isNone)
      && columns == nil && activations == nil && (predictions?.changed ?? 0) == 0
  }

  /// The report for people.
  var text: String {
    var text = ""
    var table = TextTable(columns: [.left, .left], indent: 2)
    for array in arrays { table.add([array.name.escapingControls, array.text]) }
    for other in others { table.add([other.name.escapingControls, other.text.escapingControls]) }
    text += table.text
    for (file, only) in [(names.0, onlyInFirst), (names.1, onlyInSecond)] where !only.isEmpty {
      text += "  only in \(file.escapingControls): \(only.map(\.escapingControls).joined(separator: ", "))\n"
    }
    if let columns {
      let lists = [columns.0, columns.1].map { $0.prefix(20).joined(separator: ", ").escapingControls }
      text += "  columns: \(lists[0]) and \(lists[1])\n"
    }
    if let activations { text += "  activations: \(activations.0) and \(activations.1)\n" }
    if let predictions { text += predictions.text }
    return text
  }

  /// The report for programs.
  var json: JSONValue {
    .object([
      "files": .array([.text(names.0), .text(names.1)]), "same": .bool(isNone),
      "arrays": .array(arrays.map(\.json)), "only_in_first": .array(onlyInFirst.map(JSONValue.text)),
      "only_in_second": .array(onlyInSecond.map(JSONValue.text)), "predictions": predictions?.json ?? .null,
      "others": .array(others.map(\.json)),
      "columns": columns.map { .array([.array($0.0.map(JSONValue.text)), .array($0.1.map(JSONValue.text))]) } ?? .null,
      "activations": activations.map { .array([.text($0.0), .text($0.1)]) } ?? .null,
    ])
  }
}

/// Two entries of one name that are not both arrays of numbers.
private struct OtherDifference {
  let name: String
  private let kinds: (String, String)

  init(_ first: TensorEntry, _ second: TensorEntry) {
    name = first.name
    kinds = (OtherDifference.kind(first), OtherDifference.kind(second))
  }

  private static func kind(_ entry: TensorEntry) -> String {
    let shape = entry.shape.isEmpty ? "" : " \(Tensor.describe(entry.shape))"
    return switch entry.content {
    case .numbers(let type, _): type.rawValue + shape
    case .other(let className, _): className + shape
    }
  }

  var isNone: Bool { kinds.0 == kinds.1 }

  var text: String { isNone ? "\(kinds.0), whose content is not compared" : "\(kinds.0) and \(kinds.1)" }

  var json: JSONValue {
    .object(["name": .text(name), "first": .text(kinds.0), "second": .text(kinds.1), "compared": .bool(false)])
  }
}

/// What differs between two arrays of the same name.
private struct ArrayDifference {
  let name: String
  private let kinds: (String, String)
  private let count: Int
  /// How many elements differ; nil where the shapes do, or where the elements are not compared one by one.
  private var differing: Int?
  private var largest = 0.0
  /// The norm of the difference over the norm of the first.
  private var relativeNorm = 0.0
  let isNone: Bool

  /// Compares two arrays block by block.
  init(_ name: String, _ first: any TensorSource, _ second: any TensorSource) throws {
    self.name = name
    kinds = (ArrayDifference.kind(first), ArrayDifference.kind(second))
    count = try Tensor.elementCount(shape: first.shape)
    guard first.shape == second.shape else {
      isNone = false
      return
    }
    let areReal = !first.elementType.isComplex && !second.elementType.isComplex
    let rows = min(first.rowCount(ofBytes: 1 << 21), second.rowCount(ofBytes: 1 << 21))
    let (blocks, others) = (try first.blocks(ofRows: rows), try second.blocks(ofRows: rows))
    var isSame = kinds.0 == kinds.1
    var measure = Measure()
    while let block = try blocks.next(), let other = try others.next() {
      let (a, b) = (try block.stored(in: .rowMajor), try other.stored(in: .rowMajor))
      if kinds.0 == kinds.1, ArrayDifference.haveEqualBytes(a, b) {
        if areReal {
          measure.add(same: try ArrayDifference.doubles(a))
        }
        continue
      }
      isSame = false
      guard areReal else { continue }
      measure.add(try ArrayDifference.doubles(a), try ArrayDifference.doubles(b))
    }
    isNone = isSame
    guard areReal, !isSame else { return }
    differing = measure.differing
    largest = measure.largest
    relativeNorm = measure.relativeNorm
  }

  /// The nearest doubles.
  private static func doubles(_ tensor: Tensor) throws(TensorError) -> [Double] {
    try tensor.converted(to: .float64, inexactness: .takesNearest).doublesInStorageOrder()
  }

  private static func kind(_ source: any TensorSource) -> String {
    "\(Tensor.describe(source.shape)) \(source.elementType.rawValue)"
  }

  private static func haveEqualBytes(_ first: Tensor, _ second: Tensor) -> Bool {
    first.storage.withElements(as: UInt8.self) { a in
      second.storage.withElements(as: UInt8.self) { b in
        a.count == b.count && a.indices.allSatisfy { a[$0] == b[$0] }
      }
    }
  }

  /// How far numbers are from one another.
  private struct Measure {
    var differing = 0
    var largest = 0.0
    private var (squares, squaresOfFirst) = (0.0, 0.0)

    mutating func add(same elements: [Double]) {
      for element in elements { squaresOfFirst += element * element }
    }

    mutating func add(_ first: [Double], _ second: [Double]) {
      for (a, b) in zip(first, second) {
        squaresOfFirst += a * a
        guard a != b, !(a.isNaN && b.isNaN) else { continue }
        differing += 1
        let difference = abs(a - b)
        largest = difference > largest || difference.isNaN ? difference : largest
        squares += difference * difference
      }
    }

    /// The norm of the difference over the norm of the first.
    var relativeNorm: Double {
      squaresOfFirst == 0 ? (squares == 0 ? 0 : .infinity) : (squares / squaresOfFirst).squareRoot()
    }
  }

  var text: String {
    if isNone { return "the same" }
    let kind = kinds.0 == kinds.1 ? "" : "\(kinds.0) and \(kinds.1)"
    guard let differing else { return kind.isEmpty ? "different" : kind }
    let values =
      differing == 0
      ? kind.isEmpty ? "numbers that are equal as doubles, in other bytes (0 and -0, or beyond 2^53)" : "equal numbers"
      : "\(differing) of \(count) elements, largest difference \(largest.fourDigits), relative norm "
        + relativeNorm.fourDigits
    return kind.isEmpty ? values : "\(kind): \(values)"
  }

  var json: JSONValue {
    .object([
      "name": .text(name), "same": .bool(isNone), "first": .text(kinds.0), "second": .text(kinds.1),
      "differing": JSONValue(isNone ? 0 : differing), "elements": .integer(count),
      "largest": isNone || differing != nil ? JSONValue(largest) : .null,
      "relative_norm": isNone || differing != nil ? JSONValue(relativeNorm) : .null,
    ])
  }
}

/// The examples of a dataset to which two networks give different labels.
private struct ChangedPredictions {
  private let examples: [Int]
  private let count: Int
  var changed: Int { examples.count }

  init(_ first: Network, _ second: Network, on file: OpenFile) throws {
    let dataset = try DatasetSelection().load(file).train
    for network in [first, second] where network.inputCount != dataset.inputCount {
      throw FormatError(
        .unsuitable, "the examples have \(dataset.inputCount) inputs, a network has \(network.inputCount)",
        file: file.input.name)
    }
    let labels = try [first, second].map { network in
      try Predictor(network: network).probabilities(dataset.features).elements.map { $0 > 0.5 }
    }
    count = dataset.exampleCount
    examples = (0..<count).filter { labels[0][$0] != labels[1][$0] }
  }

  var text: String {
    let listed = examples.prefix(10).map { String($0 + 1) }.joined(separator: ", ")
    return "  \(examples.count) of \(count) labels change"
      + (examples.isEmpty ? "" : ": of the examples \(listed)\(examples.count > 10 ? ", …" : "")") + "\n"
  }

  var json: JSONValue {
    .object([
      "changed": .integer(examples.count), "of": .integer(count), "examples": .array(examples.map { .integer($0 + 1) }),
    ])
  }
}
