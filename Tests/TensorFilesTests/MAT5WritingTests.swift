import TensorFiles
import Tensors
import Testing

@Suite struct MAT5WritingTests {
  private func write(
    _ archive: TensorArchive, to path: String, _ options: WritingOptions = WritingOptions()
  ) throws(FormatError) {
    var output = try OutputFile(path: path)
    try MAT5Format().write(archive, to: &output, options: options)
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

  /// Every type, shape and order, uncompressed and at several levels.
  @Test(arguments: [Order.rowMajor, .columnMajor], [nil, 0, 1, 9])
  func roundTrip(order: Order, compression: Int?) throws {
    try withTemporaryFolder { folder in
      let archive = try MATTensors.archive(of: MATTensors.types, order)
      let path = folder + "/x.mat"
      try write(archive, to: path, WritingOptions(compression: compression))
      let file = try FileFormats.open(path)
      #expect(file.format.name == "mat5")
      #expect(file.reader.damage == nil && file.reader.notes.isEmpty)
      #expect(file.reader.entries.map(\.name) == archive.members.map(\.name))
      for (entry, member) in zip(file.reader.entries, archive.members) {
        #expect(entry.content == .numbers(member.tensor.elementType, storedAs: nil))
        let tensor = try file.reader.tensor(entry.name)
        #expect(tensor.shape == MATTensors.matlabShape(member.tensor.shape))
        #expect(tensor.elementType == member.tensor.elementType)
        #expect(try tensor.digest == member.tensor.digest, "\(entry.name)")
      }
    }
  }

  /// Without compression every element is a multiple of eight bytes long, and of type 14.
  @Test func uncompressed() throws {
    try withTemporaryFolder { folder in
      var archive = TensorArchive()
      archive.set("x", to: try Tensor([1.0, 2, 3]))
      archive.set("y", to: try Tensor([UInt8(1), 2, 3, 4, 5]))
      try write(archive, to: folder + "/x.mat", WritingOptions(compression: 0))
      let bytes = try InputFile(path: folder + "/x.mat").contents(limit: 1000)
      #expect(bytes[128] == 14 && bytes[132] == 72 && bytes[208] == 14 && bytes.count == 128 + 80 + 64)
    }
  }

  // MARK: What is said

  @Test func changes() throws {
    var archive = TensorArchive()
    archive.set("scalar", to: try Tensor([1.0], shape: []))
    archive.set("vector", to: try Tensor([1.0, 2, 3]))
    archive.set("matrix", to: try Tensor([1.0, 2, 3, 4], shape: [2, 2]))
    archive.setAttribute("note", of: "", to: .text("file"))
    archive.setAttribute("columns", of: "matrix", to: .text("a"))
    archive.setAttribute("units", of: "matrix", to: .text("m"))
    let found = try MAT5Format().changes(writing: ArchiveSource(archive))
    #expect(
      found == [
        "scalar: a scalar becomes 1x1: MATLAB's arrays have two dimensions at least",
        "vector: an array of one dimension becomes 3x1: MATLAB's arrays have two dimensions at least",
        "the attribute 'note' is not kept: MAT level 5 has no place for it",
        "matrix: the attributes 'columns', 'units' are not kept: MAT level 5 has no place for them",
      ])
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

  @Test(
    arguments: [
      ("", "x"), ("1x", "x_1x"), ("_x", "x_x"), ("a b", "a_b"), ("a/b", "a_b"), ("größe", "gr__e"),
      (String(repeating: "a", count: 64), String(repeating: "a", count: 63)),
    ])
  func names(name: String, other: String) throws {
    #expect(
      try refusal(name, Tensor([1.0]))
        == "\(name): this is no MATLAB name, which is a letter, then letters, digits and _, at most 63 in all; "
        + "--rename '\(name)=\(other)' gives it another")
  }

  /// The words that `iskeyword` lists in MATLAB.
  @Test(
    arguments: [
      "break", "case", "catch", "classdef", "continue", "else", "elseif", "end", "for", "function", "global", "if",
      "otherwise", "parfor", "persistent", "return", "spmd", "switch", "try", "while",
    ])
  func keywords(name: String) throws {
    #expect(
      try refusal(name, Tensor([1.0]))
        == "\(name): this is a word of MATLAB's own, which no variable can have as its name; "
        + "--rename '\(name)=\(name)_' gives it another")
  }

  @Test(arguments: ["x", "X_1", "End", "end_", String(repeating: "a", count: 63)])
  func goodNames(name: String) throws {
    #expect(try refusal(name, Tensor([1.0])) == nil)
  }

  @Test func float16() throws {
    #expect(
      try refusal("x", MATTensors.tensor([2, 2], .float16, .rowMajor))
        == "x: MATLAB has no float16; convert it to float32 first (--type float32)")
  }

  @Test func dimensionTooLong() throws {
    #expect(
      try refusal("x", MATTensors.tensor([1 << 31, 0], .uint8, .rowMajor))
        == "x: a dimension of 2147483648 is more than MAT level 5 can hold")
  }

  /// The limit of a variable, made small: its flags, dimensions, name and numbers count.
  @Test func variableTooLarge() throws {
    let tensor = try Tensor([1.0, 2, 3])
    #expect(try refusal("x", tensor, by: MAT5Format(mostVariableBytes: 72)) == nil)
    #expect(
      try refusal("x", tensor, by: MAT5Format(mostVariableBytes: 71))
        == "x: the variable takes 72 bytes, MAT level 5 holds 71; "
        + "--to mat73 writes MATLAB 7.3, which holds more")
  }

  // MARK: SciPy reads what is written

  @Test(.enabled(if: Python.hasSciPy, "Python with SciPy is not here"))
  func sciPyReads() throws {
    try withTemporaryFolder { folder in
      let archive = try MATTensors.archive(of: MATTensors.types, .rowMajor)
      let path = folder + "/x.mat"
      try write(archive, to: path)
      let lines = try #require(try Python.matListing([path])[path] ?? nil)
      #expect(lines.count == archive.members.count)
      try expectMatch(FileFormats.open(path), lines, "written here, read by SciPy")
    }
  }
}
