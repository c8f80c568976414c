import TensorFiles
import Tensors
import Testing

@Suite struct ARFFTests {
  private func open(_ text: String) throws -> any TableReader {
    let file = try FileFormats.open(InputFile(bytes: Array(text.utf8), name: "t.arff"))
    #expect(file.format.name == "arff")
    return try #require(file.reader as? any TableReader)
  }

  private func numbers(_ text: String) throws -> [Double] { try open(text).tensor("data").doublesInStorageOrder() }

  private static let head = "% c\n@RELATION 'a b'\n@Attribute x NUMERIC\n@attribute 'the class' {no, 'oh yes'}\n@DATA\n"

  @Test func classesAreNumberedAsDeclared() throws {
    let table = try open(Self.head + "1,'oh yes'\n2,no\n")
    #expect(table.columnNames == ["x", "the class"] && table.hasHeader)
    #expect(try table.tensor("data").matrix().elements == [1, 1, 2, 0])
    #expect(table.notes == ["classes of the class: 0 no, 1 oh yes"])
    #expect(try table.classes(ofColumn: 1)?.names == ["no", "oh yes"])
    #expect(try table.classes(ofColumn: 0) == nil)
    #expect(try table.texts(ofColumn: 1) == ["oh yes", "no"])
    #expect(try table.attributes(of: "data").map(\.name) == ["columns", "classes_the class"])
    #expect(try table.location(ofRow: 1, column: 1) == .line(7, column: 3))
  }

  @Test func otherNumbersMayBeGivenToTheClasses() throws {
    let table = try open(Self.head + "1,'oh yes'\n{0 2}\n")
    let classes = ClassLabels(column: "the class", names: ["oh yes", "no"])
    let source = table.source(ofColumns: [1], classes: [1: classes], isVector: true)
    #expect(source.shape == [2])
    #expect(try source.whole().doublesInStorageOrder() == [0, 1])
  }

  @Test func namesThatAreAllNumbersAreTheseNumbers() throws {
    let text = "@relation r\n@attribute y {1,-1}\n@attribute x real\n@data\n-1,2\n1,3\n{1 4}\n"
    #expect(try numbers(text) == [-1, 2, 1, 3, 1, 4])
    #expect(try open(text).notes.isEmpty)
  }

  @Test func sparseRowsHaveZerosAndFirstClasses() throws {
    #expect(
      try numbers(Self.head + "{0 1.5, 1 'oh yes'}\n{}\n{1 'oh yes'}, {2}\n{ 0 ? }\n").description
        == "[1.5, 1.0, 0.0, 0.0, 0.0, 1.0, nan, 0.0]")
  }

  @Test func blanksCommentsAndWeightsArePassedOver() throws {
    #expect(
      try numbers(Self.head + "% c\n\n 1 , no % end\r\n2,no,{0.5}\n\t3\t'oh yes'\n")
        == [1, 0, 2, 0, 3, 1])
  }

  @Test func stringsDatesAndRelationsAreListed() throws {
    let table = try open(
      """
      @relation r
      @attribute name string
      @attribute when date "yyyy-MM-dd"
      @attribute bag relational
        @attribute inner real
        @attribute kind {a,b}
      @end bag
      @attribute x real
      @data
      'a, b',2026-01-02,'1,a\\n2,b',5
      ?,?,?,6
      """)
    #expect(table.entries.map(\.name) == ["data", "name", "when", "bag"])
    #expect(table.columnNames == ["x"])
    #expect(try table.tensor("data").doublesInStorageOrder() == [5, 6])
    #expect(throws: FormatError.self) { try table.tensor("name") }
  }

  @Test func rowsAreSoughtIn() throws {
    let table = try open(Self.head + (0..<10_000).map { "\($0),no\n" }.joined())
    let rows = try table.rows(ofColumns: [0])
    var values: [Double] = [0, 0]
    for row in [9_999, 0, 4_096, 4_095, 5_000] {
      try rows.seek(toRow: row)
      var span = values.mutableSpan
      #expect(try rows.nextRows(into: &span) == min(2, 10_000 - row))
      #expect(values[0] == Double(row))
    }
  }

  @Test func onlyCommentsAtFirstIsRecognised() throws {
    let text = (0..<1000).map { "% \($0)\n" }.joined() + Self.head + "1,no\n"
    #expect(try numbers(text) == [1, 0])
  }

  @Test func missingIsAnErrorWhereItMustNotBe() throws {
    let rows = try open(Self.head + "?,no\n").rows(ofColumns: [0], missing: .error)
    var values: [Double] = [0]
    var failure: (any Error)?
    var span = values.mutableSpan
    do { _ = try rows.nextRows(into: &span) } catch { failure = error }
    #expect((failure as? FormatError)?.description == "t.arff:6:1: the value is missing ('?')")
  }
}
