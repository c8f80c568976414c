import Foundation
import TensorFiles
import Tensors
import Testing

/// What other programs keep in the groups of HDF5 files; the numbers themselves are compared by the golden files.
@Suite struct HDF5ConventionTests {
  private func open(_ name: String) throws -> any TensorReader {
    try FileFormats.open(ExampleFile.package.appending(path: "Formats/h5/golden/\(name)").path).reader
  }

  @Test func framesHaveTheNamesOfTheirColumns() throws {
    for (file, frame, names) in [
      ("pandas_fixed.h5", "mixed", ["f", "n", "b", "a"]), ("pandas_fixed.h5", "indexed", ["3", "1"]),
      ("pandas_fixed.h5", "umlauts", ["größe", "日本"]), ("pandas_table.h5", "mixed", ["f", "n", "b", "a"]),
      ("pandas_table.h5", "columns", ["x1", "x2", "y"]), ("pandas_table.h5", "indexed", ["3", "1"]),
      ("pandas_table.h5", "umlauts", ["größe", "日本"]), ("pandas_table.h5", "texts", ["a", "n"]),
    ] {
      let attributes = try open(file).attributes(of: frame)
      #expect(attributes.map(\.name) == ["columns"])
      #expect(attributes.first?.value.texts == names, "\(file) \(frame)")
    }
    #expect(try open("pandas_fixed.h5").groups == ["sub"])
  }

  @Test(arguments: ["pandas_fixed.h5", "pandas_table.h5", "octave.h5", "netcdf4.nc", "pytables.h5", "coursera.h5"])
  func blocksOfRowsAreTheArray(name: String) throws {
    let reader = try open(name)
    for entry in reader.entries where entry.isNumeric && entry.shape.first ?? 0 > 0 {
      let whole = try reader.tensor(entry.name)
      let source = try reader.source(of: entry.name)
      #expect(source.shape == entry.shape && source.elementType == entry.elementType)
      let blocks = try source.blocks(ofRows: 2)
      var first = 0
      while let block = try blocks.next() {
        let count = min(2, entry.shape[0] - first)
        #expect(block.shape.first == count)
        #expect(try block.digest == whole.rows(first..<first + count).digest, "\(name) \(entry.name)")
        first += count
      }
      #expect(first == entry.shape[0])
      guard (1...2).contains(entry.shape.count), entry.elementType?.isComplex == false, entry.name != "i64" else {
        continue
      }
      let rows = try reader.rows(of: entry.name)
      #expect(rows.rowCount == entry.shape[0])
      var numbers = [Double](repeating: 0, count: 3 * rows.columnCount)
      try rows.seek(toRow: entry.shape[0] - 1)
      var span = numbers.mutableSpan
      #expect(try rows.nextRows(into: &span) == 1)
      let last = try whole.rows(entry.shape[0] - 1..<entry.shape[0]).stored(in: .rowMajor).doublesInStorageOrder()
      #expect(numbers.prefix(rows.columnCount).elementsEqual(last) { $0 == $1 || $0.isNaN && $1.isNaN })
    }
  }

  @Test func aColumnWithoutExactDoublesIsNamed() throws {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    archive.set("frame/axis0", to: try Tensor([Int64(7), 8]))
    archive.set("frame/axis1", to: try Tensor([Int64(0), 1]))
    archive.set("frame/block0_items", to: try Tensor([Int64(7)]))
    archive.set("frame/block0_values", to: try Tensor([0.5, 1.5], shape: [2, 1]))
    archive.set("frame/block1_items", to: try Tensor([Int64(8)]))
    archive.set("frame/block1_values", to: try Tensor([3, Int64(1 << 53 + 1)], shape: [2, 1]))
    archive.setAttribute("pandas_type", of: "frame", to: .text("frame"))
    archive.setAttribute("nblocks", of: "frame", to: try .integer(2))
    for axis in ["axis0", "axis1"] { archive.setAttribute("\(axis)_variety", of: "frame", to: .text("regular")) }
    try FileFormats.write(archive, to: "\(folder.path)/a.h5")
    let reader = try FileFormats.open("\(folder.path)/a.h5").reader
    #expect(reader.entries.map(\.name) == ["frame"])
    #expect(reader.entries[0].remark == "columns of float64, int64 together")
    var error = #expect(throws: FormatError.self) { _ = try reader.tensor("frame") }
    error?.file = nil
    #expect(
      error?.description
        == "frame: column 8: the integer 9007199254740993 has no exact double, which the columns have together")
    #expect(try reader.source(of: "frame").blocks(ofRows: 1).next()?.firstNumbers(2) == [0.5, 3])
  }

  /// A group that says what it is and is not complete is a group like others.
  @Test func incompleteGroupsAreListedAsTheyAre() throws {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    for (group, name) in [("frame", "block0_values"), ("octave", "value"), ("series", "index"), ("table", "x")] {
      archive.set("\(group)/\(name)", to: try Tensor([1.0, 2]))
    }
    archive.setAttribute("pandas_type", of: "frame", to: .text("frame"))
    archive.setAttribute("nblocks", of: "frame", to: try .integer(1 << 40))
    for axis in ["axis0", "axis1"] { archive.setAttribute("\(axis)_variety", of: "frame", to: .text("regular")) }
    archive.setAttribute("pandas_type", of: "series", to: .text("series"))
    archive.setAttribute("pandas_type", of: "table", to: .text("frame_table"))
    archive.setAttribute("OCTAVE_NEW_FORMAT", of: "octave", to: try .integer(1))
    try FileFormats.write(archive, to: "\(folder.path)/a.h5")
    let reader = try FileFormats.open("\(folder.path)/a.h5").reader
    #expect(reader.entries.filter(\.isNumeric).map(\.name) == ["octave/value", "series/index", "table/x"])
    #expect(try !reader.entry("frame").isNumeric)
  }

  @Test func ranges() throws {
    let range = try open("octave.h5").entry("r")
    #expect(range.remark == "a range")
    let numbers = try open("octave.h5").tensor("r").doublesInStorageOrder()
    let expected = (0..<6).map { Double($0) * 0.1 }
    #expect(numbers == expected)
  }

  @Test func missingValuesAreSaid() throws {
    let reader = try open("netcdf4.nc")
    #expect(
      reader.entries.map(\.remark) == [
        nil, "_FillValue -1 stands for missing values", nil, "_FillValue -999.0 is read as NaN",
      ])
  }

  @Test func pickledNamesOfOtherShapesAreNoNames() throws {
    // What is no list of texts and integers leaves the columns with the names of their fields.
    let path = ExampleFile.package.appending(path: "Formats/h5/golden/pandas_table.h5").path
    var bytes = try InputFile(path: path).contents(limit: 1 << 24)
    let kind = Array("(lp0\nVx1\np1\naVx2\np2\naVy\np3\na.".utf8)
    var found = 0
    for place in 0..<bytes.count - kind.count where bytes[place..<place + kind.count].elementsEqual(kind) {
      bytes[place + 1] = UInt8(ascii: "c")
      found += 1
    }
    try #require(found > 0)
    let reader = try FileFormats.open(InputFile(bytes: bytes, name: "a.h5")).reader
    let names = try reader.attributes(of: "floats").first?.value.texts
    #expect(names == ["values_block_0_1", "values_block_0_2", "values_block_0_3"])
  }
}
