import HDF5
import Testing

/// Fields of records: golden/records.h5.
@Suite struct RecordTests {
  private func dataset(_ name: String) throws -> HDF5Dataset {
    try HDF5File(reading: golden + "records.h5").root().dataset(at: name)
  }

  private func read<Element: HDF5Element>(
    _ field: String, of dataset: borrowing HDF5Dataset, _ type: Element.Type, count: Int, _ part: HDF5Hyperslab? = nil
  ) throws -> [Element] {
    var elements = [Element](repeating: Element(), count: count)
    try unsafe elements.withUnsafeMutableBytes { bytes in
      var span = unsafe bytes.mutableBytes
      try dataset.read(field: field, as: Element.elementType, part, into: &span)
    }
    return elements
  }

  @Test(arguments: ["records", "chunked"]) func readsFieldsOfNumbers(name: String) throws {
    let dataset = try dataset(name)
    #expect(try read("index", of: dataset, Int64.self, count: 5) == [0, 10, 20, 30, 40])
    #expect(try read("block", of: dataset, Float.self, count: 30) == (0..<30).map { Float($0) / 4 })
    #expect(try read("block", of: dataset, Double.self, count: 30) == (0..<30).map { Double($0) / 4 })
    #expect(try read("flag", of: dataset, Bool.self, count: 5) == [true, false, false, true, true])
    let rows = HDF5Hyperslab(rows: 2..<4, of: [5])
    #expect(try read("block", of: dataset, Float.self, count: 12, rows) == (12..<24).map { Float($0) / 4 })
    let type = dataset.datatype
    #expect(try #require(type.numericField("block")) == (.float32, [2, 3]))
    #expect(try #require(type.numericField("index")) == (.int64, []))
    #expect(try #require(type.numericField("z")) == (.complexFloat64, []))
    #expect(type.numericField("name") == nil && type.numericField("nothing") == nil)
  }

  @Test func readsAScalarRecord() throws {
    let range = try dataset("range")
    #expect(
      try ["base", "limit", "increment"].map { try read($0, of: range, Double.self, count: 1)[0] } == [1, 9, 0.5])
  }

  @Test func refusesWhatIsNoFieldOfNumbers() throws {
    let dataset = try dataset("records")
    #expect(failure { _ = try read("name", of: dataset, UInt8.self, count: 5) }?.code == .unsupportedType)
    #expect(failure { _ = try read("nothing", of: dataset, UInt8.self, count: 5) }?.code == .unsupportedType)
    #expect(failure { _ = try read("index", of: dataset, Int32.self, count: 5) }?.code == .inexactConversion)
    #expect(failure { _ = try read("block", of: dataset, Float.self, count: 5) }?.code == .wrongSize)
    let numbers = try HDF5File(creatingInMemory: "x").root().write([1.0], to: "x", shape: [1])
    #expect(failure { _ = try read("x", of: numbers, Double.self, count: 1) }?.code == .unsupportedType)
  }
}
