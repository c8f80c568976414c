import TensorFiles
import Tensors
import Testing

@Suite struct MAT4Tests {
  private func open(_ bytes: [UInt8], limits: Limits = Limits(), from: String? = nil) throws -> any TensorReader {
    let file = try FileFormats.open(InputFile(bytes: bytes, name: "made.mat"), from: from, limits: limits)
    #expect(file.format.name == "mat4")
    return file.reader
  }

  /// A variable of level 4: its header, its name, its numbers.
  private func variable(
    _ name: String, _ rows: Int32, _ columns: Int32, type: Int32 = 0, isComplex: Bool = false,
    isBigEndian: Bool = false, _ numbers: [UInt8]
  ) -> [UInt8] {
    var header = MATBytes(isBigEndian: isBigEndian)
    for word in [type + (isBigEndian ? 1000 : 0), rows, columns, isComplex ? 1 : 0, Int32(name.utf8.count + 1)] {
      header.append(word)
    }
    return header.bytes + Array(name.utf8) + [0] + numbers
  }

  private func numbers<Integer: FixedWidthInteger>(_ values: [Integer], isBigEndian: Bool = false) -> [UInt8] {
    var result = MATBytes(isBigEndian: isBigEndian)
    for value in values { result.append(value) }
    return result.bytes
  }

  private func doubles(_ values: [Double], isBigEndian: Bool = false) -> [UInt8] {
    numbers(values.map(\.bitPattern), isBigEndian: isBigEndian)
  }

  // MARK: Reading

