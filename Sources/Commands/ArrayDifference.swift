import TensorFiles
import Tensors
import ToolSupport

/// What differs between two arrays of the same name.
struct ArrayDifference {
  let name: String
  private let kinds: (String, String)
  private let count: Int
  /// How far the elements are; nil where the shapes differ, or where they are not compared one by one.
  private var distance: NumberDistance?
  private var unit = ""
  /// Whether they are the same to the bit.
  let isNone: Bool

  /// Compares two arrays block by block.
  ///
  /// - Parameter areNumbers: whether it is the numbers that are compared, whatever type holds them.
  init(
    _ name: String, _ first: any TensorSource, _ second: any TensorSource, asNumbers areNumbers: Bool = false
  ) throws {
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
    var isSame = kinds.0 == kinds.1 || areNumbers
    let steps = ArrayDifference.steps(first.elementType, second.elementType)
    var distance = NumberDistance(in: steps)
    while let block = try blocks.next(), let other = try others.next() {
      let (a, b) = (try block.stored(in: .rowMajor), try other.stored(in: .rowMajor))
      if kinds.0 == kinds.1, ArrayDifference.haveEqualBytes(a, b) {
        if areReal { distance.add(same: try ArrayDifference.doubles(a)) }
        continue
      }
      guard areReal else {
        isSame = false
        continue
      }
      let (x, y) = (try ArrayDifference.doubles(a), try ArrayDifference.doubles(b))
      if !areNumbers || zip(x, y).contains(where: { $0.bitPattern != $1.bitPattern }) { isSame = false }
      distance.add(x, y)
    }
    isNone = isSame
    guard areReal else { return }
    unit = steps == .float32 && (first.elementType == .float64 || second.elementType == .float64) ? "float32 " : ""
    self.distance = distance
  }

  private static func steps(_ first: ElementType, _ second: ElementType) -> NumberDistance.Steps {
    let floats: [ElementType] = [.float64, .float32, .float16]
    guard floats.contains(first), floats.contains(second) else { return .none }
    return first == .float64 && second == .float64 ? .float64 : .float32
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

  /// What is said to people.
  var text: String {
    if isNone { return "the same" }
    let kind = kinds.0 == kinds.1 ? "" : "\(kinds.0) and \(kinds.1)"
    guard let distance else { return kind.isEmpty ? "different" : kind }
    let values =
      distance.differing == 0
      ? kind.isEmpty ? "numbers that are equal as doubles, in other bytes (0 and -0, or beyond 2^53)" : "equal numbers"
      : "\(distance.differing) of \(count) elements, largest difference \(distance.largest.fourDigits), relative norm "
        + distance.relativeNorm.fourDigits + stepsText(distance)
        + (distance.cosine.isNaN ? "" : ", cosine \(distance.cosine)")
    return kind.isEmpty ? values : "\(kind): \(values)"
  }

  private func stepsText(_ distance: NumberDistance) -> String {
    guard let steps = distance.largestSteps else { return "" }
    let number = steps < 1_000_000 ? "\(steps)" : Double(steps).fourDigits
    return ", \(number) \(unit)ulp\(steps == 1 ? "" : "s")"
  }

  /// What is said to programs.
  var json: JSONValue {
    .object([
      "name": .text(name), "same": .bool(isNone), "first": .text(kinds.0), "second": .text(kinds.1),
      "differing": isNone ? .integer(0) : JSONValue(distance?.differing), "elements": .integer(count),
      "largest": JSONValue(distance?.largest), "relative_norm": JSONValue(distance?.relativeNorm),
      "ulps": distance?.largestSteps.map { JSONValue.number(Double($0)) } ?? .null,
      "cosine": JSONValue(distance?.cosine),
    ])
  }
}
