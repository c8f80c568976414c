import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

@Suite("Choosing a dataset's arrays") struct DatasetSelectionTests {
  private static let features = Matrix([[1, 10], [2, 20], [3, 30]])
  private static let labels: [Double] = [0, 1, 1]

  /// An HDF5 file of the given tensors, opened.
  private func open(_ tensors: [(String, Tensor)]) throws -> OpenFile {
    var archive = TensorArchive()
    for (name, tensor) in tensors { archive.set(name, to: tensor) }
    let folder = try TemporaryFolder()
    try FileFormats.write(archive, to: "\(folder.path)/data.h5")
    let bytes = try InputFile(path: "\(folder.path)/data.h5").contents(limit: 1 << 20)
    return try FileFormats.open(InputFile(bytes: bytes, name: "data.h5"))
  }

  private func set(_ features: String, _ labels: String) throws -> [(String, Tensor)] {
    [(features, try Tensor(Self.features)), (labels, try Tensor(Self.labels))]
  }

  private func csv(_ text: String) throws -> OpenFile {
    try FileFormats.open(InputFile(bytes: Array(text.utf8), name: "table.csv"))
  }

  private func message(_ file: OpenFile, _ selection: DatasetSelection = DatasetSelection()) -> String? {
    #expect(throws: FormatError.self) { try selection.load(file) }?.description
  }

