import Tensors
import Testing

@Suite("Statistics") struct TensorStatisticsTests {
  @Test func numbersAndWhatIsNone() {
    let of = TensorStatistics([3, 0, .nan, -4, .infinity])
    #expect(of.count == 5)
    #expect(of.minimum == -4)
    #expect(of.maximum == .infinity)
    #expect(of.zeros == 1)
    #expect(of.nans == 1)
    #expect(of.infinities == 1)
    #expect(of.norm == 5)
    #expect(of.mean == -1.0 / 3)
  }

  @Test func aLargeMeanLeavesTheDeviationExact() {
    let of = TensorStatistics([1e9 + 1, 1e9 + 2, 1e9 + 3])
    #expect(of.mean == 1e9 + 2)
    // The population's deviation: the square root of 2/3.
    #expect(abs(of.standardDeviation - 0.816496580927726) < 1e-15)
  }

  @Test("the statistics of blocks are those of the whole", arguments: [1, 2, 7, 100])
  func blocks(_ size: Int) {
    let elements = (0..<100).map { (index: Int) -> Double in index % 13 == 0 ? .nan : 1e6 + Double(index * index % 37) }
    let whole = TensorStatistics(elements)
    var parts = TensorStatistics()
    for first in stride(from: 0, to: elements.count, by: size) {
      parts.add(Array(elements[first..<min(first + size, elements.count)]))
    }
    #expect(parts.count == whole.count && parts.nans == whole.nans && parts.zeros == whole.zeros)
    #expect(parts.minimum == whole.minimum && parts.maximum == whole.maximum)
    #expect(abs(parts.mean - whole.mean) < 1e-9 && abs(parts.norm - whole.norm) < 1e-6)
    #expect(abs(parts.standardDeviation - whole.standardDeviation) < 1e-10)
  }

  @Test func nothingHasNoStatistics() {
    let of = TensorStatistics([])
    #expect(of.count == 0)
    #expect(of.mean.isNaN && of.minimum.isNaN && of.maximum.isNaN && of.standardDeviation.isNaN)
  }
}
