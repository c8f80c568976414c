import Foundation
import TensorFiles
import Tensors
import Testing

@Suite("HDF5 files") struct HDF5FormatTests {
  private func golden(_ name: String) -> String {
    ExampleFile.package.appending(path: "Formats/h5/library/\(name).h5").path
  }

  /// The bytes of an archive as an HDF5 file.
  private func bytes(_ archive: TensorArchive) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try FileFormats.write(archive, to: "\(folder.path)/a.h5")
    return try InputFile(path: "\(folder.path)/a.h5").contents(limit: 1 << 28)
  }

  private func reopen(_ archive: TensorArchive) throws -> any TensorReader {
    try FileFormats.open(InputFile(bytes: bytes(archive), name: "a.h5")).reader
  }

  private func message(_ body: () throws -> Void) -> String? {
    var error = #expect(throws: FormatError.self) { try body() }
    error?.file = nil
    return error?.description
  }

  @Test func numbersOfEveryTypeInBothByteOrders() throws {
    let reader = try FileFormats.open(golden("numbers")).reader
    let types: [(String, ElementType)] = [
      ("i1", .int8), ("i2", .int16), ("i4", .int32), ("i8", .int64), ("u1", .uint8), ("u2", .uint16), ("u4", .uint32),
      ("u8", .uint64), ("f2", .float16), ("f4", .float32), ("f8", .float64), ("c8", .complex64), ("c16", .complex128),
      ("matlab_c8", .complex64), ("matlab_c16", .complex128),
    ]
    for (name, type) in types {
      let little = try reader.tensor("little/\(name)")
      #expect(little.elementType == type && little.shape == [2, 3])
      #expect(try little.digest == reader.tensor("big/\(name)").digest, "\(name)")
    }
    #expect(try reader.tensor("big/i2").doublesInStorageOrder() == [-32768, 32767, 0, 1, 100, 32766])
    #expect(try reader.tensor("big/f2").doublesInStorageOrder() == [0, 0, 1.5, 65504, 0x1p-24, -.infinity])
    #expect(try reader.tensor("boolean").doublesInStorageOrder() == [1, 0, 1, 0, 0, 1])
    #expect(try reader.tensor("enumeration").doublesInStorageOrder() == [2, -1, 300])
    #expect(try reader.tensor("three_bytes").doublesInStorageOrder() == [1, -1])
    #expect(reader.entries.first?.name == "all_bfloat16")
    #expect(reader.entries.last?.name == "little/u8")
  }

  @Test func shapesAndWhatIsNoArray() throws {
    let reader = try FileFormats.open(golden("shapes")).reader
    #expect(try reader.tensor("scalar").shape == [])
    #expect(try reader.tensor("null").shape == [0])
    #expect(try reader.tensor("zero_rows").shape == [0, 3])
    #expect(try reader.tensor("rank4").doublesInStorageOrder() == (0..<120).map(Double.init))
    #expect(try reader.tensor("unwritten").doublesInStorageOrder() == [Double](repeating: 7, count: 12))
    #expect(
      message { _ = try reader.tensor("huge") }
        == "huge: 8796093022208 bytes are needed in memory, the limit is 4294967296")
    #expect(
      message { _ = try reader.tensor("compound") }
        == "compound: this is compound of a, b 1, not an array of numbers; "
        + "its fields can be saved as datasets of their own")
    #expect(
      message { _ = try reader.tensor("nothing") }?.hasPrefix("nothing: there is no such array; the file has arrays, ")
        == true)
  }

  @Test func linksAreNamedAndNotFollowedOutOfTheFile() throws {
    let reader = try FileFormats.open(golden("links")).reader
    let others = reader.entries.filter { !$0.isNumeric }
    #expect(others.map(\.name) == ["circle", "dangling", "external", "through", "virtual"])
    #expect(
      others[2].content
        == .other(
          className: "external link", remedy: "it leads to /x in the file other.h5, which is not followed"))
    #expect(reader.entries.contains { $0.name == "group/a" })
    #expect(
      message { _ = try reader.tensor("stored_elsewhere") }?.hasPrefix("stored_elsewhere: it ") == true)
  }

  @Test func anUnreadableObjectLeavesTheOthers() throws {
    let reader = try FileFormats.open(golden("latest")).reader
    #expect(reader.entries.map(\.name) == ["X", "chunked", "grows", "z"])
    #expect(try reader.tensor("X").shape == [4, 3])
  }

  @Test(
    "missing filters are named",
    arguments: [
      ("blosc", 32001), ("lz4", 32004), ("bitshuffle", 32008), ("zstd", 32015), ("blosc2", 32026),
    ])
  func filters(_ name: String, _ number: Int) throws {
    let reader = try FileFormats.open(golden("filters")).reader
    #expect(
      message { _ = try reader.tensor(name) }
        == "\(name): it is compressed with \(name) (\(number)), which this build lacks; "
        + "h5repack -f GZIP=4 in.h5 out.h5, where the filter is installed, rewrites it")
    let expected = (0..<600).map { Double($0 % 12) / 8 }
    for name in ["gzip", "gzip_shuffle", "fletcher", "szip", "lzf"] {
      #expect(try reader.tensor(name).doublesInStorageOrder() == expected, "\(name)")
    }
  }

  @Test("every type, shape and order comes back", arguments: ElementType.allCases)
  func roundTrips(_ type: ElementType) throws {
    var archive = TensorArchive()
    for (index, shape) in [[], [0], [5], [3, 4], [2, 3, 4], [2, 0]].enumerated() {
      for order in [Order.rowMajor, .columnMajor] {
        var buffer = try TensorBuffer(byteCount: try Tensor.byteCount(shape: shape, elementType: type))
        buffer.withMutableElements(as: UInt8.self) { span in
          for index in span.indices {
            span[index] = type == .bool ? UInt8(index % 2) : UInt8(truncatingIfNeeded: index &* 37)
          }
        }
        archive.set(
          "\(order)/a\(index)", to: try Tensor(shape: shape, elementType: type, order: order, storage: buffer.finish()))
      }
    }
    let reader = try reopen(archive)
    for member in archive.members {
      let tensor = try reader.tensor(member.name)
      #expect(tensor.shape == member.tensor.shape && tensor.elementType == type)
      #expect(try tensor.digest == member.tensor.digest, "\(member.name)")
    }
  }

  @Test func attributesComeBack() throws {
    var archive = TensorArchive()
    archive.set("a", to: try Tensor([1.0]))
    archive.setAttribute("text", to: .text("grün"))
    archive.setAttribute("texts", of: "a", to: .texts(["x", "", "dé"]))
    archive.setAttribute("numbers", of: "group/inner", to: .numbers(try Tensor([Int32(1), 2, 3], shape: [3, 1])))
    archive.setAttribute("empty", of: "group", to: .texts([]))
    let copy = try reopen(archive).archive()
    #expect(copy.attribute("text")?.text == "grün")
    #expect(copy.attribute("texts", of: "a")?.texts == ["x", "", "dé"])
    #expect(copy.attribute("numbers", of: "group/inner")?.doubles == [1, 2, 3])
    #expect(copy.attribute("empty", of: "group")?.texts == [])
  }

  /// The arrays are those of the file that was opened, whose bytes are hashed too.
  @Test func aReplacedFileIsTheOneThatWasOpened() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a.h5"
    func write(_ number: Double) throws {
      var archive = TensorArchive()
      archive.set("x", to: try Tensor([number]))
      try FileFormats.write(archive, to: path)
    }
    try write(1)
    let input = try InputFile(path: path)
    try write(2)
    let reader = try FileFormats.open(input).reader
    #expect(try reader.tensor("x").doublesInStorageOrder() == [1])
    #expect(try FileFormats.open(path).reader.tensor("x").doublesInStorageOrder() == [2])
  }

  /// Together they have a limit, for each may be small.
  @Test func attributesHaveALimitTogether() throws {
    var archive = TensorArchive()
    let text = String(repeating: "x", count: 60_000)
    for place in ["a", "b"] {
      for number in 0..<(place == "a" ? 10 : 1200) { archive.setAttribute("\(number)", of: place, to: .text(text)) }
    }
    let reader = try reopen(archive)
    #expect(try reader.attributes(of: "a").count == 10)
    #expect(throws: FormatError.self) { try reader.attributes(of: "b") }
  }

  @Test func manyDatasetsAreFoundByName() throws {
    var archive = TensorArchive()
    let tensor = try Tensor([1.0])
    for number in 0..<100_000 { archive.set("a long name that begins like the others \(number)", to: tensor) }
    let seconds = try threadSeconds {
      let copy = try reopen(archive).archive()
      #expect(copy.members.count == 100_000)
    }
    #expect(seconds < 60)
  }

  @Test func equalArchivesAreEqualBytes() throws {
    var archive = TensorArchive()
    archive.set("group/a", to: try Tensor([1.0, 2.0]))
    archive.setAttribute("text", of: "group", to: .text("x"))
    #expect(try bytes(archive) == bytes(archive))
  }

  /// More than is made in memory: the library writes the temporary file itself.
  @Test func aLargeArchiveComesBack() throws {
    let count = 5 << 20
    var buffer = try TensorBuffer(byteCount: count * 8)
    buffer.withMutableElements(as: Double.self) { span in for index in span.indices { span[index] = Double(index) } }
    let tensor = try Tensor(shape: [count / 2, 2], elementType: .float64, order: .rowMajor, storage: buffer.finish())
    var archive = TensorArchive()
    archive.set("large", to: tensor)
    let folder = try TemporaryFolder()
    try FileFormats.write(archive, to: "\(folder.path)/large.h5")
    #expect(try folder.names == ["large.h5"])
    let reader = try FileFormats.open("\(folder.path)/large.h5").reader
    #expect(try reader.tensor("large").digest == tensor.digest)
    let rows = try reader.rows(of: "large")
    try rows.seek(toRow: count / 2 - 3)
    var block = [Double](repeating: 0, count: 10)
    var span = block.mutableSpan
    #expect(try rows.nextRows(into: &span) == 3)
    #expect(try rows.nextRows(into: &span) == 0)
    #expect(block.prefix(6).elementsEqual((count - 6..<count).map(Double.init)))
  }

  @Test func rowsAreThoseOfTheWhole() throws {
    let reader = try FileFormats.open(golden("filters")).reader
    let rows = try reader.rows(of: "gzip_shuffle")
    #expect(rows.columnCount == 3 && rows.rowCount == 200)
    var all: [Double] = []
    var block = [Double](repeating: 0, count: 7 * 3)
    while true {
      var span = block.mutableSpan
      let count = try rows.nextRows(into: &span)
      if count == 0 { break }
      all += block.prefix(count * 3)
    }
    #expect(all == (0..<600).map { Double($0 % 12) / 8 })
  }

  @Test("a file cut off is an error", arguments: ["numbers", "filters", "shapes"])
  func cuts(_ name: String) throws {
    let whole = try InputFile(path: golden(name)).contents(limit: 1 << 20)
    for length in stride(from: 8, to: whole.count, by: 97) {
      let error = #expect(throws: FormatError.self, "\(name) cut after \(length) bytes") {
        try FileFormats.open(InputFile(bytes: Array(whole[..<length]), name: "cut.h5"))
      }
      #expect(error?.description.hasPrefix("cut.h5: the HDF5 library says: ") == true, "\(error?.description ?? "")")
      // The reason that was found first, once.
      #expect(error?.description.contains("H5Fopen") == false, "\(error?.description ?? "")")
      if length > 2048 { #expect(error?.description.contains("says: truncated file: eof = \(length)") == true) }
    }
  }

  @Test("attributes by which PyTables and netCDF know their own objects stay behind, others do not")
  func bookkeepingStaysBehind() throws {
    for (mark, kept, lost) in [
      ("PYTABLES_FORMAT_VERSION", "_Netcdf4Dimid", "FLAVOR"), ("_NCProperties", "FLAVOR", "_Netcdf4Dimid"),
      ("title", "CLASS", nil),
    ] {
      var archive = TensorArchive()
      archive.set("x", to: try Tensor([1.0]))
      archive.setAttribute(mark, to: .text("2"))
      for name in [kept, lost, "units"].compactMap(\.self) { archive.setAttribute(name, of: "x", to: .text("m")) }
      let reader = try reopen(archive)
      #expect(try reader.attributes(of: "x").map(\.name).sorted() == [kept, "units"].sorted(), "\(mark)")
      #expect(try reader.attributes(of: "").map(\.name) == (lost == nil ? [mark] : []), "\(mark)")
    }
  }

  @Test func packedNumbersAreSaidAndLeftAsTheyAre() throws {
    var archive = TensorArchive()
    archive.set("x", to: try Tensor([Int16(3), -1]))
    archive.setAttribute("scale_factor", of: "x", to: try .number(0.5))
    archive.setAttribute("add_offset", of: "x", to: try .number(20))
    let reader = try reopen(archive)
    #expect(try reader.entry("x").remark == "packed with scale_factor 0.5, add_offset 20.0")
    #expect(try reader.tensor("x").doublesInStorageOrder() == [3, -1])
  }

  @Test(
    "chunks of more rows than are kept are decompressed once",
    .enabled(if: Python.hasH5py, "python3 with h5py is not installed"))
  func tallChunks() throws {
    let folder = try TemporaryFolder()
    let program = """
      import h5py, numpy as np, sys
      x = np.arange(20000 * 800, dtype='f4').reshape(20000, 800)
      h5py.File(sys.argv[1], 'w').create_dataset('x', data=x, chunks=(20000, 10), compression=1)
      """
    _ = try Python.run(["-c", program, "\(folder.path)/t.h5"])
    let blocks = try FileFormats.open("\(folder.path)/t.h5").reader.source(of: "x").blocks(ofRows: 64)
    var next = 0.0
    let seconds = try threadSeconds {
      while let block = try blocks.next() {
        let numbers = try block.stored(in: .rowMajor).doublesInStorageOrder()
        #expect(numbers.first == next && numbers.last == next + Double(numbers.count - 1))
        next += Double(numbers.count)
      }
    }
    #expect(next == 16_000_000)
    // 313 blocks that decompressed all 80 chunks each would take longer.
    #expect(seconds < 10)
  }

  /// A few kilobytes that declare 8 TiB are not read as zeros for days.
  @Test func whatWasNeverWrittenIsNotReadForEver() throws {
    let reader = try FileFormats.open(golden("shapes")).reader
    #expect(throws: FormatError.self) { try reader.source(of: "huge").blocks(ofRows: 1 << 16).next() }
    #expect(throws: FormatError.self) { try reader.rows(of: "huge").seek(toRow: 0) }
    do { _ = try reader.source(of: "huge").blocks(ofRows: 1) } catch let error as FormatError {
      #expect(error.code == .limit && error.sentence.contains("8796093022208 bytes, of which the file stores 0"))
    }
    // What fits in memory may be there without having been written.
    #expect(try reader.tensor("unwritten").doublesInStorageOrder() == Array(repeating: 7, count: 12))
  }

  @Test(.enabled(if: Python.hasH5py, "python3 with h5py is not installed"))
  func h5pyReadsWhatIsWritten() throws {
    var archive = TensorArchive()
    archive.set("X", to: try Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3], order: .columnMajor))
    archive.set("group/flags", to: try Tensor([UInt8(1), 0]))
    archive.setAttribute("names", of: "X", to: .texts(["a", "ü"]))
    archive.setAttribute("rate", to: try .number(0.3))
    let folder = try TemporaryFolder()
    try FileFormats.write(archive, to: "\(folder.path)/a.h5")
    let program = """
      import h5py, sys
      f = h5py.File(sys.argv[1])
      print(f['X'][()].tolist(), f['group/flags'].dtype, list(f['X'].attrs['names']), float(f.attrs['rate']))
      """
    #expect(
      try Python.run(["-c", program, "\(folder.path)/a.h5"])
        == "[[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]] uint8 ['a', 'ü'] 0.3\n")
  }
}
