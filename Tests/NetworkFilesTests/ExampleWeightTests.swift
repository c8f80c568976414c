import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

@Suite("Weights of examples and classes") struct ExampleWeightTests {
  static let table = "a,w,y\n1,0.5,0\n2,2,1\n3,1,0\n4,0,0\n"

  @Test("a column of weights is no feature")
  func column() throws {
    let loaded = try ExampleFixtures.selection { $0.weights = "w" }.load(ExampleFixtures.csv(Self.table))
    #expect(loaded.inputNames == ["a"] && loaded.train.dataset?.weights == [0.5, 2, 1, 0])
    #expect(loaded.train.totalWeight == 3.5)
    // The labels are the last of the other columns.
    let last = try ExampleFixtures.selection { $0.weights = "3" }.load(ExampleFixtures.csv("1,0,5\n2,1,6\n"))
    #expect(last.train.dataset?.features.elements == [1, 2] && last.train.dataset?.weights == [5, 6])
  }

  @Test("an array of weights lies either way", arguments: [[3], [1, 3], [3, 1]])
  func array(_ shape: [Int]) throws {
    let folder = try TemporaryFolder()
    let file = try ExampleFixtures.open(
      [
        ("X", try Tensor(Matrix([[1], [2], [3]]))), ("y", try Tensor([0.0, 1, 1])),
        ("w", try Tensor([1.0, 2, 3], shape: shape)),
      ], as: "h5", in: folder)
    let loaded = try ExampleFixtures.selection { $0.weights = "w" }.load(file)
    #expect(loaded.train.dataset?.weights == [1, 2, 3])
  }

  static let bad: [(String, String)] = [
    ("a,w,y\n1,1,0\n2,-1,1\n", "table.csv:3:3: the weight is -1, expected a number that is not negative"),
    ("a,w,y\n1,1e999,0\n2,1,1\n", "table.csv:2:3: the weight is inf, expected a number that is not negative"),
    ("a,w,y\n1,NaN,0\n2,1,1\n", "table.csv:2:3: the value is missing ('NaN')"),
    ("a,w,y\n1,x,0\n2,1,1\n", "table.csv:2:3: 'x' is not a number"),
    ("a,w,y\n1,0,0\n2,0,1\n", "table.csv: w: all examples have the weight 0"),
    ("a,v,y\n1,0,0\n2,0,1\n", "table.csv: there is no column 'w'; the table has a, v, y"),
  ]

  @Test("bad weights are errors at their place", arguments: bad)
  func badColumns(_ text: String, _ expected: String) throws {
    for limit in [nil, 1] {
      let selection = ExampleFixtures.selection {
        $0.weights = "w"
        $0.memoryLimit = limit
      }
      #expect(ExampleFixtures.message(try ExampleFixtures.csv(text), selection) == expected)
    }
  }

  @Test("bad arrays of weights are named")
  func badArrays() throws {
    let folder = try TemporaryFolder()
    func message(_ weights: Tensor) throws -> String? {
      let file = try ExampleFixtures.open(
        [("X", try Tensor(Matrix([[1], [2], [3]]))), ("y", try Tensor([0.0, 1, 1])), ("w", weights)], as: "h5",
        in: folder)
      return ExampleFixtures.message(file, ExampleFixtures.selection { $0.weights = "w" })
        .map { String($0.dropFirst(folder.path.count + 1)) }
    }
    #expect(
      try message(Tensor([1.0, 2, -0.5]))
        == "data: w: the weight of example 3 is -0.5, expected a number that is not negative")
    #expect(
      try message(Tensor([1.0, .nan, 2]))
        == "data: w: the weight of example 2 is nan, expected a number that is not negative")
    #expect(
      try message(Tensor([1.0, 2]))
        == "data: w: the shape is 2, weights are one row or one column of 3 numbers, as many as y has examples")
    #expect(try message(Tensor([0.0, 0, 0])) == "data: w: all examples have the weight 0")
  }

  @Test("balanced classes count the same, whether in memory or read")
  func balanced() throws {
    for limit in [nil, 1] {
      func load(_ change: (inout DatasetSelection) -> Void) throws -> LoadedDataset {
        try ExampleFixtures.selection(.classes) {
          $0.memoryLimit = limit
          change(&$0)
        }.load(ExampleFixtures.csv("a,w,y\n1,1,3\n2,2,5\n3,3,3\n4,4,3\n"))
      }
      // n / (K n_k) = 4 / (2 * 3), 4 / (2 * 1).
      let plain = try load {
        $0.classWeights = .balanced
        $0.features = "a"
      }
      #expect(plain.classWeights == [4.0 / 6, 2])
      #expect(try ExampleFixtures.rows(plain.train) == [1, 0, 4.0 / 6, 2, 1, 2, 3, 0, 4.0 / 6, 4, 0, 4.0 / 6])
      // Metrics do not count what the classes count.
      #expect(try ExampleFixtures.rows(plain.measuredTrain) == [1, 0, 2, 1, 3, 0, 4, 0])
      // With weights n = 10, n_k = 8 and 2.
      let weighted = try load {
        $0.classWeights = .balanced
        $0.weights = "w"
      }
      #expect(weighted.classWeights == [0.625, 2.5])
      #expect(try ExampleFixtures.rows(weighted.train) == [1, 0, 0.625, 2, 1, 5, 3, 0, 1.875, 4, 0, 2.5])
      #expect(weighted.train.totalWeight == 10)
      #expect(try ExampleFixtures.rows(weighted.measuredTrain) == [1, 0, 1, 2, 1, 2, 3, 0, 3, 4, 0, 4])
      let listed = try load {
        $0.classWeights = .list([1, 0])
        $0.weights = "w"
      }
      #expect(try ExampleFixtures.rows(listed.train) == [1, 0, 1, 2, 1, 0, 3, 0, 3, 4, 0, 4])
      #expect(listed.train.totalWeight == 8)
      let message = #expect(throws: FormatError.self) { try load { $0.classWeights = .list([1, 2, 3]) } }?.description
      #expect(message == "table.csv: 3 class weights for 2 classes")
      let values = #expect(throws: FormatError.self) {
        try load {
          $0.classWeights = .balanced
          $0.wanted = .values
        }
      }?.description
      #expect(values == "table.csv: class weights are for classes, and these labels are values")
    }
  }

  @Test("a test set without weights counts each example once, and that is said")
  func testWithoutWeights() throws {
    let loaded = try ExampleFixtures.selection { $0.weights = "w" }.load(
      ExampleFixtures.csv(Self.table), testFile: ExampleFixtures.csv("a,y\n1,0\n", name: "t.csv"))
    #expect(loaded.test?.dataset?.weights == nil)
    #expect(loaded.notes == ["t.csv has no weights w; those of its examples are 1"])
  }
}
