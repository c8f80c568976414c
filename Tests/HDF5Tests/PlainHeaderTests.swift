import Foundation
import HDF5
import Testing

/// Headers that are read from the bytes say what the library says of the same datasets, or nothing.
@Suite struct PlainHeaderTests {
  /// Calls `body` with each hard link in a file, and the group it is in.
  private func forEachLink(
    in group: borrowing HDF5Group, depth: Int = 0, _ body: (HDF5Link, borrowing HDF5Group) throws -> Void
  ) throws {
    for link in try group.links() where link.kind == .hard {
      try body(link, group)
      guard depth < 4, case .group(let member)? = try? group.object(at: link) else { continue }
      try forEachLink(in: member, depth: depth + 1, body)
    }
  }

  private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

  @Test func headersAgreeWithTheLibrary() throws {
    var plain = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: golden) where name.hasSuffix(".h5") {
      let bytes = try bytes(golden + name)
      guard PlainDatasetHeader.canRead(fileBeginningWith: bytes) else { continue }
      try forEachLink(in: HDF5File(reading: golden + name).root()) { link, group in
        let address = try #require(link.address)
        guard let header = PlainDatasetHeader(bytes, at: address) else { return }
        plain += 1
        guard case .dataset(let dataset) = try group.object(at: link) else {
          Issue.record("\(name): \(link.name) is no dataset")
          return
        }
        let shape = try dataset.shape
        #expect(header.shape == shape, "\(name): \(link.name)")
        #expect(header.elementType == dataset.datatype.elementType, "\(name): \(link.name)")
        #expect(try dataset.attributes().names().isEmpty, "\(name): \(link.name)")
        #expect(dataset.filters.allSatisfy { $0.isAvailable })
      }
    }
    #expect(plain >= 20)
  }

  @Test(arguments: [HDF5FormatVersion.earliest, .v18])
  func everyTypeIsPlainInBothVersions(_ version: HDF5FormatVersion) throws {
    let file = try HDF5File(creatingInMemory: "types", oldest: version, newest: .v18)
    let root = try file.root()
    try root.write([1.0, 2, 3, 4, 5, 6], to: "a", shape: [2, 3])
    try root.write([Float(1), 2], to: "b", shape: [2])
    try root.write([Int8(1)], to: "c", shape: [1, 1, 1])
    try root.createDataset("d", type: HDF5Datatype(.uint16), space: .scalar).write([UInt16(1)])
    try root.write([Int64(1), 2], to: "e", shape: [2])
    try root.write(
      [UInt32](repeating: 7, count: 40), to: "f", shape: [40], storage: .chunked([8], deflate: 4, shuffle: true))
    let bytes = try file.image()
    #expect(PlainDatasetHeader.canRead(fileBeginningWith: bytes))
    let headers = try root.links().map { PlainDatasetHeader(bytes, at: $0.address ?? -1) }
    #expect(headers.map { $0?.shape } == [[2, 3], [2], [1, 1, 1], [], [2], [40]])
    #expect(headers.map { $0?.elementType } == [.float64, .float32, .int8, .uint16, .int64, .uint32])
  }

  /// A damaged header is none, or says what the library says where that still opens the dataset.
  @Test(arguments: [HDF5FormatVersion.earliest, .v18])
  func damagedHeadersNeverTrap(_ version: HDF5FormatVersion) throws {
    let file = try HDF5File(creatingInMemory: "damaged", oldest: version, newest: .v18)
    let root = try file.root()
    try root.write(
      [1.0, 2, 3, 4, 5, 6], to: "a", shape: [2, 3], storage: .chunked([1, 3], deflate: 4, shuffle: true))
    let bytes = try file.image()
    let address = try #require(try root.links().first?.address)
    #expect(PlainDatasetHeader(bytes, at: address) != nil)
    for place in address..<min(address + 400, bytes.count) {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[place] ^= 1 << bit
        guard let header = PlainDatasetHeader(damaged, at: address) else { continue }
        guard let dataset = try? HDF5File(image: damaged).root().dataset(at: "a") else { continue }
        let shape = try dataset.shape
        #expect(header.shape == shape, "bit \(bit) of byte \(place - address)")
        #expect(header.elementType == dataset.datatype.elementType, "bit \(bit) of byte \(place - address)")
      }
    }
    for end in address..<min(address + 400, bytes.count) {
      _ = PlainDatasetHeader(Array(bytes[..<end]), at: address)
    }
    #expect(PlainDatasetHeader(bytes, at: bytes.count + 5) == nil)
    #expect(PlainDatasetHeader(bytes, at: -1) == nil)
    #expect(PlainDatasetHeader([], at: 0) == nil)
  }
}