  /// Every type of numbers, real and complex, in both byte orders: the class is double.
  @Test(arguments: [false, true], [false, true])
  func types(isBigEndian: Bool, isComplex: Bool) throws {
    let values = isComplex ? [0, 1, 100, 7, 8, 9] : [0, 1, 100]
    let stored: [(ElementType?, [UInt8])] = [
      (nil, doubles(values.map { Double($0) }, isBigEndian: isBigEndian)),
      (.float32, numbers(values.map { Float($0).bitPattern }, isBigEndian: isBigEndian)),
      (.int32, numbers(values.map { Int32($0) }, isBigEndian: isBigEndian)),
      (.int16, numbers(values.map { Int16($0) }, isBigEndian: isBigEndian)),
      (.uint16, numbers(values.map { UInt16($0) }, isBigEndian: isBigEndian)),
      (.uint8, numbers(values.map { UInt8($0) }, isBigEndian: isBigEndian)),
    ]
    for (digit, storage) in stored.enumerated() {
      let reader = try open(
        variable(
          "x", 3, 1, type: Int32(digit) * 10, isComplex: isComplex, isBigEndian: isBigEndian, storage.1))
      #expect(
        reader.entries == [
          TensorEntry(
            name: "x", shape: [3, 1],
            content: .numbers(isComplex ? .complex128 : .float64, storedAs: storage.0))
        ])
      #expect(try reader.tensor("x").firstNumbers(6) == (isComplex ? [0, 7, 1, 8, 100, 9] : [0, 1, 100]))
    }
  }

  @Test func columnsAreWhole() throws {
    let tensor = try open(variable("x", 2, 3, doubles([1, 2, 3, 4, 5, 6]))).tensor("x")
    #expect(tensor.order == .columnMajor)
    #expect(try tensor.matrix().elements == [1, 3, 5, 2, 4, 6])
  }

  @Test func nameTwice() throws {
    let reader = try open(variable("x", 1, 1, doubles([1])) + variable("x", 1, 2, doubles([2, 3])))
    #expect(reader.entries.map(\.shape) == [[1, 2]])
    #expect(try reader.tensor("x").doublesInStorageOrder() == [2, 3])
    #expect(reader.notes == ["x is there twice; the last one counts"])
  }

  @Test(arguments: [20, 100])
  func zerosAtTheEnd(count: Int) throws {
    let reader = try open(variable("x", 1, 1, doubles([1])) + [UInt8](repeating: 0, count: count))
    #expect(reader.entries.count == 1)
    #expect(reader.damage == nil)
    #expect(reader.notes == ["\(count) zero bytes after the last variable are passed over"])
  }

  /// They may be the beginning of a variable that was cut off.
  @Test(arguments: [1, 4, 19])
  func fewerZerosThanAHeaderAtTheEnd(count: Int) throws {
    let reader = try open(variable("x", 1, 1, doubles([1])) + [UInt8](repeating: 0, count: count))
    #expect(try reader.tensor("x").doublesInStorageOrder() == [1])
    #expect(reader.damage?.code == .truncated)
    #expect(reader.notes == [])
  }

  @Test func text() throws {
    let reader = try open(variable("s", 1, 2, type: 1, doubles([104, 105])) + variable("x", 1, 1, doubles([1])))
    #expect(
      reader.entries.first?.content
        == .other(
          className: "char",
          remedy: "in MATLAB, double(s) gives the character codes, str2double(s) the number that is written"))
    #expect(try reader.tensor("x").doublesInStorageOrder() == [1])
  }

  @Test(arguments: [false, true])
  func sparse(isComplex: Bool) throws {
    let parts: [Double] = isComplex ? [7, 8, 0] : []
    let reader = try open(
      variable("x", 3, isComplex ? 4 : 3, type: 2, doubles([3, 1, 3, 1, 2, 2, 1.5, -2, 0] + parts)))
    #expect(reader.entries.first?.shape == [3, 2])
    #expect(reader.entries.first?.remark == "sparse, 2 stored")
    let expected: [Double] =
      isComplex ? [0, 0, -2, 8, 0, 0, 0, 0, 1.5, 7, 0, 0] : [0, -2, 0, 0, 1.5, 0]
    #expect(try reader.tensor("x").firstNumbers(12) == expected)
  }

  @Test func sparseBeyondTheLimit() throws {
    let reader = try open(
      variable("x", 1, 3, type: 2, doubles([100_000, 100_000, 0])) + variable("y", 1, 1, doubles([1])))
    #expect(reader.entries.map(\.isNumeric) == [false, true])
    let error = #expect(throws: FormatError.self) { try reader.tensor("x") }
    #expect(
      error?.description
        == "made.mat: x: this is sparse double 100000x100000, not an array of numbers; in MATLAB, save a "
        + "part of it instead, full(x(rows, columns)): as a full array it takes 80000000000 bytes, the limit is "
        + "4294967296")
  }

  /// A fault in a sparse matrix's shape is that matrix's alone.
  @Test func whatIsKept() throws {
    let reader = try open(
      variable("bad", 1, 3, type: 2, doubles([-1, 2, 0])) + variable("y", 1, 1, doubles([1])))
    #expect(reader.entries.map(\.name) == ["y"])
    #expect(reader.damage?.description.hasSuffix("should hold its shape, found -1.0") == true)
  }

  @Test func limits() throws {
    let bytes = variable("x", 1, 2, type: 50, [1, 2]) + variable("y", 1, 1, doubles([1]))
    let reader = try open(bytes, limits: Limits(memory: 15, objects: 1))
    #expect(reader.entries.map(\.name) == ["x"])
    #expect(reader.damage?.code == .limit)
    let error = #expect(throws: FormatError.self) { try reader.tensor("x") }
    #expect(error?.code == .limit)
  }

  // MARK: Recognition

  @Test(arguments: [1, 20, 128, 5000])
  func zerosAreOfNoFormat(count: Int) throws {
    let input = InputFile(bytes: [UInt8](repeating: 0, count: count), name: "zeros.mat")
    let error = #expect(throws: FormatError.self) { try FileFormats.open(input) }
    #expect(error?.description.contains(count < 20 ? "no known format" : "zero bytes and is of no format") == true)
    let named = #expect(throws: FormatError.self) { try FileFormats.open(input, from: "mat4") }
    #expect(named?.description == "zeros.mat: byte 0: there are only zeros where a variable should begin")
  }

  @Test func otherFilesAreNotTaken() throws {
    // A safetensors header of 50 bytes, a table, a picture.
    for bytes in [
      [50, 0, 0, 0, 0, 0, 0, 0] + Array("{\"weight\":{\"dtype\":\"F64\"}}".utf8), Array("1,2\n3,4\n".utf8),
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + [UInt8](repeating: 1, count: 30),
    ] {
      #expect(!MAT4Format().recognizes(prefix: bytes, size: bytes.count))
    }
  }

  // MARK: Writing

  private func write(_ archive: TensorArchive, to path: String, by format: MAT4Format = MAT4Format()) throws {
    try FileFormats.write(archive, to: path, as: format)
  }

  @Test(arguments: [Order.rowMajor, .columnMajor])
  func roundTrip(order: Order) throws {
    try withTemporaryFolder { folder in
      let archive = try MATTensors.archive(of: [.float64, .complex128], order, dimensions: 2)
      try write(archive, to: folder + "/x.mat")
      let file = try FileFormats.open(folder + "/x.mat")
      #expect(file.format.name == "mat4")
      #expect(file.reader.damage == nil && file.reader.notes.isEmpty)
      #expect(file.reader.entries.map(\.name) == archive.members.map(\.name))
      for (entry, member) in zip(file.reader.entries, archive.members) {
        #expect(entry.content == .numbers(member.tensor.elementType, storedAs: nil))
        #expect(entry.shape == MATTensors.matlabShape(member.tensor.shape))
        #expect(try file.reader.tensor(entry.name).digest == member.tensor.digest, "\(entry.name)")
      }
    }
  }

  /// The error of an archive with one tensor, which must come before any byte.
  private func refusal(_ name: String, _ tensor: Tensor, by format: MAT4Format = MAT4Format()) throws -> String? {
    var archive = TensorArchive()
    archive.set("good", to: try Tensor([1.0]))
    archive.set(name, to: tensor)
    do throws(FormatError) { _ = try format.changes(writing: ArchiveSource(archive)) } catch {
      return error.description
    }
    return nil
  }

  @Test(arguments: ElementType.allCases)
  func otherTypes(type: ElementType) throws {
    let remedy = type == .complex64 ? "complex128" : "float64"
    let refused = type != .float64 && type != .complex128
    #expect(
      try refusal("x", MATTensors.tensor([2, 2], type, .rowMajor))
        == (refused
          ? "x: MAT level 4 has doubles only, this is \(type.rawValue); --type \(remedy) makes it one" : nil))
  }

  @Test func refusals() throws {
    #expect(
      try refusal("x", MATTensors.tensor([2, 3, 4], .float64, .rowMajor))
        == "x: MAT level 4 has two dimensions, this is 2x3x4; --to mat5 holds more")
    #expect(
      try refusal("while", Tensor([1.0]))
        == "while: this is a word of MATLAB's own, which no variable can have as its name; "
        + "--rename 'while=while_' gives it another")
    #expect(
      try refusal("x", Tensor([1.0, 2]), by: MAT4Format(mostVariableBytes: 15))
        == "x: 2x1, 16 bytes, is more than MAT level 4 holds in a variable (15 bytes); --to mat73 writes MATLAB 7.3, "
        + "which holds more")
  }

  @Test func changes() throws {
    var archive = TensorArchive()
    archive.set("y", to: try Tensor([1.0, 2, 3]))
    archive.setAttribute("columns", of: "y", to: .text("a"))
    #expect(
      try MAT4Format().changes(writing: ArchiveSource(archive)) == [
        "y: an array of one dimension becomes 3x1: MATLAB's arrays have two dimensions at least",
        "y: the attribute 'columns' is not kept: MAT level 4 has no place for it",
      ])
  }

  @Test(.enabled(if: Python.hasSciPy, "Python with SciPy is not here"))
  func sciPyReads() throws {
    try withTemporaryFolder { folder in
      var archive = try MATTensors.archive(of: [.float64, .complex128], .rowMajor, dimensions: 2)
      // SciPy's reader of level 4 adds the parts as numbers: a NaN or an infinity in one spoils the other.
      archive.set("special_complex", to: try Tensor([1.0]))
      let path = folder + "/x.mat"
      try write(archive, to: path)
      let lines = try #require(try Python.matListing([path])[path] ?? nil)
      #expect(lines.count == archive.members.count)
      try expectMatch(FileFormats.open(path), lines, "written here, read by SciPy")
    }
  }
}
