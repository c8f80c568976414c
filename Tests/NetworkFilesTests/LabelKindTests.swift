import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

@Suite("Labels of every kind") struct LabelKindTests {
  private func load(_ text: String, _ selection: DatasetSelection, test: String? = nil) throws -> LoadedDataset {
    try selection.load(
      ExampleFixtures.csv(text), testFile: test.map { try ExampleFixtures.csv($0, name: "test.csv") })
  }

  private func loadArrays(_ labels: Tensor, _ wanted: WantedLabels) throws -> LoadedDataset {
    let folder = try TemporaryFolder()
    let features = try Tensor(Matrix([[1, 10], [2, 20], [3, 30]]))
    let file = try ExampleFixtures.open([("X", features), ("y", labels)], as: "h5", in: folder)
    return try ExampleFixtures.selection(wanted).load(file)
  }

  private func labels(_ loaded: LoadedDataset) -> [Double]? { loaded.train.dataset?.labels.elements }

  @Test("whole numbers are the names of classes, in ascending order")
  func integers() throws {
    let loaded = try load("a,y\n1,10\n2,-1\n3,2\n4,10\n", ExampleFixtures.selection(.classes))
    #expect(loaded.train.kind == .classes(3))
    #expect(loaded.classes?.names == ["-1", "2", "10"])
    #expect(labels(loaded) == [2, 0, 1, 2])
    let digits = try loadArrays(Tensor([10.0, 1, 2]), .classes)
    #expect(digits.classes?.names == ["1", "2", "10"] && labels(digits) == [2, 0, 1])
  }

  @Test("texts are classes in an order that does not depend on that of the rows")
  func texts() throws {
    for rows in ["1,b\n2,c\n3,a\n", "3,a\n2,c\n1,b\n"] {
      let loaded = try load("x,kind\n" + rows, ExampleFixtures.selection(.classes) { $0.labels = "kind" })
      #expect(loaded.classes?.names == ["a", "b", "c"] && loaded.train.kind == .classes(3))
      #expect(loaded.classes?.column == "kind")
    }
  }

  @Test("two texts without a word are 0 and 1 in the order in which they appear")
  func twoTexts() throws {
    let loaded = try load("x,y\n1,yes\n2,no\n3,yes\n", ExampleFixtures.selection())
    #expect(loaded.train.kind == .binary && loaded.classes?.names == ["yes", "no"] && labels(loaded) == [0, 1, 0])
    let signs = try load("x,y\n1,<=50K\n2,>50K\n", ExampleFixtures.selection())
    #expect(signs.classes?.names == ["<=50K", ">50K"])
  }

