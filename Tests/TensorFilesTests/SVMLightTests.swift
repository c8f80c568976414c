import Foundation
import TensorFiles
import Tensors
import Testing

@Suite struct SVMLightTests {
  private func open(_ text: String, limits: Limits = Limits()) throws(FormatError) -> any TensorReader {
    try FileFormats.open(InputFile(bytes: Array(text.utf8), name: "t.svm"), from: "svmlight", limits: limits).reader
  }

  private func written(_ archive: TensorArchive) throws -> String {
    let folder = try TemporaryFolder()
    try FileFormats.write(archive, to: "\(folder.path)/a.svm")
    return String(decoding: try Data(contentsOf: URL(filePath: "\(folder.path)/a.svm")), as: UTF8.self)
  }

  private func message(_ arrays: KeyValuePairs<String, Tensor>) -> String? {
    var archive = TensorArchive()
    for (name, tensor) in arrays { archive.set(name, to: tensor) }
    do throws(FormatError) { _ = try SVMLightFormat().changes(writing: ArchiveSource(archive)) } catch {
      return error.description
    }
    return nil
  }

  @Test func everyNumberIsKeptToTheBit() throws {
    let numbers: [Double] = [
      0, -0.0, 1, 0.1, 0, 0, 0, 0, 0, .leastNonzeroMagnitude, 1.7976931348623157e308, 0, .infinity, -.infinity, .nan, 0,
    ]
    var archive = TensorArchive()
    archive.set("X", to: try Tensor(numbers, shape: [4, 4]))
    archive.set("y", to: try Tensor([1, -1, 0.5, -0.0]))
    archive.set("qid", to: try Tensor([1, 1, 7, -2] as [Int64]))
    // The last column is all zeros: the first line gives it, so that the width is kept.
    let text = try written(archive)
    #expect(
      text == """
        1 qid:1 2:-0 3:1 4:0.1
        -1 qid:1
        0.5 qid:7 2:5e-324 3:1.7976931348623157e+308
        -0 qid:-2 1:inf 2:-inf 3:nan

        """)
    let reader = try open(text)
    #expect(reader.entries.map(\.shape) == [[4, 4], [4], [4]])
    for name in ["X", "y"] {
      let (read, kept) = (try reader.tensor(name), try #require(archive[name]))
      #expect(try read.doublesInStorageOrder().map(\.bitPattern) == kept.doublesInStorageOrder().map(\.bitPattern))
    }
    #expect(try reader.tensor("qid").elementType == .int64)
    #expect(try reader.tensor("qid").doublesInStorageOrder() == [1, 1, 7, -2])
  }

  @Test func theWidthIsKept() throws {
    var archive = TensorArchive()
    archive.set("X", to: try Tensor([1, 0, 0, 2, 0, 0], shape: [2, 3]))
    archive.set("y", to: try Tensor([0, 1], shape: [2, 1]))
    #expect(try written(archive) == "0 1:1 3:0\n1 1:2\n")
    #expect(try SVMLightFormat().changes(writing: ArchiveSource(archive)).count == 1)
  }

