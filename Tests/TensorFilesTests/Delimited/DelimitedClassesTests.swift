import TensorFiles
import Tensors
import Testing

/// Columns of texts, and what is said of a table.
@Suite struct DelimitedClassesTests {
  private func table(_ text: String, _ options: TableOptions = TableOptions()) throws -> any TableReader {
    try #require(try FileFormats.open(DelimitedTesting.input(text), tables: options).reader as? any TableReader)
  }

  @Test func classesAreNumberedInOrderOfAppearance() throws {
    let table = try table("x,species\n1,virginica\n2,\"setosa\"\n3, setosa \n4,NA\n5,virginica\n")
    let classes = try #require(try table.classes(ofColumn: 1))
    #expect(classes.names == ["virginica", "setosa"])
    #expect(classes.summary == "classes of species: 0 virginica, 1 setosa")
    #expect(try table.classes(ofColumn: 0) == nil)
    let source = table.source(ofColumns: [1], classes: [1: classes], isVector: true)
    #expect(source.shape == [5])
    #expect(try source.whole().doublesInStorageOrder().description == "[0.0, 1.0, 1.0, nan, 0.0]")
    let both = try table.source(ofColumns: [1, 0], classes: [1: classes]).blocks(ofRows: 2)
    #expect(try both.next()?.matrix().elements == [0, 1, 1, 2])
  }

  @Test("numbers among texts are an error, since one wrong letter would shift all classes")
  func numbersAmongTexts() throws {
    for text in ["y\n1\n1.0\nyes\n1\n", "y\nno\nno\nyes\n1\n"] {
      let error = #expect(throws: FormatError.self) { try table(text).classes(ofColumn: 0) }
      #expect(error?.code == .unsuitable)
      #expect(
        error?.sentence.hasSuffix("stands in a column that has numbers and texts; the names of classes are texts alone")
          == true)
    }
  }

  @Test func columnsOfNumbersHaveNoClasses() throws {
    let numbers = (0..<20_000).map { "\($0)\n" }.joined()
    #expect(try table("y\nNA\n-\n1\n").classes(ofColumn: 0) == nil)
    #expect(try table("y\n" + numbers).classes(ofColumn: 0) == nil)
    let texts = (0..<20_000).map { "r\($0)\n" }.joined()
    let error = #expect(throws: FormatError.self) { try table("y\n" + texts).classes(ofColumn: 0) }
    #expect(
      error?.sentence == "the column 'y' has more than 10000 different texts: these are no classes")
  }

  @Test func aNameThatIsNoClassIsAnError() throws {
    let table = try table("x,y\n1,no\n2,yes\n3,maybe\n")
    let classes = ClassLabels(column: "y", names: ["no", "yes"])
    let error = #expect(throws: FormatError.self) {
      try table.source(ofColumns: [0, 1], classes: [1: classes]).whole()
    }
    #expect(error?.description == "table.csv:4:3: 'maybe' is not among the classes of y: 0 no, 1 yes")
  }

  @Test func aColumnOfTextIsNamedWhereNumbersAreWanted() throws {
    let table = try table("x,species\n1,setosa\n2,setosa\n")
    let error = #expect(throws: FormatError.self) { try table.tensor("data") }
    #expect(
      error?.description
        == "table.csv:2:3: 'setosa' is not a number; the column 'species' is text: --labels numbers its classes, "
        + "--features leaves it out")
    #expect(throws: FormatError.self) { try table.source(of: "data").blocks(ofRows: 1).next() }
  }

  @Test(arguments: [
    ("x1,x2\n1,2\n", ["the first line is a header"]),
    ("1,2\n3,4\n", ["there is no header"]),
    (
      "a;b\n1,5;2\n",
      ["the first line is a header", "the columns are semicolon-separated", "commas are decimal points"]
    ),
    ("\u{FEFF}1 2\n", ["there is no header", "the columns are blank-separated", "a byte order mark is passed over"]),
    ("a,b\n1,NA\n", ["the first line is a header", "missing values ('NA') are read as NaN"]),
    ("a,b\n1,\n", ["the first line is a header", "missing values (empty fields) are read as NaN"]),
    (
      "150,4,setosa,versicolor,virginica\n5.1,3.5,1.4,0.2,0\n",
      [
        "the first line is a header",
        "150, 4 in the header are numbers: perhaps the line is data, or says how many rows follow",
      ]
    ),
    (
      "a,b\n1,red\n2,blue\n",
      [
        "the first line is a header",
        "the column b is text",
      ]
    ),
  ])
  func saysWhatItDecided(_ text: String, _ notes: [String]) throws {
    #expect(try table(text).notes == notes)
  }

  @Test func saysWhatATableDoesNotKeep() throws {
    var archive = TensorArchive()
    archive.set("X", to: try Tensor([1, 2], shape: [1, 2]))
    #expect(try DelimitedFormat.csv.changes(writing: ArchiveSource(archive)).isEmpty)
    archive.setAttribute("columns", of: "X", to: .texts(["a", "b"]))
    #expect(try DelimitedFormat.csv.changes(writing: ArchiveSource(archive)).isEmpty)
    archive.setAttribute("units", of: "X", to: .text("m"))
    for name in ["r", "s", "t", "u"] { archive.set(name, to: try Tensor([1] as [Int32])) }
    #expect(
      try DelimitedFormat.csv.changes(writing: ArchiveSource(archive)) == [
        "r, s, t and 1 more: text has no types: they are read back as float64",
        "X: the attribute 'units' is not kept: a table has no place for it",
      ])
  }

  @Test func columnsOfTwoArraysHaveTwoNames() throws {
    var archive = TensorArchive()
    archive.set("X", to: try Tensor([1, 2], shape: [1, 2]))
    archive.set("X1", to: try Tensor([1], shape: [1, 1]))
    let error = #expect(throws: FormatError.self) { try DelimitedFormat.csv.changes(writing: ArchiveSource(archive)) }
    #expect(
      error?.description == "X1: a column 'X1' would be of this array and of 'X'; --rename gives one another name")
  }

  @Test func namesThatLookLikeNumbersAreSaid() throws {
    var archive = TensorArchive()
    archive.set("1", to: try Tensor([1], shape: [1, 1]))
    archive.set("NA", to: try Tensor([1], shape: [1, 1]))
    #expect(
      try DelimitedFormat.csv.changes(writing: ArchiveSource(archive)) == [
        "the names of the columns (1, NA) look like numbers: reading the table needs --header yes"
      ])
  }

  @Test func tooManyColumnsAreRefusedBeforeTheyAreNamed() throws {
    let wide = LoadedTensor(shape: [0, 1 << 40], elementType: .float64) { try Tensor([Double](), shape: [0, 1 << 40]) }
    let archive = ArchiveSource(members: [.init(name: "w", source: wide)])
    let error = #expect(throws: FormatError.self) { try DelimitedFormat.csv.changes(writing: archive) }
    #expect(error?.sentence.hasPrefix("the array has 1099511627776 columns; a table has 1000000 at most") == true)
  }
}
