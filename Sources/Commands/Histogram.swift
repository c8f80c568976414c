import TensorFiles
import Tensors
import ToolSupport

/// How the elements of an array are spread: `reg-inspect --histogram`.
struct Histogram {
  private let name: String
  private let statistics: TensorStatistics
  /// The borders of the bins, one more than there are bins.
  private let edges: [Double]
  private let counts: [Int]

  /// Bins of equal width between the smallest and the largest finite element.
  private static let binCount = 20
  /// Characters of the longest bar.
  private static let width = 40

  /// - Throws: ``FormatError`` when the array cannot be read, or holds no real numbers.
  init(_ name: String, of source: any TensorSource) throws(FormatError) {
    self.name = name
    var statistics = TensorStatistics()
    var (lower, upper) = (Double.infinity, -Double.infinity)
    try Histogram.forEachBlock(name, source) { elements in
      statistics.add(elements)
      for element in elements where element.isFinite {
        lower = min(lower, element)
        upper = max(upper, element)
      }
    }
    self.statistics = statistics
    guard lower <= upper else {
      edges = []
      counts = []
      return
    }
    let bins = lower == upper ? 1 : Histogram.binCount
    // Halves first: the width of a range of the largest doubles is none of them.
    let step = (upper / 2 - lower / 2) / Double(bins) * 2
    edges = (0..<bins).map { lower + Double($0) * step } + [upper]
    var counts = [Int](repeating: 0, count: bins)
    let start = lower
    try Histogram.forEachBlock(name, source) { elements in
      for element in elements where element.isFinite {
        let place = step > 0 ? (element / 2 - start / 2) / (step / 2) : 0
        counts[min(max(Int(place.isFinite ? place : 0), 0), bins - 1)] += 1
      }
    }
    self.counts = counts
  }

  /// One pass over the elements of an array.
  private static func forEachBlock(
    _ name: String, _ source: any TensorSource, _ body: ([Double]) -> Void
  ) throws(FormatError) {
    do { try source.forEachBlockOfDoubles(nearest: true, body) } catch let error as FormatError { throw error } catch {
      throw FormatError(.unsuitable, at: .object(name), "\(error)")
    }
  }

  /// Bars for people.
  var text: String {
    var text = "\(name.escapingControls): \(statistics.count) elements"
    if statistics.count > 0 {
      text += ", mean \(statistics.mean.fourDigits), std \(statistics.standardDeviation.fourDigits)"
    }
    if statistics.nans + statistics.infinities > 0 { text += ", \(statistics.nans + statistics.infinities) not finite" }
    text += "\n"
    let largest = max(counts.max() ?? 1, 1)
    var table = TextTable(columns: [.right, .right, .left], indent: 2)
    for (bin, count) in counts.enumerated() {
      let eighths = Int((Double(count) / Double(largest) * Double(Histogram.width) * 8).rounded())
      let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
      table.add([edges[bin].fourDigits, "\(count)", String(repeating: "█", count: eighths / 8) + part])
    }
    if let last = edges.last { table.add([last.fourDigits, "", ""]) }
    return text + table.text
  }

  /// Edges and counts for programs.
  var json: JSONValue {
    .object([
      "name": .text(name), "edges": .array(edges.map { JSONValue($0) }),
      "counts": .array(counts.map(JSONValue.integer)),
      "nan": .integer(statistics.nans), "inf": .integer(statistics.infinities),
    ])
  }
}
