import TensorFiles
import Tensors
import Testing

@Suite struct MAT5WritingTests {
  static let shapes = [[], [1], [5], [0], [3, 2], [1, 4], [4, 1], [0, 3], [2, 3, 4], [2, 1, 3, 1], [1, 1, 1]]
  static let types = ElementType.allCases.filter { $0 != .float16 }

  /// A tensor whose bytes are all different enough: a pattern, or 0 and 1 for logicals.
  private static func tensor(_ shape: [Int], _ type: ElementType, _ order: Order) throws -> Tensor {
    var buffer = try TensorBuffer(byteCount: Tensor.byteCount(shape: shape, elementType: type))
    buffer.withMutableBytes { bytes in
      for index in 0..<bytes.byteCount {
        let value = type == .bool ? UInt8(index % 3 == 0 ? 1 : 0) : UInt8(truncatingIfNeeded: 37 &* index &+ 11)
        bytes.storeBytes(of: value, toByteOffset: index, as: UInt8.self)
      }
    }
    return try Tensor(shape: shape, elementType: type, order: order, storage: buffer.finish())
  }

  private func write(_ archive: TensorArchive, to path: String) throws(FormatError) {
    var output = try OutputFile(path: path)
    try MAT5Format().write(archive, to: &output)
    try output.commit()
  }

  /// The error of an archive with one tensor, which must come before any byte.
  private func refusal(_ name: String, _ tensor: Tensor, by format: MAT5Format = MAT5Format()) throws -> String? {
    try withTemporaryFolder { folder in
      var archive = TensorArchive()
      archive.set("good", to: try Tensor([1.0]))
      archive.set(name, to: tensor)
      var output = try OutputFile(path: folder + "/x.mat")
      do throws(FormatError) { try format.write(archive, to: &output) } catch {
        let path = output.temporaryPath
        try output.flush()
        #expect(try InputFile(path: #require(path)).size() == 0)
        return error.description
      }
      return nil
    }
  }

  /// As MATLAB has it: a scalar is 1x1, a vector is a column.
  private static func matlabShape(_ shape: [Int]) -> [Int] {
    shape + [Int](repeating: 1, count: max(0, 2 - shape.count))
  }

  @Test(arguments: [Order.rowMajor, .columnMajor])
  func roundTrip(order: Order) throws {
    try withTemporaryFolder { folder in
      var archive = TensorArchive()
      for type in MAT5WritingTests.types {
        for (index, shape) in MAT5WritingTests.shapes.enumerated() {
          archive.set("\(type.rawValue)_\(index)", to: try MAT5WritingTests.tensor(shape, type, order))
        }
      }
      let path = folder + "/x.mat"
      try write(archive, to: path)
      let file = try FileFormats.open(path)
      #expect(file.format.name == "mat5")
      #expect(file.reader.damage == nil)
      #expect(file.reader.entries.map(\.name) == archive.members.map(\.name))
      for (entry, member) in zip(file.reader.entries, archive.members) {
        #expect(entry.content == .numbers(member.tensor.elementType, storedAs: nil))
        let tensor = try file.reader.tensor(entry.name)
        #expect(tensor.shape == MAT5WritingTests.matlabShape(member.tensor.shape))
        #expect(tensor.elementType == member.tensor.elementType)
        #expect(try tensor.digest == member.tensor.digest, "\(entry.name)")
      }
    }
  }

  @Test func equalContentMakesEqualBytes() throws {
    try withTemporaryFolder { folder in
      var archive = TensorArchive()
      archive.set("x", to: try Tensor([1.0, 2, 3, 4], shape: [2, 2]))
      try write(archive, to: folder + "/a.mat")
      try write(archive, to: folder + "/b.mat")
      let bytes = try InputFile(path: folder + "/a.mat").contents(limit: 1000)
      #expect(try InputFile(path: folder + "/b.mat").contents(limit: 1000) == bytes)
      #expect(String(decoding: bytes[..<63], as: UTF8.self).hasPrefix("MATLAB 5.0 MAT-file, Platform: reg-tools"))
      #expect(Array(bytes[116..<128]) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x49, 0x4D])
    }
  }

  @Test func emptyArchive() throws {
    try withTemporaryFolder { folder in
      try write(TensorArchive(), to: folder + "/x.mat")
      #expect(try FileFormats.open(folder + "/x.mat").reader.entries.isEmpty)
    }
  }

  // MARK: What is refused before the first byte

  @Test(arguments: ["", "1x", "_x", "a b", "a/b", "größe", String(repeating: "a", count: 64)])
  func names(name: String) throws {
    #expect(
      try refusal(name, Tensor([1.0]))
        == "\(name): this is no MATLAB name, which is a letter, then letters, digits and _, at most 63 in all")
  }

  @Test(arguments: ["x", "X_1", String(repeating: "a", count: 63)])
  func goodNames(name: String) throws {
    #expect(try refusal(name, Tensor([1.0])) == nil)
  }

  @Test func float16() throws {
    #expect(
      try refusal("x", MAT5WritingTests.tensor([2, 2], .float16, .rowMajor))
        == "x: MATLAB has no float16; convert it to float32 first")
  }

  @Test func dimensionTooLong() throws {
    #expect(
      try refusal("x", MAT5WritingTests.tensor([1 << 31, 0], .uint8, .rowMajor))
        == "x: a dimension of 2147483648 is more than MAT level 5 can hold")
  }

  /// The limit of a variable, made small: its flags, dimensions, name and numbers count.
  @Test func variableTooLarge() throws {
    let tensor = try Tensor([1.0, 2, 3])
    #expect(try refusal("x", tensor, by: MAT5Format(mostVariableBytes: 72)) == nil)
    #expect(
      try refusal("x", tensor, by: MAT5Format(mostVariableBytes: 71))
        == "x: the variable takes 72 bytes, MAT level 5 holds 71; write MATLAB 7.3 or HDF5 instead")
  }

  // MARK: SciPy reads what is written

  @Test(.enabled(if: Python.hasSciPy, "Python with SciPy is not here"))
  func sciPyReads() throws {
    try withTemporaryFolder { folder in
      var archive = TensorArchive()
      for type in MAT5WritingTests.types {
        for (index, shape) in MAT5WritingTests.shapes.enumerated() {
          let order = index % 2 == 0 ? Order.rowMajor : .columnMajor
          archive.set("\(type.rawValue)_\(index)", to: try MAT5WritingTests.tensor(shape, type, order))
        }
      }
      let path = folder + "/x.mat"
      try write(archive, to: path)
      let lines = try #require(try Python.matListing([path])[path] ?? nil)
      #expect(lines.count == archive.members.count)
      try expectMatch(FileFormats.open(path), lines, "written here, read by SciPy")
    }
  }
}
