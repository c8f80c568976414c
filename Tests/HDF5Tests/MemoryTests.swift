import Foundation
import HDF5
import Testing

@Suite struct MemoryTests {
  private func fill(_ root: borrowing HDF5Group) throws {
    try root.write([1.0, 2, 3], to: "group/x", shape: [3], storage: .chunked([2], deflate: 4, shuffle: true))
    try root.createGroup("empty").attributes().write(["a", "ü"], to: "texts")
    try root.attributes().write("double", to: "class", as: .fixedASCII)
  }

  @Test func readsImages() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: golden + "shapes.h5")))
    let file = try HDF5File(image: bytes, name: "standard input")
    #expect(file.name == "standard input")
    #expect(try file.root().dataset(at: "scalar").read(Double.self) == [3.5])
    #expect(try file.byteCount == bytes.count)
  }

  @Test func refusesDamagedImages() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: golden + "shapes.h5")))
    let error = failure { _ = try HDF5File(image: Array(bytes.prefix(bytes.count / 2)), name: "half") }
    #expect(error?.call == "H5Fopen" && error?.object == "half")
    #expect(error?.stack.first?.contains("truncated file") == true)
    #expect(failure { _ = try HDF5File(image: [], name: "none") }?.description == "none is empty")
    #expect(failure { _ = try HDF5File(image: [1, 2, 3], name: "text") }?.object == "text")
  }

  @Test func severalImagesStayApart() throws {
    let first = try HDF5File(creatingInMemory: "same name")
    let second = try HDF5File(creatingInMemory: "same name")
    try first.root().write([1], to: "x", shape: [])
    try second.root().write([2], to: "x", shape: [])
    let images = [try first.image(), try second.image()]
    let third = try HDF5File(image: images[0])
    let fourth = try HDF5File(image: images[1])
    #expect(try third.root().dataset(at: "x").read(Int.self) == [1])
    #expect(try fourth.root().dataset(at: "x").read(Int.self) == [2])
  }

  @Test(arguments: [0, 512, 1024])
  func keepsRoomForTheUser(userBlockSize: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("block.h5")
    let file = try HDF5File(creating: path, userBlockSize: userBlockSize)
    try fill(try file.root())
    #expect(try file.userBlockSize == userBlockSize)
    try file.close()
    let memory = try HDF5File(creatingInMemory: "block", userBlockSize: userBlockSize)
    try fill(try memory.root())
    var image = try memory.image()
    #expect(image == [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
    #expect(image.prefix(userBlockSize).allSatisfy { $0 == 0 })
    #expect(Array(image[userBlockSize..<(userBlockSize + 4)]) == [0x89, 0x48, 0x44, 0x46])

    for index in 0..<userBlockSize { image[index] = 0x4D }
    let again = try HDF5File(image: image)
    #expect(try again.userBlockSize == userBlockSize)
    #expect(try again.root().dataset(at: "group/x").read(Double.self) == [1, 2, 3])
  }

  @Test func refusesOtherUserBlocks() {
    for size in [1, 511, 513, -512] {
      #expect(failure { _ = try HDF5File(creatingInMemory: "x", userBlockSize: size) } != nil)
    }
  }

  @Test(arguments: HDF5FormatVersion.allCases)
  func equalContentGivesEqualBytes(oldest: HDF5FormatVersion) throws {
    func image() throws -> [UInt8] {
      let file = try HDF5File(creatingInMemory: "x", oldest: oldest, newest: .v110)
      try fill(try file.root())
      return try file.image()
    }
    let first = try image()
    // Times are stored in seconds.
    Thread.sleep(forTimeInterval: 1.1)
    #expect(try image() == first)
  }

  /// Version 0 is what every reader since HDF5 1.0 and every MATLAB understands.
  @Test func writesTheOldSuperblock() throws {
    let file = try HDF5File(creatingInMemory: "x")
    try fill(try file.root())
    #expect(try file.image()[8] == 0)
  }

  @Test(.needsH5py) func h5pyReadsImagesWithUserBlocks() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("image.h5")
    let file = try HDF5File(creatingInMemory: "x", userBlockSize: 512)
    try fill(try file.root())
    try Data(try file.image()).write(to: URL(fileURLWithPath: path))
    try python(
      path,
      """
      file = h5py.File(path)
      assert file.userblock_size == 512
      assert list(file['group/x']) == [1, 2, 3] and file['group/x'].shuffle
      assert list(file['empty'].attrs['texts']) == ['a', 'ü']
      """)
  }
}
