import HDF5
import Testing

@Suite final class ShapeTests {
  let root: HDF5Group

  init() throws { root = try HDF5File(reading: golden + "shapes.h5").root() }

  @Test func readsScalarNullAndEmpty() throws {
    let scalar = try root.dataset(at: "scalar")
    #expect(try scalar.dataspace == .scalar)
    #expect(try scalar.shape == [])
    #expect(try scalar.read(Double.self) == [3.5])
    #expect(try scalar.read(Double.self, HDF5Hyperslab(offset: [], count: [])) == [3.5])
    let null = try root.dataset(at: "null")
    #expect(try null.dataspace == .null)
    #expect(try null.shape == [0])
    #expect(try null.read(Double.self) == [])
    let rows = try root.dataset(at: "zero_rows")
    #expect(try rows.shape == [0, 3])
    #expect(try rows.read(Double.self) == [])
    #expect(try rows.read(Double.self, HDF5Hyperslab(rows: 0..<0, of: [0, 3])) == [])
    #expect(try root.dataset(at: "zero_columns").read(Int32.self) == [])
    #expect(try root.dataset(at: "unwritten").read(Double.self) == [Double](repeating: 7, count: 12))
    let rank4 = try root.dataset(at: "rank4")
    #expect(try rank4.shape == [2, 3, 4, 5])
    #expect(try rank4.read(Int32.self) == Array(0..<120))
    #expect(
      try rank4.read(Int32.self, HDF5Hyperslab(offset: [1, 1, 2, 3], count: [1, 2, 1, 2])) == [93, 94, 113, 114])
  }

  @Test func refusesShapesThatMemoryCannotHold() throws {
    let huge = try root.dataset(at: "huge")
    #expect(try huge.shape == [1 << 40])
    let error = failure { _ = try huge.read(Double.self) }
    #expect(error?.code == .tooLarge)
    #expect(
      error?.description
        == "/huge has 1099511627776 elements of 8 bytes, more than the limit of 1073741824 bytes")
    #expect(try huge.read(Double.self, HDF5Hyperslab(offset: [(1 << 40) - 2], count: [2])) == [0, 0])
    let other = try HDF5File(creatingInMemory: "x").root()
    let tooLarge = failure {
      _ = try other.createDataset("x", type: HDF5Datatype(.int8), space: .fixed([1 << 40, 1 << 40]))
    }
    #expect(tooLarge?.code == .invalidArgument)
  }

  @Test func describesOtherTypes() throws {
    func type(_ name: String) throws -> String { try root.dataset(at: name).datatype.description }
    #expect(try type("compound") == "compound of a, b")
    #expect(try type("opaque") == "opaque 2 bytes without a tag")
    #expect(try type("reference") == "reference to an object")
    #expect(try type("sequences") == "variable-length sequence of little-endian 32-bit integer")
    #expect(try type("arrays") == "array (3, 2) of little-endian 64-bit float")
    guard case .datatype(let named) = try root.object(at: "named_type") else {
      Issue.record("named_type is something else")
      return
    }
    #expect(named == HDF5Datatype(.int64))
    #expect(failure { _ = try root.dataset(at: "named_type") }?.code == .wrongKind)
    guard case .compound(let fields) = try root.dataset(at: "compound").datatype else {
      Issue.record("no compound")
      return
    }
    #expect(
      fields == [
        .init(name: "a", type: HDF5Datatype(.int32), offset: 0),
        .init(name: "b", type: HDF5Datatype(.float64, order: .big), offset: 4),
      ])
    for name in ["compound", "opaque", "reference", "sequences", "arrays"] {
      let error = failure { _ = try root.dataset(at: name).read(Double.self) }
      #expect(error?.code == .unsupportedType)
      #expect(error?.object == "/" + name)
    }
  }

  @Test func readsNumericAttributes() throws {
    let attributes = try root.dataset(at: "scalar").attributes()
    #expect(try attributes.names() == ["complex", "flag", "matrix", "none", "null", "one"])
    #expect(try attributes.values("null", as: Float.self) == [])
    #expect(try attributes.values("none", as: Double.self) == [])
    #expect(try attributes.attribute("null").dataspace == .null)
    let matrix = try attributes.attribute("matrix")
    #expect(matrix.dataspace.shape == [2, 3])
    #expect(try matrix.read(Int16.self) == [1, 2, 3, 4, 5, 6])
    #expect(try attributes.value("one", as: Double.self) == 1.5)
    #expect(try attributes.value("flag", as: Bool.self))
    #expect(try attributes.attribute("complex").datatype.elementType == .complexFloat64)
    #expect(failure { _ = try attributes.value("matrix", as: Int.self) }?.code == .wrongSize)
    #expect(failure { _ = try attributes.values("matrix", as: Int.self, limit: 47) }?.code == .tooLarge)
    #expect(try attributes.values("matrix", as: Int.self, limit: 48).count == 6)
    #expect(failure { _ = try attributes.string("one") }?.code == .unsupportedType)
  }

  @Test func writesEveryShape() throws {
    let root = try HDF5File(creatingInMemory: "shapes").root()
    try root.write([1.5], to: "scalar", shape: [])
    try root.write([Double](), to: "zero_rows", shape: [0, 3])
    try root.createDataset("null", type: HDF5Datatype(.float64), space: .null).write([Double]())
    try root.write(Array(0..<120), to: "rank4", shape: [2, 3, 4, 5])
    #expect(try root.dataset(at: "scalar").dataspace == .scalar)
    #expect(try root.dataset(at: "zero_rows").shape == [0, 3])
    #expect(try root.dataset(at: "null").dataspace == .null)
    #expect(try root.dataset(at: "rank4").read(Int.self) == Array(0..<120))
    let attributes = try root.attributes()
    try attributes.write([1, 2, 3, 4, 5, 6], to: "matrix", shape: [2, 3])
    try attributes.write([Double](), to: "none")
    _ = try attributes.create("null", type: HDF5Datatype(.int32), space: .null)
    #expect(try attributes.attribute("matrix").dataspace.shape == [2, 3])
    #expect(try attributes.values("none", as: Double.self) == [])
    #expect(try attributes.values("null", as: Int32.self) == [])
  }

  @Test func wantsExactSizes() throws {
    let root = try HDF5File(creatingInMemory: "sizes").root()
    let x = try root.write([1.0, 2, 3], to: "x", shape: [3])
    let error = failure { try x.write([1.0, 2]) }
    #expect(error?.code == .wrongSize)
    #expect(error?.description == "/x needs 24 bytes for 3 elements of float64, but the buffer has 16")
    #expect(failure { try x.write([1.0, 2, 3, 4]) }?.code == .wrongSize)
    #expect(failure { try root.write([1.0], to: "y", shape: [2]) }?.code == .wrongSize)
    var bytes = [UInt8](repeating: 0, count: 23)
    #expect(
      failure {
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        try x.read(as: .float64, into: &raw)
      }?.code == .wrongSize)
  }
}
