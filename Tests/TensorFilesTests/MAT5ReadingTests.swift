import TensorFiles
import Tensors
import Testing

@Suite struct MAT5ReadingTests {
  private func open(_ bytes: [UInt8], limits: Limits = Limits()) throws -> any TensorReader {
    try FileFormats.open(InputFile(bytes: bytes, name: "made.mat"), limits: limits).reader
  }

  private func doubles(_ name: String, _ bytes: [UInt8]) throws -> [Double] {
    try open(bytes).tensor(name).doublesInStorageOrder()
  }

  private let one = MATBytes.matrix("one", class: 6, dimensions: [1, 1], MATBytes.doubles([1]))

  @Test(.enabled(if: NotebookData.path != nil, "the notebook's data.mat is not here"))
  func notebook() throws {
    let file = try FileFormats.open(try #require(NotebookData.path))
    let entries = file.reader.entries
    #expect(file.format.name == "mat5")
    #expect(file.reader.damage == nil)
    #expect(entries.map(\.name) == ["X", "y", "yval", "Xval"])
    #expect(entries.map(\.shape) == [[211, 2], [211, 1], [200, 1], [200, 2]])
    #expect(entries[0].content == .numbers(.float64, storedAs: nil))
    #expect(entries[1].content == .numbers(.float64, storedAs: .uint8))
    #expect(entries[2].content == .numbers(.float64, storedAs: .uint8))
    let x = try file.reader.tensor("X")
    #expect(x.order == .columnMajor)
    #expect(try x.matrix().elements.prefix(4) == [-0.158986, 0.423977, -0.347926, 0.47076])
    #expect(try file.reader.tensor("y").elementType == .float64)
    // The digests are those that Formats/mat5/scipy_listing.py prints.
    #expect(
      try entries.map { try file.reader.tensor($0.name).digest }
        == ["168d6b5b9e116410", "83e5660b7ec2f221", "9a0b767a92900b0b", "52e7dd3090d42b13"])
  }

  // MARK: What writers in the wild do

  @Test func flagsOfInt32() throws {
    let x = MATBytes.matrix("x", class: 6, dimensions: [1, 2], flagsType: 5, MATBytes.doubles([1, 2]))
    #expect(try doubles("x", MATBytes.file(x)) == [1, 2])
  }

  @Test func dimensionsOfUInt32() throws {
    let x = MATBytes.matrix("x", class: 6, dimensions: [2, 1], dimensionsType: 6, MATBytes.doubles([1, 2]))
    #expect(try doubles("x", MATBytes.file(x)) == [1, 2])
  }

  @Test func oneDimension() throws {
    let x = MATBytes.matrix("x", class: 6, dimensions: [2], MATBytes.doubles([1, 2]))
    #expect(try open(MATBytes.file(x)).entries.first?.shape == [2, 1])
  }

  @Test(arguments: [UInt32(1), 2, 16])
  func nameNotASCII(type: UInt32) throws {
    let x = MATBytes.matrix("größe", class: 6, dimensions: [1, 2], nameType: type, MATBytes.doubles([1, 2]))
    #expect(try doubles("größe", MATBytes.file(x)) == [1, 2])
  }

  @Test func nameTwice() throws {
    let reader = try open(
      MATBytes.file(
        MATBytes.matrix("x", class: 6, dimensions: [1, 1], MATBytes.doubles([1])), one,
        MATBytes.matrix("x", class: 6, dimensions: [1, 2], MATBytes.doubles([2, 3]))))
    #expect(reader.entries.map(\.name) == ["x", "one"])
    #expect(reader.entries.map(\.shape) == [[1, 2], [1, 1]])
    #expect(try reader.tensor("x").doublesInStorageOrder() == [2, 3])
    #expect(reader.notes == ["x is there twice; the last one counts"])
  }

  @Test func withoutName() throws {
    let workspace = MATBytes.matrix("", class: 9, dimensions: [1, 3], MATBytes.element(2, [UInt8(1), 2, 3]))
    let reader = try open(MATBytes.file(one, workspace))
    #expect(reader.entries.map(\.name) == ["one"])
    #expect(reader.damage == nil)
  }

  @Test func paddingMissingAtTheEnd() throws {
    var x = MATBytes.matrix("x", class: 9, dimensions: [1, 5], MATBytes.element(2, [UInt8](1...5)))
    x.removeLast(3)
    x[4] -= 3
    let reader = try open(MATBytes.file(x, one))
    #expect(try reader.tensor("x").doublesInStorageOrder() == [1, 2, 3, 4, 5])
    #expect(try reader.tensor("one").doublesInStorageOrder() == [1])
  }