  @Test("declared classes stay as they are declared, also those without examples")
  func declared() throws {
    let text = "@relation r\n@attribute x real\n@attribute c {b,a,d}\n@data\n1,a\n2,b\n"
    let file = try FileFormats.open(InputFile(bytes: Array(text.utf8), name: "t.arff"))
    let loaded = try ExampleFixtures.selection(.classes).load(file)
    #expect(loaded.classes?.names == ["b", "a", "d"] && loaded.train.kind == .classes(3))
    #expect(labels(loaded) == [1, 0])
    #expect(
      ExampleFixtures.message(file, ExampleFixtures.selection(.values))
        == "t.arff: c: the column has the names of classes (b, a, d), not values; --loss softmax takes classes")
  }

  @Test("one-hot rows are classes")
  func oneHot() throws {
    let matrix = Matrix([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
    for tensor in [try Tensor(matrix), try Tensor(matrix.transposed)] {
      let loaded = try loadArrays(tensor, .classes)
      #expect(loaded.train.kind == .classes(4) && labels(loaded) == [1, 0, 3])
      #expect(loaded.classes?.names == ["0", "1", "2", "3"])
    }
    let table = try load(
      "x,cat,dog\n1,0,1\n2,1,0\n", ExampleFixtures.selection(.classes) { $0.labels = "cat,dog" },
      test: "dog,cat,x\n1,0,5\n")
    #expect(table.classes?.names == ["cat", "dog"] && labels(table) == [1, 0])
    #expect(table.test?.dataset?.labels.elements == [1])
    #expect(
      ExampleFixtures.message(
        try ExampleFixtures.csv("x,cat,dog\n1,0,1\n2,1,1\n"),
        ExampleFixtures.selection(.classes) { $0.labels = "cat,dog" })
        == "table.csv:3:5: the label is 1, expected one 1 and otherwise 0 among the 2 numbers of a label")
  }

  @Test("the names that reg-convert keeps beside numbers are those of the classes")
  func namesBesideNumbers() throws {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    archive.set("X", to: try Tensor(Matrix([[1, 10], [2, 20], [3, 30]])))
    archive.set("y", to: try Tensor([2.0, 0, 1]))
    archive.setAttribute("classes", of: "y", to: .texts(["c", "b", "a"]))
    try FileFormats.write(archive, to: "\(folder.path)/d.h5")
    let loaded = try ExampleFixtures.selection(.classes).load(FileFormats.open("\(folder.path)/d.h5"))
    #expect(loaded.classes?.names == ["c", "b", "a"] && labels(loaded) == [2, 0, 1])
  }

  @Test("values are one or several numbers")
  func values() throws {
    let one = try load("a,y\n1,0.5\n2,-7\n", ExampleFixtures.selection(.values))
    #expect(one.train.kind == .values(1) && labels(one) == [0.5, -7] && one.labelNames == ["y"])
    let two = try load(
      "a,b,u,v\n1,2,3,4\n5,6,7,8\n", ExampleFixtures.selection(.values) { $0.labels = "v,u" },
      test: "v,u,b,a\n1,2,3,4\n")
    #expect(
      two.train.kind == .values(2)
        && two.names
          == DatasetNames(
            features: "a,b", labels: "v,u", testFeatures: "a,b", testLabels: "v,u")
    )
    #expect(two.train.dataset?.labels == Matrix([[4, 8], [3, 7]]) && two.labelNames == ["v", "u"])
    #expect(two.test?.dataset?.features.elements == [4, 3] && two.test?.dataset?.labels.elements == [1, 2])
    let columns = Matrix([[1, 5, 9], [2, 6, 10], [3, 7, 11], [4, 8, 12]])
    for matrix in [columns, columns.transposed] {
      #expect(try loadArrays(Tensor(matrix), .values).train.dataset?.labels == columns)
    }
  }

  @Test("the test set has the classes of the training set")
  func testClasses() throws {
    let selection = ExampleFixtures.selection(.classes)
    let numbers = try load("a,y\n1,7\n2,3\n3,5\n", selection, test: "a,y\n1,5\n2,7\n")
    #expect(numbers.test?.dataset?.labels.elements == [1, 2])
    let texts = try load("a,y\n1,n\n2,m\n3,k\n", selection, test: "a,y\n1,m\n")
    #expect(texts.test?.dataset?.labels.elements == [1] && texts.test?.kind == .classes(3))
    #expect(
      ExampleFixtures.message(
        try ExampleFixtures.csv("a,y\n1,7\n2,3\n"), selection,
        test: try ExampleFixtures.csv("a,y\n1,7\n2,4\n", name: "t"))
        == "t:3:3: the label is 4, expected one of the classes 3, 7")
    #expect(
      ExampleFixtures.message(
        try ExampleFixtures.csv("a,y\n1,n\n2,m\n"), selection, test: try ExampleFixtures.csv("a,y\n1,o\n", name: "t"))
        == "t:2:3: 'o' is not among the classes of y: 0 m, 1 n")
    #expect(
      ExampleFixtures.message(
        try ExampleFixtures.csv("a,y\n1,7\n2,3\n"), selection, test: try ExampleFixtures.csv("a,y\n1,o\n", name: "t"))
        == "t:2:3: 'o' is not a number; labels are the classes 3, 7")
  }

  static let unusable: [(String, WantedLabels, String)] = [
    ("", .classes, "table.csv: the file is empty"),
    ("a,y\n", .classes, "table.csv: there are no rows below the header"),
    (
      "a,y\n1,0.5\n", .classes,
      "table.csv:2:3: the label is 0.5, expected a whole number, which names a class; --loss squared or huber takes values"
    ),
    (
      "a,y\n1,1\n2,1e300\n", .classes,
      "table.csv:3:3: the label is 1e+300, expected a whole number, which names a class; --loss squared or huber takes "
        + "values"
    ),
    ("a,y\n1,1e300\n2,1e400\n", .values, "table.csv:3:3: the label is inf, expected a finite number"),
    (
      "a,y\n1,4\n2,4\n", .classes,
      "table.csv: y: all labels are 4: there is one class, and two at least are needed to tell them apart"
    ),
    (
      "a,y\n1,u\n2,u\n", .classes,
      "table.csv: y: all labels are u: there is one class, and two at least are needed to tell them apart"
    ),
    (
      "a,y\n1,0\n2,1\n3,x\n", .classes,
      "table.csv:4:3: 'x' stands in a column that has numbers and texts; the names of classes are texts alone"
    ),
    ("a,y\n1,0\n2,\n", .classes, "table.csv:3:3: the value is missing"),
    ("a,y\n1,x\n2,y\n3,\n", .classes, "table.csv:4:3: the value is missing"),
    ("a,y\n1,text\n", .values, "table.csv:2:3: 'text' is not a number; --loss softmax takes names of classes"),
  ]

  @Test("labels that cannot be used are named", arguments: unusable)
  func hostile(_ text: String, _ wanted: WantedLabels, _ expected: String) throws {
    let message = #expect(throws: FormatError.self) {
      try ExampleFixtures.selection(wanted).load(ExampleFixtures.csv(text))
    }?.description
    #expect(message == expected)
  }

  @Test("10,000 classes are the most")
  func manyClasses() throws {
    func table(_ count: Int, _ prefix: String) -> String {
      "a,y\n" + (0..<count).map { "1,\(prefix)\($0)\n" }.joined()
    }
    let selection = ExampleFixtures.selection(.classes)
    #expect(try load(table(10_000, ""), selection).train.kind == .classes(10_000))
    #expect(
      ExampleFixtures.message(try ExampleFixtures.csv(table(10_001, "")), selection)
        == "table.csv: y: there are more than 10000 different labels: these are no classes; --loss squared or huber takes "
        + "values")
    #expect(
      ExampleFixtures.message(try ExampleFixtures.csv(table(10_001, "n")), selection)
        == "table.csv: y: there are 10001 classes, 10000 are the most")
  }

  @Test("what two classes have too many of is told")
  func shapesForTwoClasses() throws {
    #expect(
      ExampleFixtures.message(
        try ExampleFixtures.csv("a,u,v\n1,2,3\n"), ExampleFixtures.selection { $0.labels = "u,v" })
        == "table.csv: u,v: there are 2 columns of labels, expected one of 0 and 1; --loss softmax takes one-hot columns, "
        + "--loss squared or huber several values")
  }
}
