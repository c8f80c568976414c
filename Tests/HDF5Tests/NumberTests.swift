import Foundation
import HDF5
import Testing

/// The elements that `make_golden.py` writes for each type, as bytes of this machine.
private func expected(_ type: HDF5ElementType) -> [UInt8] {
  func bytes<Element: HDF5Element>(_ values: [Element]) -> [UInt8] {
    values.memory
  }
  func extremes<Integer: HDF5Element & FixedWidthInteger>(_: Integer.Type) -> [UInt8] {
    bytes([.min, .max, 0, 1, 100, .max - 1] as [Integer])
  }
  func specials<Float: HDF5Element & BinaryFloatingPoint>(_: Float.Type) -> [UInt8] {
    bytes([0, -0.0, 1.5, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -.infinity] as [Float])
  }
  switch type {
  case .int8: return extremes(Int8.self)
  case .int16: return extremes(Int16.self)
  case .int32: return extremes(Int32.self)
  case .int64: return extremes(Int64.self)
  case .uint8: return extremes(UInt8.self)
  case .uint16: return extremes(UInt16.self)
  case .uint32: return extremes(UInt32.self)
  case .uint64: return extremes(UInt64.self)
  case .float16: return specials(Float16.self)
  case .float32: return specials(Float.self)
  case .float64: return specials(Double.self)
  case .boolean: return bytes([true, false, true, false, false, true])
  case .complexFloat32: return bytes([1, 2, 0, -3.5, 0, 0, 1e30, 0, -1, -1, 0.25, 0] as [Float])
  case .complexFloat64: return bytes([1, 2, 0, -3.5, 0, 0, 1e30, 0, -1, -1, 0.25, 0] as [Double])
  }
}

private let numpyNames: [HDF5ElementType: String] = [
  .int8: "i1", .int16: "i2", .int32: "i4", .int64: "i8", .uint8: "u1", .uint16: "u2", .uint32: "u4", .uint64: "u8",
  .float16: "f2", .float32: "f4", .float64: "f8", .boolean: "?", .complexFloat32: "c8", .complexFloat64: "c16",
]

private let named = HDF5ElementType.allCases.filter { $0 != .boolean }

extension HDF5Dataset {
  /// All elements as bytes.
  fileprivate func bytes(as type: HDF5ElementType) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: try dataspace.elementCount * type.byteCount)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    try read(as: type, into: &raw)
    return bytes
  }
}

@Suite struct NumberTests {
  @Test(arguments: named, [HDF5ByteOrder.little, .big])
  func readsWhatH5pyWrote(type: HDF5ElementType, order: HDF5ByteOrder) throws {
    let file = try HDF5File(reading: golden + "numbers.h5")
    let name = "\(order)/\(numpyNames[type] ?? "")"
    let dataset = try file.root().dataset(at: name)
    #expect(dataset.datatype == HDF5Datatype(type, order: type.byteCount == 1 ? .little : order))
    #expect(dataset.datatype.elementType == type)
    #expect(try dataset.shape == [2, 3])
    #expect(try dataset.bytes(as: type) == expected(type))
  }

  @Test(arguments: [HDF5ElementType.complexFloat32, .complexFloat64], [HDF5ByteOrder.little, .big])
  func readsComplexNumbersOfMATLAB(type: HDF5ElementType, order: HDF5ByteOrder) throws {
    let file = try HDF5File(reading: golden + "numbers.h5")
    let dataset = try file.root().dataset(at: "\(order)/matlab_\(numpyNames[type] ?? "")")
    #expect(dataset.datatype == HDF5Datatype(type, order: order, complexNames: .matlab))
    #expect(try dataset.bytes(as: type) == expected(type))
    #expect(failure { _ = try dataset.read(Double.self) }?.code == .inexactConversion)
  }

  @Test(arguments: HDF5ElementType.allCases, [HDF5ByteOrder.little, .big])
  func readsWhatItWrote(type: HDF5ElementType, order: HDF5ByteOrder) throws {
    let datatype = HDF5Datatype(type, order: order)
    let file = try HDF5File(creatingInMemory: "numbers")
    let dataset = try file.root().createDataset("x", type: datatype, space: .fixed([2, 3]))
    try unsafe dataset.write(as: type, from: expected(type).span.bytes)
    let attribute = try dataset.attributes().create("a", type: datatype, space: .fixed([6]))
    try unsafe attribute.write(as: type, from: expected(type).span.bytes)

    let again = try HDF5File(image: try file.image())
    let x = try again.root().dataset(at: "x")
    #expect(x.datatype.elementType == type)
    #expect(try x.bytes(as: type) == expected(type))
    let a = try x.attributes().attribute("a")
    var bytes = [UInt8](repeating: 0, count: 6 * type.byteCount)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    try a.read(as: type, into: &raw)
    #expect(bytes == expected(type))
  }