  @Test(arguments: [8, 16, 100_000])
  func zerosAtTheEnd(count: Int) throws {
    let reader = try open(MATBytes.file(one) + [UInt8](repeating: 0, count: count))
    #expect(reader.entries.count == 1)
    #expect(reader.damage == nil)
    #expect(reader.notes == ["\(count) zero bytes after the last variable are passed over"])
  }

  /// They may be the beginning of a big-endian variable that was cut off.
  @Test(arguments: [1, 3, 7])
  func fewerZerosThanATagAtTheEnd(count: Int) throws {
    let reader = try open(MATBytes.file(one) + [UInt8](repeating: 0, count: count))
    #expect(try reader.tensor("one").doublesInStorageOrder() == [1])
    #expect(reader.damage?.code == .truncated)
    #expect(reader.notes == [])
  }

  /// Anything else at the end is damage; the variables before it are kept.
  @Test(arguments: [1, 7, 8, 9])
  func bytesAtTheEnd(count: Int) throws {
    let reader = try open(MATBytes.file(one) + [UInt8](repeating: 7, count: count))
    #expect(try reader.tensor("one").doublesInStorageOrder() == [1])
    #expect(reader.damage?.code == (count < 8 ? .truncated : .damaged))
  }

  @Test func noVariables() throws {
    let reader = try open(MATBytes.file())
    #expect(reader.entries.isEmpty)
    #expect(reader.damage == nil)
  }

  @Test func emptyWithoutNumbers() throws {
    let reader = try open(MATBytes.file(MATBytes.matrix("x", class: 6, dimensions: [0, 3])))
    #expect(reader.entries.first?.content == .numbers(.float64, storedAs: nil))
    #expect(try reader.tensor("x").shape == [0, 3])
  }