  @Test(
    "the usual names are found",
    arguments: [
      ["X", "y", "Xval", "yval"], ["X", "y", "Xtest", "ytest"], ["train_X", "train_Y", "test_X", "test_Y"],
      ["X_train", "y_train", "X_test", "y_test"], ["x_train", "y_train", "x_test", "y_test"],
      ["train_set_x", "train_set_y", "test_set_x", "test_set_y"], ["x", "Y", "XVAL", "YVAL"],
    ])
  func conventions(_ names: [String]) throws {
    let loaded = try DatasetSelection().load(open(set(names[0], names[1]) + set(names[2], names[3])))
    #expect(
      loaded.names
        == DatasetNames(
          features: names[0], labels: names[1], testFeatures: names[2], testLabels: names[3]))
    #expect(loaded.train.dataset?.features == Self.features.transposed)
    #expect(loaded.train.dataset?.labels.elements == Self.labels)
    #expect(loaded.test?.exampleCount == 3)
  }

  @Test("pictures are flattened example by example, and that is said")
  func flattened() throws {
    let pictures = try Tensor((0..<12).map { UInt8($0) }, shape: [3, 2, 1, 2])
    let loaded = try DatasetSelection().load(
      open([
        ("train_set_x", pictures), ("train_set_y", try Tensor(Self.labels)), ("test_set_x", pictures),
        ("test_set_y", try Tensor(Self.labels)),
      ]))
    #expect(loaded.train.dataset?.features == Matrix([[0, 4, 8], [1, 5, 9], [2, 6, 10], [3, 7, 11]]))
    #expect(loaded.test?.dataset?.features == loaded.train.dataset?.features)
    #expect(
      loaded.notes == [
        "train_set_x: 3x2x1x2 is flattened example by example to 3x4, the last index fastest",
        "test_set_x: 3x2x1x2 is flattened example by example to 3x4, the last index fastest",
      ])
    let last = try Tensor((0..<12).map { UInt8($0) }, shape: [2, 2, 3])
    #expect(
      try message(open([("X", last), ("y", try Tensor(Self.labels))]))
        == "data.h5: X: the shape is 2x2x3, but y has 3 labels: the first dimension must be as long; "
        + "reg-convert --transpose X puts the last one first")
  }

  @Test("of two files of a course the second one has the test set under its own names")
  func twoFiles() throws {
    let loaded = try DatasetSelection().load(
      open(set("train_set_x", "train_set_y")), testFile: open(set("test_set_x", "test_set_y")))
    #expect(loaded.names.features == "train_set_x" && loaded.names.testFeatures == "test_set_x")
    #expect(loaded.test?.dataset?.features == Self.features.transposed && loaded.notes == [])
  }

  @Test func noTestSet() throws {
    let loaded = try DatasetSelection().load(open(set("data", "label")))
    #expect(loaded.names == DatasetNames(features: "data", labels: "label"))
    #expect(loaded.test == nil)
  }

  @Test func aSetWithTestArraysComesFirstAndExactNamesBeforeOthers() throws {
    let both = try DatasetSelection().load(
      open(set("X", "y") + set("train_X", "train_Y") + set("test_X", "test_Y")))
    #expect(both.names.features == "train_X")
    let cases = try DatasetSelection().load(open(set("x", "Y") + set("X", "y")))
    #expect(cases.names.features == "X")
  }

  @Test func chosenNamesStandInTheirPlaces() throws {
    var selection = DatasetSelection()
    selection.features = "positions"
    let file = try open([("positions", try Tensor(Self.features)), ("y", try Tensor(Self.labels))])
    #expect(try selection.load(file).names == DatasetNames(features: "positions", labels: "y"))
  }

  @Test("features and labels lie either way") func orientations() throws {
    for features in [Self.features, Self.features.transposed] {
      for shape in [[3], [3, 1], [1, 3]] {
        let file = try open([("X", try Tensor(features)), ("y", try Tensor(Self.labels, shape: shape))])
        #expect(try DatasetSelection().load(file).train.dataset?.features == Self.features.transposed)
      }
    }
  }

  @Test func squareFeaturesNeedAWord() throws {
    let square = Matrix([[1, 2], [3, 4]])
    let file = try open([("X", try Tensor(square)), ("y", try Tensor([0.0, 1.0]))])
    #expect(
      message(file) == "data.h5: X: 2x2 does not tell whether an example is a row or a column; --examples rows or "
        + "--examples columns does")
    var selection = DatasetSelection()
    selection.examples = .rows
    #expect(try selection.load(file).train.dataset?.features == square.transposed)
    selection.examples = .columns
    #expect(try selection.load(file).train.dataset?.features == square)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let x = try Tensor(Self.features)
    #expect(
      message(try open([("X", x), ("y", try Tensor([0.0, 1.0, 0.0, 1.0]))]))
        == "data.h5: X: the shape is 3x2, but y has 4 labels: one dimension must be as long")
    #expect(
      message(try open([("X", x), ("y", try Tensor([0.0, 2.0, 1.0]))]))
        == "data.h5: y: the label of example 2 is 2.0, expected 0 or 1; --loss softmax takes more classes, --loss squared "
        + "or huber takes values")
    #expect(
      message(try open([("X", try Tensor(Matrix([[1, .nan], [1, 2], [3, 4]]))), ("y", try Tensor(Self.labels))]))
        == "data.h5: X: input 2 of example 1 is nan, not a finite number")
    #expect(
      message(try open([("A", x), ("b", x)]))
        == "data.h5: no features and labels were found among the usual names (X and y, …); the file has A (3x2 "
        + "float64), b (3x2 float64); --features and --labels choose")
    #expect(
      message(try open([("X", x), ("y", x)]))
        == "data.h5: y: the shape is 3x2, labels are one row or one column; --loss softmax takes one-hot rows, --loss "
        + "squared or huber several values")
    var selection = DatasetSelection()
    selection.features = "Z"
    #expect(message(try open(set("X", "y")), selection) == "data.h5: Z: there is no such array; the file has X, y")
  }

  @Test(
    "the labels of a table",
    arguments: [
      ("y,a,b\n0,1,2\n1,3,4\n", "a,b", "y"), ("a,b,c\n1,2,0\n3,4,1\n", "a,b", "c"),
      ("a,Label,b\n1,0,2\n3,1,4\n", "a,b", "Label"), ("1,2,0\n3,4,1\n", "1,2", "3"),
    ])
  func tables(_ text: String, _ features: String, _ labels: String) throws {
    let loaded = try DatasetSelection().load(csv(text))
    #expect(loaded.names == DatasetNames(features: features, labels: labels))
    #expect(loaded.train.dataset?.features == Matrix([[1, 3], [2, 4]]))
    #expect(loaded.train.dataset?.labels.elements == [0, 1])
    #expect(loaded.inputNames == (text.first == "1" ? nil : features.split(separator: ",").map(String.init)))
  }

  @Test func columnsAreChosenByNameOrPosition() throws {
    var selection = DatasetSelection()
    selection.features = "b,1"
    selection.labels = "kick"
    let loaded = try selection.load(csv("a,kick,name,b\n1,0,Hugo,2\n3,1,Zoé,4\n"))
    #expect(loaded.train.dataset?.features == Matrix([[2, 4], [1, 3]]))
    #expect(loaded.inputNames == ["b", "a"])
  }

  @Test(
    "what is wrong in a table is named by line and column",
    arguments: [
      ("a,y\n1,0\noops,1\n", "table.csv:3:1: 'oops' is not a number"),
      ("a,y\n1,0\n,1\n", "table.csv:3:1: the value is missing"),
      ("a,y\n1,0\n2\n", "table.csv:3: 1 column was found, 2 are expected"),
      (
        "a,y\n1,0\n2,7\n",
        "table.csv:3:3: the label is 7, expected 0 or 1; --loss softmax takes more classes, --loss squared or huber takes "
          + "values"
      ),
      ("a,y\n", "table.csv: there are no rows below the header"),
      (
        "y\n0\n1\n",
        "table.csv: there is one column, features and labels need two at least (is the delimiter another one?)"
      ),
    ])
  func tableErrors(_ text: String, _ expected: String) throws {
    #expect(message(try csv(text)) == expected)
  }

  @Test func aPartIsHeldOut() throws {
    let rows = (0..<100).map { "\($0),\($0 % 2)\n" }.joined()
    var selection = DatasetSelection()
    selection.testFraction = 0.2
    let first = try selection.load(csv("a,y\n" + rows))
    #expect(first.train.exampleCount == 80)
    #expect(first.test?.exampleCount == 20)
    let all = try #require(first.train.dataset).features.elements + (first.test?.dataset?.features.elements ?? [])
    #expect(all.sorted() == (0..<100).map(Double.init))
    #expect(try selection.load(csv("a,y\n" + rows)).test?.dataset?.features == first.test?.dataset?.features)
    selection.seed = 4
    #expect(try selection.load(csv("a,y\n" + rows)).test?.dataset?.features != first.test?.dataset?.features)
  }

  @Test func theTestSetComesFromAnotherFile() throws {
    let loaded = try DatasetSelection().load(
      csv("a,b,y\n1,2,0\n3,4,1\n"), testFile: csv("y,b,a\n1,20,10\n"))
    #expect(loaded.test?.dataset?.features == Matrix([[10], [20]]))
    #expect(loaded.test?.dataset?.labels.elements == [1])
  }
}
