import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

@Suite("Held-out examples") struct HoldOutTests {
  private static let table = "a,y\n" + (0..<1000).map { "\($0),\($0 % 2)\n" }.joined()

  private static let firstTen: [Double] = [2, 13, 48, 198, 394, 417, 569, 625, 816, 893]

  private func load(_ change: (inout DatasetSelection) -> Void) throws -> LoadedDataset {
    try ExampleFixtures.selection(.auto, change).load(ExampleFixtures.csv(Self.table))
  }

  @Test("the sets are the same ones for every memory limit")
  func anyMemoryLimit() throws {
    func load(_ limit: Int?) throws -> [[Double]] {
      let loaded = try self.load {
        $0.testFraction = 0.2
        $0.devFraction = 0.25
        $0.memoryLimit = limit
      }
      #expect(loaded.notes.last == "600 examples to train with, 200 in the dev set, 200 in the test set")
      return try [loaded.train, loaded.dev, loaded.test].map { try ExampleFixtures.rows($0) }
    }
    let memory = try load(nil)
    #expect(try load(5100) == memory)
    #expect(try load(15000) == memory)
    let all = memory.joined().enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    #expect(all.sorted() == (0..<1000).map(Double.init))
  }

  @Test("the test set is the one that it always was")
  func testSet() throws {
    let loaded = try load { $0.testFraction = 0.01 }
    // numpy.random.seed(3); the order by Fisher and Yates.
    #expect(loaded.test?.dataset?.features.elements == HoldOutTests.firstTen)
  }

  @Test("the dev set does not change with the seed of the test set's size, and is another for another seed")
  func devSet() throws {
    let first = try load { $0.devFraction = 0.1 }
    #expect(first.dev?.exampleCount == 100 && first.train.exampleCount == 900)
    #expect(try load { $0.devFraction = 0.1 }.dev?.dataset?.features == first.dev?.dataset?.features)
    let other = try load {
      $0.devFraction = 0.1
      $0.seed = 4
    }
    #expect(other.dev?.dataset?.features != first.dev?.dataset?.features)
  }

  @Test("a dev set comes from another file, with the classes of the training set")
  func devFile() throws {
    let loaded = try ExampleFixtures.selection(.classes).load(
      ExampleFixtures.csv("a,y\n1,7\n2,9\n"), devFile: ExampleFixtures.csv("y,a\n9,5\n", name: "dev.csv"),
      testFile: ExampleFixtures.csv("y,a\n7,6\n", name: "test.csv"))
    #expect(loaded.dev?.dataset?.labels.elements == [1] && loaded.test?.dataset?.labels.elements == [0])
    #expect(loaded.notes == ["2 examples to train with, 1 in the dev set, 1 in the test set"])
  }

  @Test("parts that leave nothing are errors")
  func nothingLeft() throws {
    let message = #expect(throws: FormatError.self) { try load { $0.devFraction = 0.0001 } }?.description
    #expect(
      message == "table.csv: a dev fraction of 0.0001 leaves 1000 of 1000 examples for training and 0 for the dev set")
    let limit = #expect(throws: FormatError.self) {
      try load {
        $0.testFraction = 0.5
        $0.memoryLimit = 4999
      }
    }?.description
    #expect(
      limit
        == "table.csv: the choice of a test set among 1000 examples takes 5000 bytes, more than --memory-limit (4999); "
        + "--test takes one from another file, --dev-fraction chooses without that memory")
  }
}