  @Test func opaqueHasNoDimensions() throws {
    let content =
      MATBytes.element(6, [UInt32(17), 0]) + MATBytes.element(1, Array("t".utf8))
      + MATBytes.element(1, Array("MCOS".utf8)) + MATBytes.element(1, Array("table".utf8))
      + MATBytes.matrix("", class: 13, dimensions: [2, 1], MATBytes.element(6, [UInt32(1), 2]))
    let reader = try open(MATBytes.file(MATBytes.element(14, content), one))
    #expect(
      reader.entries.first
        == TensorEntry(
          name: "t", shape: [],
          content: .other(
            className: "object table", remedy: "in MATLAB, save table2array(t) instead, or its columns one by one")))
    #expect(throws: FormatError.self) { try reader.tensor("t") }
    #expect(try reader.tensor("one").doublesInStorageOrder() == [1])
  }

  @Test func unknownClass() throws {
    let reader = try open(
      MATBytes.file(MATBytes.matrix("x", class: 42, dimensions: [1, 1], MATBytes.doubles([1])), one))
    #expect(
      reader.entries.first
        == TensorEntry(name: "x", shape: [1, 1], content: .other(className: "unknown class 42", remedy: nil)))
    #expect(reader.entries.count == 2)
  }

  // MARK: Classes and storage

  /// Every class stored as every type, small values that all of them hold, in both byte orders.
  @Test(arguments: [false, true])
  func storages(isBigEndian: Bool) throws {
    for number in UInt32(6)...15 {
      let expected: [Double] = [0, 1, 100]
      let stored: [(type: UInt32, bytes: [UInt8])] = [
        (1, MATBytes.element(1, [Int8(0), 1, 100], isBigEndian: isBigEndian)),
        (2, MATBytes.element(2, [UInt8(0), 1, 100], isBigEndian: isBigEndian)),
        (3, MATBytes.element(3, [Int16(0), 1, 100], isBigEndian: isBigEndian)),
        (4, MATBytes.element(4, [UInt16(0), 1, 100], isBigEndian: isBigEndian)),
        (5, MATBytes.element(5, [Int32(0), 1, 100], isBigEndian: isBigEndian)),
        (6, MATBytes.element(6, [UInt32(0), 1, 100], isBigEndian: isBigEndian)),
        (7, MATBytes.element(7, [Float(0), 1, 100].map(\.bitPattern), isBigEndian: isBigEndian)),
        (9, MATBytes.doubles([0, 1, 100], isBigEndian: isBigEndian)),
        (12, MATBytes.element(12, [Int64(0), 1, 100], isBigEndian: isBigEndian)),
        (13, MATBytes.element(13, [UInt64(0), 1, 100], isBigEndian: isBigEndian)),
      ]
      for storage in stored {
        let x = MATBytes.matrix(
          "x", class: number, dimensions: [3, 1], isBigEndian: isBigEndian, storage.bytes)
        let tensor = try open(MATBytes.file(isBigEndian: isBigEndian, x)).tensor("x")
        #expect(try tensor.doublesInStorageOrder() == expected, "class \(number) stored as \(storage.type)")
      }
    }
  }

  /// More numbers than are converted at a time.
  @Test func manyNarrowNumbers() throws {
    let values = (0..<20_000).map { Int16($0) }
    let x = MATBytes.matrix("x", class: 6, dimensions: [20_000, 1], MATBytes.element(3, values))
    #expect(try doubles("x", MATBytes.file(x)) == values.map { Double($0) })
  }

  @Test func logicalOfDoubles() throws {
    let x = MATBytes.matrix("x", class: 6, flags: 0x0200, dimensions: [1, 2], MATBytes.doubles([0, 1]))
    let reader = try open(MATBytes.file(x))
    #expect(reader.entries.first?.content == .numbers(.bool, storedAs: .float64))
    #expect(try reader.tensor("x").doublesInStorageOrder() == [0, 1])
  }

  /// The two parts may be stored as different types.
  @Test(arguments: [false, true])
  func narrowComplex(isBigEndian: Bool) throws {
    let x = MATBytes.matrix(
      "x", class: 6, flags: 0x0800, dimensions: [1, 2], isBigEndian: isBigEndian,
      MATBytes.element(2, [UInt8(1), 2], isBigEndian: isBigEndian),
      MATBytes.element(3, [Int16(-3), 400], isBigEndian: isBigEndian))
    let reader = try open(MATBytes.file(isBigEndian: isBigEndian, x))
    #expect(reader.entries.first?.content == .numbers(.complex128, storedAs: .uint8))
    #expect(try reader.tensor("x").firstNumbers(4) == [1, -3, 2, 400])
  }

  @Test func complexIntegersAreRefused() throws {
    let x = MATBytes.matrix(
      "x", class: 12, flags: 0x0800, dimensions: [1, 1], MATBytes.element(5, [Int32(1)]),
      MATBytes.element(5, [Int32(2)]))
    let reader = try open(MATBytes.file(x))
    let error = #expect(throws: FormatError.self) { try reader.tensor("x") }
    #expect(
      error?.description
        == "made.mat: x: this is complex int32 1x1, not an array of numbers; "
        + "in MATLAB, save double(x) instead, or real(x) and imag(x)")
  }

  @Test func notANumberStaysOne() throws {
    let x = MATBytes.matrix("x", class: 7, dimensions: [1, 2], MATBytes.doubles([.nan, -.infinity]))
    let found = try doubles("x", MATBytes.file(x))
    #expect(found[0].isNaN && found[1] == -.infinity)
  }

  // MARK: Damage and limits

  /// A fault in one variable's numbers is that variable's alone; one in the framing ends the list.
  @Test func whatIsKept() throws {
    let short = MATBytes.matrix("short", class: 6, dimensions: [1, 2], MATBytes.doubles([1]))
    let reader = try open(MATBytes.file(one, short, one + [1, 2, 3]))
    #expect(reader.entries.map(\.name) == ["one", "short"])
    #expect(try reader.tensor("one").doublesInStorageOrder() == [1])
    #expect(throws: FormatError.self) { try reader.tensor("short") }
    #expect(reader.damage?.code == .truncated)
    #expect(reader.damage?.file == "made.mat")
  }

  @Test func memoryLimit() throws {
    let reader = try open(MATBytes.file(one), limits: Limits(memory: 7))
    #expect(reader.entries.count == 1)
    let error = #expect(throws: FormatError.self) { try reader.tensor("one") }
    #expect(error?.code == .limit)
  }

  @Test func objectLimit() throws {
    let two = MATBytes.matrix("two", class: 6, dimensions: [1, 1], MATBytes.doubles([2]))
    let reader = try open(MATBytes.file(one, two), limits: Limits(objects: 1))
    #expect(reader.entries.map(\.name) == ["one"])
    #expect(reader.damage?.code == .limit)
  }

  @Test func missingName() throws {
    let error = #expect(throws: FormatError.self) { try open(MATBytes.file(one)).tensor("two") }
    #expect(error?.description == "made.mat: two: there is no such array; the file has one")
  }

  // MARK: Sparse matrices

  /// 3x2 with 1.5 in (1, 1) and -2 in (3, 2); there is room for more elements than there are.
  private func sparse(
    flags: UInt32 = 0, rows: [Int32] = [0, 2, 77], isBigEndian: Bool = false, _ parts: [UInt8]...
  ) -> [UInt8] {
    MATBytes.file(
      isBigEndian: isBigEndian,
      MATBytes.matrix(
        "x", class: 5, flags: flags, dimensions: [3, 2], isBigEndian: isBigEndian,
        MATBytes.element(5, rows, isBigEndian: isBigEndian),
        MATBytes.element(5, [Int32(0), 1, 2], isBigEndian: isBigEndian), parts.flatMap { $0 }))
  }

  @Test(arguments: [false, true])
  func sparseWithRoom(isBigEndian: Bool) throws {
    let reader = try open(
      sparse(isBigEndian: isBigEndian, MATBytes.doubles([1.5, -2, .nan], isBigEndian: isBigEndian)))
    #expect(
      reader.entries == [
        TensorEntry(
          name: "x", shape: [3, 2], content: .numbers(.float64, storedAs: nil), remark: "sparse, at most 3 stored")
      ])
    #expect(try reader.tensor("x").doublesInStorageOrder() == [1.5, 0, 0, 0, 0, -2])
  }

  @Test func sparseNarrow() throws {
    let bytes = sparse(flags: 0x0800, MATBytes.element(2, [UInt8(1), 2]), MATBytes.element(3, [Int16(-3), 400]))
    let tensor = try open(bytes).tensor("x")
    #expect(tensor.elementType == .complex128)
    #expect(try tensor.firstNumbers(12) == [1, -3, 0, 0, 0, 0, 0, 0, 0, 0, 2, 400])
  }

  /// A sparse logical is stored as doubles or as bytes, by MATLAB as bytes that are called doubles.
  @Test func sparseLogical() throws {
    for part in [
      MATBytes.doubles([1, 1]), MATBytes.element(2, [UInt8(1), 1]), MATBytes.element(9, [UInt8(1), 1, 0]),
    ] {
      let tensor = try open(sparse(flags: 0x0200, part)).tensor("x")
      #expect(tensor.elementType == .bool)
      #expect(try tensor.doublesInStorageOrder() == [1, 0, 0, 0, 0, 1])
    }
  }

  @Test func sparseNegativeZero() throws {
    let tensor = try open(sparse(MATBytes.doubles([-0.0, 1]))).tensor("x")
    #expect(try tensor.doublesInStorageOrder()[0].sign == .minus)
  }

  /// An element that is there twice counts twice, as in SciPy and in MATLAB's own `sparse`.
  @Test func sparseTwice() throws {
    let bytes = MATBytes.file(
      MATBytes.matrix(
        "x", class: 5, dimensions: [3, 1], MATBytes.element(5, [Int32(2), 0, 2]),
        MATBytes.element(5, [Int32(0), 3]), MATBytes.doubles([1, 5, 10])))
    #expect(try doubles("x", bytes) == [5, 0, 11])
  }

  /// What would be too large as a full matrix is listed, with the reason.
  @Test func sparseBeyondTheLimit() throws {
    let reader = try open(sparse(MATBytes.doubles([1, 2])), limits: Limits(memory: 47))
    #expect(
      reader.entries.first?.content
        == .other(
          className: "sparse double",
          remedy: "in MATLAB, save a part of it instead, full(x(rows, columns)): as a full array it takes 48 bytes, "
            + "the limit is 47"))
    let error = #expect(throws: FormatError.self) { try reader.tensor("x") }
    #expect(
      error?.description
        == "made.mat: x: this is sparse double 3x2, not an array of numbers; in MATLAB, save a part of it "
        + "instead, full(x(rows, columns)): as a full array it takes 48 bytes, the limit is 47")
  }

  /// The row indices and the beginnings of the columns are memory too.
  @Test func sparseIndicesBeyondTheLimit() throws {
    let reader = try open(
      sparse(rows: [Int32](repeating: 0, count: 100), MATBytes.doubles([1, 2])), limits: Limits(memory: 100))
    let error = #expect(throws: FormatError.self) { try reader.tensor("x") }
    #expect(error?.code == .limit)
  }

  // MARK: SciPy's own files

  /// Every array of numbers in SciPy's test files, of level 4 and 5, the sparse ones as full ones, against what SciPy
  /// reads; everything else is listed.
  @Test(.enabled(if: !Python.sciPyTestFiles.isEmpty, "SciPy's test files are not here"))
  func sciPyTestFiles() throws {
    var files: [String: Int] = [:]
    var (arrays, others, refused) = (0, 0, 0)
    for (path, lines) in try Python.matListing(Python.sciPyTestFiles) {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let file: OpenFile
      do throws(FormatError) { file = try FileFormats.open(path) } catch { continue }
      guard file.format.name == "mat5" || file.format.name == "mat4" else { continue }
      files[file.format.name, default: 0] += 1
      if let lines {
        #expect(file.reader.damage == nil, "\(name)")
        try expectMatch(file, lines, name, ignoringStorageOfComplex: true)
        arrays += file.reader.entries.count(where: \.isNumeric)
        others += file.reader.entries.count { !$0.isNumeric }
      } else {
        refused += 1
        // The one file that SciPy refuses and that is read: a name in UTF-8.
        #expect((Listing(file).failure == nil) == (name == "bad_miutf8_array_name.mat"), "\(name)")
      }
    }
    #expect(
      files["mat5", default: 0] >= 90 && files["mat4", default: 0] >= 13 && arrays >= 54,
      "\(files) files, \(arrays) arrays, \(others) others, \(refused) refused")
  }
}
