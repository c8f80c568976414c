import Testing
import Tensors
import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct DelimitedWritingTests {
  private func written(_ archive: TensorArchive, as format: DelimitedFormat = .csv) throws -> String {
    let path = "/tmp/reg-tools-\(getpid())-\(UInt64.random(in: 0 ... .max)).csv"
    defer { unsafe unlink(path) }
    var output = try OutputFile(path: path)
    try format.write(archive, to: &output)
    try output.commit()
    return try DelimitedFiles.text(path)
  }

  private func message(_ archive: TensorArchive) -> String {
    do { return try written(archive) } catch { return "\(error)" }
  }

  @Test func arraysStandSideBySide() throws {
    var archive = TensorArchive()
    archive.set("X", to: try Tensor([1, 2, 3, 4.5, 0.1, 1e-7], shape: [3, 2]))
    archive.set("y", to: try Tensor([0, 1, 0] as [UInt8], shape: [3, 1]))
    archive.set("big", to: try Tensor([Int64.min, 9_007_199_254_740_993, 0]))
    archive.set("natural", to: try Tensor([UInt64.max, 0, 1]))
    let text = """
      X1,X2,y,big,natural
      1,2,0,-9223372036854775808,18446744073709551615
      3,4.5,1,9007199254740993,0
      0.1,1e-07,0,0,1

      """
    #expect(try written(archive) == text)
    #expect(try written(archive, as: .tsv) == text.replacing(",", with: "\t"))
  }

  @Test func columnsFirstIsTurned() throws {
    var archive = TensorArchive()
    archive.set("data", to: try Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2], order: .columnMajor))
    #expect(try written(archive) == "1,4\n2,5\n3,6\n")
  }

  @Test func namesAreQuotedWhereTheyNeedIt() throws {
    let names = ["plain", "a,b", "the \"true\"\nvalue", " blank ", "", "größe", "a;b"]
    var archive = TensorArchive()
    archive.set("data", to: try Tensor([1, 2, 3, 4, 5, 6, 7], shape: [1, 7]))
    archive.setAttribute("columns", of: "data", to: .texts(names))
    let text = try written(archive)
    #expect(text == "plain,\"a,b\",\"the \"\"true\"\"\nvalue\",\" blank \",\"\",größe,a;b\n1,2,3,4,5,6,7\n")
    let table = try #require(FileFormats.open(DelimitedTesting.input(text)).reader as? any TableReader)
    #expect(table.columnNames == names)
  }

  @Test func whatATableCannotHoldIsNamed() throws {
    var archive = TensorArchive()
    #expect(message(archive).hasSuffix(": there is no array to write"))
    archive.set("X", to: try Tensor([1, 2, 3, 4], shape: [2, 2]))
    archive.set("Xval", to: try Tensor([1, 2, 3], shape: [3]))
    #expect(message(archive).contains("the array has 3 rows and 'X' has 2; a table holds arrays with equal numbers"))
    #expect(message(archive).contains("so write them to files of their own"))
    archive = TensorArchive()
    archive.set("cube", to: try Tensor([1, 2, 3, 4], shape: [2, 1, 2]))
    #expect(message(archive).contains("the array is 2x1x2; a table holds arrays of one or two dimensions"))
    archive = TensorArchive()
    var buffer = try TensorBuffer(byteCount: 16)
    buffer.withMutableElements(as: Double.self) { $0[0] = 1 }
    archive.set("z", to: try Tensor(shape: [1], elementType: .complex128, order: .rowMajor, storage: buffer.finish()))
    #expect(message(archive).contains("the numbers are complex; a table holds real ones"))
  }

  /// Any doubles come back as they were, bit for bit.
  @Test func doublesComeBack() throws {
    var random = DelimitedTesting.Random(state: 5)
    for columns in [1, 3] {
      let values = (0..<3000).map { _ in random.finite() } + [.infinity, -.infinity, -0.0]
      var archive = TensorArchive()
      archive.set("X", to: try Tensor(values, shape: [values.count / columns, columns]))
      for format in [DelimitedFormat.csv, .tsv] {
        let input = DelimitedTesting.input(try written(archive, as: format))
        let tensor = try FileFormats.open(input).reader.tensor("data")
        #expect(tensor.shape == [values.count / columns, columns])
        #expect(try tensor.doublesInStorageOrder().map(\.bitPattern) == values.map(\.bitPattern))
      }
    }
  }

  @Test func goldenFilesComeBack() throws {
    for path in DelimitedFiles.golden {
      let archive = try FileFormats.open(path).reader.archive()
      let again = try FileFormats.open(DelimitedTesting.input(try written(archive))).reader.archive()
      #expect(again.members.map(\.tensor.shape) == archive.members.map(\.tensor.shape))
      #expect(
        try again["data"]?.doublesInStorageOrder().map(\.bitPattern)
          == archive["data"]?.doublesInStorageOrder().map(\.bitPattern))
      #expect(again.attribute("columns", of: "data")?.texts == archive.attribute("columns", of: "data")?.texts)
    }
  }

  @Test func aNameOfAByteOrderMarkIsNone() throws {
    var writer = RowWriter()
    writer.append(header: ["\u{FEFF}", "\u{FEFF}x"])
    #expect(String(decoding: writer.text, as: UTF8.self) == "\"\u{FEFF}\",\u{FEFF}x\n")
    let layout = try TableLayout(InputFile(bytes: writer.text, name: "table"))
    #expect(layout.columnNames == ["\u{FEFF}", "\u{FEFF}x"])
  }

  @Test func rowsAreWrittenAsTheyCome() {
    var writer = RowWriter(format: .fixed(3))
    writer.append(header: ["x", "probability"])
    writer.append(raw: ArraySlice("1;\"2\"".utf8))
    writer.append(2.0 / 3)
    writer.append(UInt64(1))
    writer.append("#a\"b")
    writer.endRow()
    #expect(String(decoding: writer.text, as: UTF8.self) == "x,probability\n1;\"2\",0.667,1,\"#a\"\"b\"\n")
  }
}
