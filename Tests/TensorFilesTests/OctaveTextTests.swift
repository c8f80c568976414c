import TensorFiles
import Tensors
import Testing

@Suite struct OctaveTextTests {
  private func open(_ text: String, limits: Limits = Limits()) throws -> any TensorReader {
    let file = try FileFormats.open(InputFile(bytes: Array(text.utf8), name: "made.txt"), limits: limits)
    #expect(file.format.name == "octave-text")
    return file.reader
  }

  private func doubles(_ text: String) throws -> [Double] {
    try open("# name: x\n" + text).tensor("x").doublesInStorageOrder()
  }

  /// Octave reads `%` for `#` too, and files that came from Windows.
  @Test func signsAndLines() throws {
    #expect(try doubles("# type: scalar\r\n1.5\r\n") == [1.5])
    let reader = try open("% Created by Octave 3.2.4\n% name: x\n% type: matrix\n% rows: 1\n% columns: 2\n 1 2\n")
    #expect(try reader.tensor("x").doublesInStorageOrder() == [1, 2])
  }

  @Test func tableWithACommentIsATable() throws {
    let input = InputFile(bytes: Array("# name: flowers\n1,2\n3,4\n".utf8), name: "made.csv")
    #expect(try FileFormats.open(input).format.name == "csv")
  }

  /// Octave's missing value is one of R's, and a NaN.
  @Test func missingValue() throws {
    #expect(try doubles("# type: scalar\nNA\n").map(\.isNaN) == [true])
  }

  /// A number of single precision is rounded once: 1 + 2^-24 + 2^-60 is above the middle, its double on it.
  @Test func singleIsRoundedOnce() throws {
    let digits = "1.000000059604644775391492361737884879"
    #expect(try doubles("# type: float scalar\n\(digits)\n") == [Double(Float(1).nextUp)])
  }

  @Test func ranges() throws {
    for (text, expected) in [
      ("1 5 1", [1, 2, 3, 4, 5]), ("5 1 1", []), ("1 1 1", [1]), ("0 1 0", []), ("3 0.5 -1", [3, 2, 1]),
    ] as [(String, [Double])] {
      #expect(try doubles("# type: range\n# base, limit, increment\n\(text)\n") == expected, "\(text)")
    }
    let reader = try open("# name: x\n# type: double_range\n# base, limit, increment\n1 1e12 1\n")
    let error = #expect(throws: FormatError.self) { try reader.tensor("x") }
    #expect(error?.code == .limit)
  }

  @Test(arguments: ["bool range", "bool double_range", "complex range", "int8 range"])
  func rangesAreOfFloats(type: String) throws {
    let reader = try open("# name: x\n# type: \(type)\n# base, limit, increment\n1 5 1\n")
    #expect(reader.entries.map(\.content) == [.other(className: "unknown class \(type)", remedy: nil)])
  }

  @Test func nameTwice() throws {
    let reader = try open("# name: x\n# type: scalar\n1\n\n\n# name: x\n# type: scalar\n2\n")
    #expect(reader.notes == ["x is there twice; the last one counts"])
    #expect(try reader.tensor("x").doublesInStorageOrder() == [2])
  }

  @Test func unknownTypesArePassedOver() throws {
    let reader = try open(
      "# name: j\n# type: java object\nwhatever\n# of: it\n\n# name: x\n# type: scalar\n1\n")
    #expect(reader.entries.map(\.name) == ["j", "x"])
    #expect(reader.entries[0].content == .other(className: "unknown class java object", remedy: nil))
  }

  /// Zeros that stand nowhere in the file are counted against the memory.
  @Test(arguments: [
    "diagonal matrix\n# rows: 100000\n# columns: 100000\n1\n", "permutation matrix\n# size: 100000\n# orient: c\n1\n",
  ])
  func memoryLimit(text: String) throws {
    let reader = try open("# name: x\n# type: " + text)
    let error = #expect(throws: FormatError.self) { try reader.tensor("x") }
    #expect(error?.code == .limit)
  }

  @Test func sparseBeyondTheLimit() throws {
    let reader = try open("# name: x\n# type: sparse matrix\n# nnz: 0\n# rows: 100000\n# columns: 100000\n")
    #expect(reader.entries.first?.isNumeric == false)
    #expect(reader.entries.first?.remark == "sparse, 0 stored")
  }

  @Test func isReadOnly() throws {
    #expect(!OctaveTextFormat().writes)
    let error = #expect(throws: FormatError.self) {
      try FileFormats.write(TensorArchive(), to: "/dev/null", as: OctaveTextFormat())
    }
    #expect(error?.description == "/dev/null: Octave text is read, not written")
  }
}