  @Test(.needsH5py) func h5pyReadsWhatWeWrote() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("numbers.h5")
    let file = try HDF5File(creating: path)
    let root = try file.root()
    for type in HDF5ElementType.allCases {
      for order in [HDF5ByteOrder.little, .big] {
        let dataset = try root.createDataset(
          "\(order)/\(numpyNames[type] ?? "")", type: HDF5Datatype(type, order: order), space: .fixed([2, 3]))
        try unsafe dataset.write(as: type, from: expected(type).span.bytes)
      }
    }
    try file.close()
    try python(
      path,
      """
      import warnings
      file, golden = h5py.File(path), h5py.File('\(golden)numbers.h5')
      for order, mark in (('little', '<'), ('big', '>')):
        for name in file[order]:
          ours = file[order][name]
          theirs = golden['boolean' if name == '?' else f'{order}/{name}']
          assert ours.dtype == theirs.dtype, (order, name, ours.dtype, theirs.dtype)
          assert ours[()].tobytes() == theirs[()].tobytes(), (order, name, ours[()])
      assert len(file['little']) == 14
      """)
  }

  @Test(.needsH5dump) func h5dumpNamesTheTypes() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("numbers.h5")
    let file = try HDF5File(creating: path)
    for (name, datatype) in [
      "I32BE": HDF5Datatype(.int32, order: .big), "U64LE": HDF5Datatype(.uint64), "F64LE": HDF5Datatype(.float64),
    ] {
      try file.root().createDataset(name, type: datatype, space: .scalar).attributes().write(1.5, to: "a")
    }
    try file.close()
    let dump = try h5dump("-H", path)
    for type in ["H5T_STD_I32BE", "H5T_STD_U64LE", "H5T_IEEE_F64LE"] { #expect(dump.contains(type), "\(dump)") }
  }

  @Test func readsBooleans() throws {
    let file = try HDF5File(reading: golden + "numbers.h5")
    let dataset = try file.root().dataset(at: "boolean")
    #expect(dataset.datatype == HDF5Datatype(.boolean))
    #expect(try dataset.read(Bool.self) == [true, false, true, false, false, true])
    #expect(try dataset.read(Double.self) == [1, 0, 1, 0, 0, 1])
    #expect(try dataset.read(UInt8.self) == [1, 0, 1, 0, 0, 1])
  }

  @Test func refusesBooleansThatAreNone() throws {
    let file = try HDF5File(reading: golden + "numbers.h5")
    let dataset = try file.root().dataset(at: "not_a_boolean")
    let error = failure { _ = try dataset.read(Bool.self) }
    #expect(error?.code == .invalidValue)
    #expect(error?.description == "/not_a_boolean has the boolean 7 as element 2, which is neither 0 nor 1")
    #expect(try dataset.read(Int8.self) == [0, 7])

    var bytes: [UInt8] = [1, 2]
    let other = try HDF5File(creatingInMemory: "x").root().createDataset(
      "x", type: HDF5Datatype(.boolean), space: .fixed([2]))
    #expect(failure { try unsafe other.write(as: .boolean, from: bytes.span.bytes) }?.code == .invalidValue)
    bytes[1] = 1
    try unsafe other.write(as: .boolean, from: bytes.span.bytes)
  }

  @Test func readsEnumerationsAsTheirNumbers() throws {
    let file = try HDF5File(reading: golden + "numbers.h5")
    let dataset = try file.root().dataset(at: "enumeration")
    guard case .enumeration(let format, let members) = dataset.datatype else {
      Issue.record("\(dataset.datatype)")
      return
    }
    #expect(format == .init(bytes: 2, isSigned: true, order: .big))
    #expect(
      members.sorted { $0.value < $1.value } == [
        .init(name: "red", value: -1), .init(name: "green", value: 2), .init(name: "blue", value: 300),
      ])
    #expect(dataset.datatype.description == "enumeration of 3 names over big-endian 16-bit integer")
    #expect(try dataset.read(Int16.self) == [2, -1, 300])
    #expect(try dataset.read(Double.self) == [2, -1, 300])
    let copy = try HDF5File(creatingInMemory: "x").root().createDataset(
      "x", type: dataset.datatype, space: .fixed([3]))
    try copy.write([2, -1, 300] as [Int16])
    #expect(try copy.read(Int16.self) == [2, -1, 300])
    #expect(copy.datatype == dataset.datatype)
  }

  @Test func widensShortFloatsExactly() throws {
    let file = try HDF5File(reading: golden + "numbers.h5")
    let half = try file.root().dataset(at: "all_half")
    let halves = (0...UInt16.max).map { Float16(bitPattern: $0) }
    #expect(try half.read(Float16.self).map(\.bitPattern) == halves.map(\.bitPattern))
    let floats = try half.read(Float.self)
    let doubles = try half.read(Double.self)
    for (index, value) in halves.enumerated() {
      let isExact =
        value.isNaN
        ? floats[index].isNaN && doubles[index].isNaN
        : floats[index] == Float(value) && doubles[index] == Double(value)
      #expect(isExact, "\(index): \(value) became \(floats[index]) and \(doubles[index])")
    }

    let brain = try file.root().dataset(at: "all_bfloat16")
    #expect(brain.datatype == .float(.init(.bfloat16)))
    #expect(brain.datatype.description == "little-endian bfloat16")
    #expect(brain.datatype.elementType == .float32)
    for (pattern, value) in try brain.read(Float.self).enumerated() {
      let exact = Float(bitPattern: UInt32(pattern) << 16)
      #expect(exact.isNaN ? value.isNaN : value.bitPattern == exact.bitPattern, "\(pattern): \(exact) became \(value)")
    }
  }

  @Test func readsUnusualNumbers() throws {
    let root = try HDF5File(reading: golden + "numbers.h5").root()
    let three = try root.dataset(at: "three_bytes")
    #expect(three.datatype.description == "little-endian 24-bit integer")
    #expect(three.datatype.elementType == .int32)
    #expect(try three.read(Int32.self) == [1, -1])
    let bits = try root.dataset(at: "bits")
    #expect(bits.datatype.description == "8-bit bitfield")
    #expect(try bits.read(UInt8.self) == [0, 1, 255])
    let long = try root.dataset(at: "long_double")
    #expect(long.datatype.elementType == nil)
    let error = failure { _ = try long.read(Double.self) }
    #expect(error?.code == .unsupportedType)
    #expect(error?.call == "H5Dread" && error?.object == "/long_double")
  }

  @Test func refusesWhatIsNotExact() throws {
    let root = try HDF5File(creatingInMemory: "x").root()
    let x = try root.write([Int64.max], to: "x", shape: [1])
    let error = failure { _ = try x.read(Double.self) }
    #expect(error?.code == .inexactConversion)
    #expect(
      error?.description
        == "/x has the type little-endian 64-bit integer, which is read as int64; float64 cannot hold every value of it"
    )
    #expect(failure { _ = try x.read(UInt64.self) }?.code == .inexactConversion)
    #expect(failure { try x.write([1.5]) }?.code == .inexactConversion)
    #expect(failure { try x.write([UInt64.max]) }?.code == .inexactConversion)
    try x.write([Int32(-5)])
    #expect(try x.read(Int64.self) == [-5])
    let half = try root.createDataset("half", type: HDF5Datatype(.float16), space: .fixed([1]))
    #expect(failure { try half.write([1] as [Float]) }?.code == .inexactConversion)
    try half.write([1] as [Float16])
    #expect(try half.read(Double.self) == [1])
  }

  @Test func knowsWhatHoldsWhat() {
    #expect(HDF5ElementType.float64.holds(.uint32) && !HDF5ElementType.float64.holds(.int64))
    #expect(HDF5ElementType.float32.holds(.int16) && !HDF5ElementType.float32.holds(.int32))
    #expect(HDF5ElementType.float16.holds(.uint8) && !HDF5ElementType.float16.holds(.int16))
    #expect(HDF5ElementType.int16.holds(.uint8) && !HDF5ElementType.int16.holds(.uint16))
    #expect(!HDF5ElementType.uint64.holds(.int8) && HDF5ElementType.uint64.holds(.boolean))
    #expect(!HDF5ElementType.boolean.holds(.uint8))
    for type in HDF5ElementType.allCases { #expect(type.holds(type)) }
  }

  /// Every pair that is allowed gives every value exactly, through the library.
  @Test(arguments: HDF5ElementType.allCases.filter { $0 != .complexFloat32 && $0 != .complexFloat64 })
  func widensExactly(from type: HDF5ElementType) throws {
    let root = try HDF5File(creatingInMemory: "x").root()
    let x = try root.createDataset("x", type: HDF5Datatype(type, order: .big), space: .fixed([6]))
    try unsafe x.write(as: type, from: expected(type).span.bytes)
    func check<Wide: HDF5Element>(_: Wide.Type, _ value: (Wide) -> Double) throws {
      guard Wide.elementType.holds(type) else { return }
      let wide = try x.read(Wide.self).map(value)
      let exact: [Double] =
        switch type {
        case .int8: try x.read(Int8.self).map { Double($0) }
        case .int16: try x.read(Int16.self).map { Double($0) }
        case .int32: try x.read(Int32.self).map { Double($0) }
        case .int64: try x.read(Int64.self).map { Double($0) }
        case .uint8: try x.read(UInt8.self).map { Double($0) }
        case .uint16: try x.read(UInt16.self).map { Double($0) }
        case .uint32: try x.read(UInt32.self).map { Double($0) }
        case .uint64: try x.read(UInt64.self).map { Double($0) }
        case .float16: try x.read(Float16.self).map { Double($0) }
        case .float32: try x.read(Float.self).map { Double($0) }
        case .boolean: [1, 0, 1, 0, 0, 1]
        default: try x.read(Double.self)
        }
      #expect(wide == exact, "\(type) as \(Wide.self)")
    }
    try check(Int8.self) { Double($0) }
    try check(Int16.self) { Double($0) }
    try check(Int32.self) { Double($0) }
    try check(Int64.self) { Double($0) }
    try check(UInt8.self) { Double($0) }
    try check(UInt16.self) { Double($0) }
    try check(UInt32.self) { Double($0) }
    try check(UInt64.self) { Double($0) }
    try check(Float16.self) { Double($0) }
    try check(Float.self) { Double($0) }
    try check(Double.self) { $0 }
  }
}