  @Test func columnsFirstAndIntegersAreWritten() throws {
    var archive = TensorArchive()
    archive.set("X", to: try Tensor([1, 0, 0, 9_007_199_254_740_993] as [Int64], shape: [2, 2], order: .columnMajor))
    archive.set("y", to: try Tensor([0, 1] as [UInt8]))
    #expect(try written(archive) == "0 1:1 2:0\n1 2:9007199254740993\n")
    #expect(
      try SVMLightFormat().changes(writing: ArchiveSource(archive)) == [
        "X: int64 is read back as float64, text has no types", "y: uint8 is read back as float64, text has no types",
      ])
  }

  @Test func whatCannotBeWrittenIsNamed() throws {
    let (x, y) = (try Tensor([1, 2], shape: [2, 1]), try Tensor([0, 1]))
    #expect(message(["X": x, "y": y]) == nil)
    #expect(
      message(["X": x])
        == "y: SVMlight needs features X and labels y; name an array so (reg-convert --rename old=y)")
    #expect(
      message(["X": x, "y": y, "Xval": x])
        == "Xval: SVMlight holds features X, labels y and queries qid; leave this array out (reg-convert --arrays X,y) or "
        + "name it one of these (--rename Xval=X)")
    #expect(
      message(["X": x, "y": try Tensor([0.0])])
        == "y: the array is 1, one number for each of the 2 rows of X is needed")
    #expect(
      message(["X": y, "y": y])
        == "X: the array is 2; SVMlight holds features of two dimensions that are not empty")
  }

  @Test func indicesCountFrom0WhereOneIs0() throws {
    let reader = try open("1 0:5 2:6\n-1 1:7 # a comment\n")
    #expect(try reader.tensor("X").matrix().elements == [5, 0, 6, 0, 7, 0])
    #expect(reader.notes[0] == "indices count from 0, as there is an index 0")
    #expect(try open("1 2:6\n").notes[0] == "indices count from 1, as there is no index 0")
  }

  @Test(arguments: [1, 2, 3, 7]) func readsBlockByBlock(_ count: Int) throws {
    let reader = try open("1 1:5 2:6\r-1\r\r\n0 2:7\n2 1:1")
    for name in ["X", "y"] {
      let source = try reader.source(of: name)
      let blocks = try source.blocks(ofRows: count)
      var numbers: [Double] = []
      while let block = try blocks.next() { numbers += try block.doublesInStorageOrder() }
      #expect(numbers == (name == "X" ? [5, 6, 0, 0, 0, 7, 1, 0] : [1, -1, 0, 2]))
      let rows = try reader.rows(of: name)
      try rows.seek(toRow: 2)
      var values = [Double](repeating: 9, count: rows.columnCount * count)
      var span = values.mutableSpan
      #expect(try rows.nextRows(into: &span) == min(count, 2))
      #expect(Array(values.prefix(rows.columnCount)) == (name == "X" ? [0, 7] : [0]))
    }
  }

  @Test func severalLabelsAreListed() throws {
    let reader = try open("1,0 2:2.5\n 1:3\n2 1:1\n")
    #expect(reader.entries[1].content == .other(className: "several labels in a row", remedy: nil))
    #expect(try reader.tensor("X").shape == [3, 2])
    #expect(throws: FormatError.self) { try reader.tensor("y") }
  }

  @Test(arguments: [
    ("1 1:2\n", true), ("# c\n\n+1 qid:3 1:2 # d\n", true), ("1,2 3:4\n", true), ("-1\n1 2:0.5\n", true),
    ("1\n2\n", false), ("1 2\n", false), ("a 1:2\n", false), ("1 12:30 5\n", false), ("x:1,y:2\n", false),
  ])
  func isRecognised(_ text: String, _ expected: Bool) {
    #expect(SVMLightFormat().recognizes(prefix: Array(text.utf8), size: nil) == expected)
  }

  @Test func aLongLineIsRecognisedByItsWholeWords() {
    let line = "1 " + (1...1000).map { "\($0):0.5 " }.joined()
    #expect(SVMLightFormat().recognizes(prefix: Array(line.utf8.prefix(FileFormats.prefixLength)), size: nil))
  }

  @Test func memoryIsChargedFirst() throws {
    let error = #expect(throws: FormatError.self) { try open("1 100:1\n", limits: Limits(memory: 400)) }
    #expect(error?.sentence == "the index 100 makes rows of more than 50 numbers, the limit")
  }

  /// scikit-learn reads what is written.
  @Test(.enabled(if: Python.hasSciKitLearn, "skipped: scikit-learn is not installed")) func sciKitLearnReadsIt() throws
  {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    archive.set("X", to: try Tensor([1, 0, 0.1, -0.0, 1e-300, 0], shape: [2, 3]))
    archive.set("y", to: try Tensor([1, -1]))
    try FileFormats.write(archive, to: "\(folder.path)/a.svm.gz")
    let program =
      "import sys, sklearn.datasets as d; x, y = d.load_svmlight_file(sys.argv[1]); "
      + "print(x.data.tolist(), x.indices.tolist(), y.tolist())"
    #expect(
      try Python.run(["-c", program, "\(folder.path)/a.svm.gz"])
        == "[1.0, 0.1, -0.0, 1e-300] [0, 2, 0, 1] [1.0, -1.0]\n")
  }
}
