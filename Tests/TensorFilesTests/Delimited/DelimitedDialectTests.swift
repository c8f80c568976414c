import Testing
import TensorFiles

@Suite struct DelimitedDialectTests {
  @Test(arguments: [
    ("1,2\n3,4\n", "comma-separated, no header, 2 columns"),
    ("1,5;2,5\n3,5;4\n", "semicolon-separated, decimal comma, no header, 2 columns"),
    ("1.5;2\n3;4\n", "semicolon-separated, no header, 2 columns"),
    ("a;b\n1,5;x\n2,25;y\n", "semicolon-separated, decimal comma, header, 2 columns"),
    ("1, 2, 3\n4, 5, 6\n", "comma-separated, no header, 3 columns"),
    ("1 2  3\n  4 5 6  \n", "blank-separated, no header, 3 columns"),
    ("1,5 2,5\n3,5 4,5\n", "blank-separated, decimal comma, no header, 2 columns"),
    ("1\t2\n3\t4\n", "tab-separated, no header, 2 columns"),
    ("1|2\n3|4\n", "bar-separated, no header, 2 columns"),
    ("name,x\n\"Doe; John\",1\n\"Roe; Jane\",2\n", "comma-separated, header, 2 columns"),
    ("first name,age\nAnn Lee,1\nBob Ray,2\n", "comma-separated, header, 2 columns"),
    ("\"a,b\";\"c,d\"\n1;2\n", "semicolon-separated, header, 2 columns"),
    ("7\n8\n", "comma-separated, no header, 1 column"),
    ("x\n8\n", "comma-separated, header, 1 column"),
    ("x,y\n", "comma-separated, header, 2 columns"),
    ("1,NA\n2,\n", "comma-separated, no header, 2 columns"),
    ("5.1,3.5,setosa\n4.9,3.0,virginica\n", "comma-separated, no header, 3 columns"),
    ("a,b,species\n4.9,3.0,virginica\n", "comma-separated, header, 3 columns"),
    ("# x y\n1 2\n", "blank-separated, no header, 2 columns"),
    ("1,2\n3,4\n5,6,7\n", "comma-separated, no header, 2 columns"),
    ("\n\n\u{FEFF}", "comma-separated, header, 1 column"),
    // With tabs the last line would open a quote.
    ("7,x,\"1\t2\n3\t4\n5\t\"\n", "comma-separated, header, 3 columns"),
    ("1;2\n3;4\n5;\"6\n", "semicolon-separated, no header, 2 columns"),
  ])
  func isFound(text: String, summary: String) throws {
    #expect(try TableLayout(DelimitedTesting.input(text)).summary == summary)
  }

  @Test func everyDecisionCanBeTold() throws {
    func summary(_ text: String, _ options: TableOptions, columns: [Int]? = nil) throws -> String {
      try TableLayout(DelimitedTesting.input(text), options: options, columns: columns).summary
    }
    #expect(
      try summary("1,5;2,5\n", TableOptions(delimiter: .comma)) == "comma-separated, no header, 3 columns"
        || summary("1,5;2,5\n", TableOptions(delimiter: .comma)) == "comma-separated, header, 3 columns")
    #expect(try summary("1,2\n3,4\n", TableOptions(header: .yes)) == "comma-separated, header, 2 columns")
    #expect(try summary("x,y\n3,4\n", TableOptions(header: .no)) == "comma-separated, no header, 2 columns")
    #expect(
      try summary("1;2\n3;4\n", TableOptions(decimalComma: true))
        == "semicolon-separated, decimal comma, no header, 2 columns")
    #expect(try summary("#,x\n3,4\n", TableOptions(comments: false)) == "comma-separated, header, 2 columns")
    #expect(
      try summary("1:2\n", TableOptions(delimiter: Dialect.Delimiter(":"))) == "':'-separated, no header, 2 columns")
    // The features alone decide, when they are known.
    #expect(
      try summary("1,2,yes\n3,4,no\n", TableOptions(), columns: [0, 1]) == "comma-separated, no header, 3 columns")
    #expect(try summary("1,2,y\n3,4,5\n", TableOptions(), columns: [0, 1]) == "comma-separated, no header, 3 columns")
    #expect(try summary("1,b,y\n3,4,5\n", TableOptions(), columns: [1]) == "comma-separated, header, 3 columns")
  }

  @Test func delimitersHaveNames() {
    #expect(Dialect.Delimiter("tab") == .tab)
    #expect(Dialect.Delimiter("\\t") == .tab)
    #expect(Dialect.Delimiter(" ") == .blanks)
    #expect(Dialect.Delimiter("|") == .bar)
    for name in ["", "ab", "1", "e", ".", "-", "\"", "\n", "#", "é"] { #expect(Dialect.Delimiter(name) == nil) }
  }

  @Test func theDelimiterOfTheTsvFormatIsATab() throws {
    let input = DelimitedTesting.input("a\tb\n1,5\t2,5\n", name: "-")
    #expect(try FileFormats.open(input, from: "tsv").reader.entries[0].shape == [1, 2])
  }
}
