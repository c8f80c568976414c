import Foundation
import TensorFiles
import Tensors
import Testing

/// Arrays made byte by byte, for the headers that no program at hand writes.
private func array(_ text: String, _ numbers: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
  let text = Array(text.utf8)
  let count = [UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + (version > 1 ? [0, 0] : [])
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + count + text + numbers
}

private func open(_ bytes: [UInt8], name: String = "x.npy", limits: Limits = Limits()) throws -> any TensorReader {
  try FileFormats.open(InputFile(bytes: bytes, name: name), limits: limits).reader
}

private func message(_ body: () throws -> Void) -> String? {
  #expect(throws: FormatError.self) { try body() }?.description
}

/// The error without the name of the file.
private func failure(_ body: () throws -> Void) -> String? {
  var error = #expect(throws: FormatError.self) { try body() }
  error?.file = nil
  return error?.description
}

@Suite struct NPYReadingTests {
  /// Bytes of the int16 numbers 1, 2, 3.
  private static let three: [UInt8] = [1, 0, 2, 0, 3, 0]

  /// Whatever Python takes for the same dictionary.
  @Test(arguments: [
    "{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }",
    "{'descr':'<i2','fortran_order':False,'shape':(3,)}",
    "{\"shape\": (3,), \"fortran_order\": True, \"descr\": \"<i2\"}",
    "{'descr': '<i2', 'fortran_order': False, 'shape': (3L,), }",
    "{u'descr': u'<i2', 'fortran_order': False, 'shape': (3,)}",
    "  { 'descr' :\t'<i2' ,\n 'fortran_order' : False , 'shape' : ( 3 , ) , } \r\n  ",
    "{'descr': 'i2', 'fortran_order': False, 'shape': (3,), }",
    "{'descr': '=i2', 'fortran_order': False, 'shape': (3,), }",
  ])
  func headers(text: String) throws {
    for version: UInt8 in 1...3 {
      let reader = try open(array(text, NPYReadingTests.three, version: version))
      #expect(reader.damage == nil)
      let tensor = try reader.tensor("x")
      #expect(tensor.shape == [3] && tensor.elementType == .int16 && tensor.order == .rowMajor)
      #expect(try tensor.doublesInStorageOrder() == [1, 2, 3])
    }
  }

  @Test func longShapeOfPython2() throws {
    let reader = try open(
      array("{'descr': '>i2', 'fortran_order': True, 'shape': (2L, 3L), }", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6]))
    let tensor = try reader.tensor("x")
    #expect(tensor.shape == [2, 3] && tensor.order == .columnMajor)
    #expect(try tensor.doublesInStorageOrder() == [1, 2, 3, 4, 5, 6])
    #expect(try tensor.matrix() == Matrix([[1, 3, 5], [2, 4, 6]]))
  }

  /// An array has no name of its own: it has that of its file.
  @Test(arguments: [
    ("x.npy", "x"), ("a/b/my data.npy", "my data"), ("v1.2.npy", "v1.2"), ("weights", "weights"), ("x.npy.gz", "x"),
    (".npy", "data"), ("standard input", "data"), ("/dev/fd/63", "data"),
  ])
  func names(file: String, name: String) throws {
    let text = "{'descr': '<i2', 'fortran_order': False, 'shape': (3,)}"
    #expect(try open(array(text, NPYReadingTests.three), name: file).entries.map(\.name) == [name])
  }

  /// The bits of a number that is none stay as they are, in either byte order.
  @Test func payloads() throws {
    let bits: UInt64 = 0xFFF4_0123_4567_89AB
    for (mark, bytes) in [("<", bits.littleEndian), (">", bits.bigEndian)] {
      let number = (0..<8).map { UInt8(truncatingIfNeeded: bytes >> (8 * $0)) }
      let text = "{'descr': '\(mark)f8', 'fortran_order': False, 'shape': ()}"
      let tensor = try open(array(text, number)).tensor("x")
      #expect(tensor.storage.withElements(as: UInt64.self) { $0[0] } == bits)
    }
  }

  /// What is no array of numbers says what it is, and what Python can do about it.
  @Test(arguments: [
    (
      "'|O'",
      "pickled Python objects (|O) 3; in Python, save x.astype(float) with allow_pickle=False, if they are numbers"
    ),
    ("'<U7'", "texts (<U7) 3; in Python, save x.astype(float), if they are numbers"),
    ("'|S5'", "byte strings (|S5) 3; in Python, save x.astype(float), if they are numbers"),
    ("'<M8[D]'", "dates (<M8[D]) 3; in Python, save x.astype('int64')"),
    ("'<m8[s]'", "time spans (<m8[s]) 3; in Python, save x.astype('int64')"),
    (
      "'|V2'",
      "raw bytes (|V2) 3; in Python, save x.view(ml_dtypes.bfloat16).astype('float32'), if this is bfloat16"
    ),
    ("'|V3'", "raw bytes (|V3) 3"),
    ("'<f16'", "long doubles (<f16) 3; in Python, save x.astype('float64')"),
    ("'<c32'", "complex long doubles (<c32) 3; in Python, save x.astype('complex128')"),
    ("'<f3'", "elements of the unknown type '<f3' 3"),
    ("''", "elements of the unknown type '' 3"),
    ("[('a', '<f8'), ('b', '<i4', (2,))]", "records of a, b 3; in Python, save its fields one by one, x['a'] …"),
    ("[(('title', 'a'), '<f8')]", "records of a 3; in Python, save its fields one by one, x['a'] …"),
    ("('<f8', (2, 3))", "records or subarrays 3"),
  ])
  func others(descr: String, text: String) throws {
    let reader = try open(array("{'descr': \(descr), 'fortran_order': False, 'shape': (3,)}", []))
    #expect(reader.entries.map(\.isNumeric) == [false])
    #expect(reader.entries[0].shape == [3])
    let (what, remedy) = (text.prefix { $0 != ";" }, text.drop { $0 != ";" })
    #expect(failure { _ = try reader.tensor("x") } == "x: this is \(what), not an array of numbers\(remedy)")
  }

  /// Python's np.save can write to an open file more than once.
  @Test func severalArrays() throws {
    let text = "{'descr': '<i2', 'fortran_order': False, 'shape': (3,)}"
    let one = array(text, NPYReadingTests.three)
    let reader = try open(one + one + one + [1])
    #expect(reader.entries.map(\.name) == ["x", "x_2", "x_3"])
    #expect(try reader.tensor("x_3").doublesInStorageOrder() == [1, 2, 3])
    #expect(reader.notes == ["3 arrays stand one after another in the file; np.load gives the first one only"])
    #expect(
      reader.damage?.description == "x.npy: byte \(3 * one.count): 1 bytes follow the arrays, where the file should end"
    )
    #expect(try open(one).notes == [])
    let limited = try open(one + one + one, limits: Limits(objects: 2))
    #expect(limited.damage?.description == "x.npy: byte \(2 * one.count): there are more than 2 arrays, the limit")
  }

  @Test func beyondTheLimit() throws {
    let text = "{'descr': '<i2', 'fortran_order': False, 'shape': (3,)}"
    let reader = try open(array(text, NPYReadingTests.three), limits: Limits(memory: 5))
    #expect(failure { _ = try reader.tensor("x") } == "x: 6 bytes are needed in memory, the limit is 5")
    // Rows one by one are smaller.
    #expect(try reader.source(of: "x").inBlocks(ofRows: 2) == NPYReadingTests.three)
  }

  @Test func notOne() throws {
    let input = InputFile(bytes: Array("text".utf8), name: "x.npy")
    #expect(
      message { _ = try FileFormats.open(input, from: "npy") }
        == "x.npy: the first bytes are not those of a NumPy array")
    for length in 1..<6 {
      #expect(
        message { _ = try open(Array(array("").prefix(length))) }
          == "x.npy: the file ends within the first 6 bytes of a NumPy array")
    }
  }

  // MARK: Blocks

  /// Blocks of any size are the rows of the whole, in either order: with large columns they are read piece by piece.
  @Test(
    arguments: [Order.rowMajor, .columnMajor], [[1000], [1000, 3], [3, 1000], [300, 2, 5], [7, 0], [0, 4], []])
  func blocks(order: Order, shape: [Int]) throws {
    try withTemporaryFolder { folder in
      for type in [ElementType.float64, .complex64, .uint8] {
        var archive = TensorArchive()
        let tensor = try NumberPatterns.tensor(shape, type, order)
        archive.set("x", to: tensor)
        try FileFormats.write(archive, to: folder + "/x.npy")
        let source = try FileFormats.open(folder + "/x.npy").reader.source(of: "x")
        #expect(source.shape == shape && source.elementType == type)
        let bytes = try tensor.bytesByRows
        for count in [1, 64, 299, 5000] { #expect(try source.inBlocks(ofRows: count) == bytes, "\(type) \(count)") }
      }
    }
  }

  @Test(arguments: [Order.rowMajor, .columnMajor], [[100, 3], [20_000, 2], [50]])
  func rows(order: Order, shape: [Int]) throws {
    try withTemporaryFolder { folder in
      var archive = TensorArchive()
      let tensor = try Tensor((0..<shape.reduce(1, *)).map(Double.init), shape: shape, order: order)
      archive.set("x", to: tensor)
      try FileFormats.write(archive, to: folder + "/x.npy")
      let rows = try FileFormats.open(folder + "/x.npy").reader.rows(of: "x")
      let matrix = try tensor.matrix()
      #expect(rows.columnCount == matrix.columns && rows.rowCount == matrix.rows)
      #expect(try rows.inBlocks(ofRows: 7) == matrix.elements)
      try rows.seek(toRow: 40)
      #expect(try rows.inBlocks(ofRows: 64) == Array(matrix.elements[(40 * matrix.columns)...]))
    }
  }

  @Test func rowsOfABox() throws {
    let reader = try open(array("{'descr': '|i1', 'fortran_order': False, 'shape': (1, 2, 1)}", [1, 2]))
    #expect(failure { _ = try reader.rows(of: "x") } == "x: the shape is 1x2x1, rows need one or two dimensions")
  }

  /// A file of 8 GiB, most of which is nowhere on the disk: listed at once, read in parts, refused as a whole.
  @Test(arguments: ["False", "True"]) func largeFile(fortran: String) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/x.npy"
      let text = "{'descr': '<f8', 'fortran_order': \(fortran), 'shape': (536870912, 2)}"
      #expect(FileManager.default.createFile(atPath: path, contents: Data(array(text))))
      let file = try #require(FileHandle(forWritingAtPath: path))
      try file.truncate(atOffset: UInt64(array(text).count) + 1 << 33)
      try file.close()
      let reader = try FileFormats.open(path).reader
      #expect(reader.damage == nil)
      #expect(
        failure { _ = try reader.tensor("x") } == "x: 8589934592 bytes are needed in memory, the limit is 4294967296")
      let block = try #require(try reader.source(of: "x").blocks(ofRows: 1000).next())
      #expect(block.shape == [1000, 2])
      let rows = try reader.rows(of: "x")
      try rows.seek(toRow: 536_870_900)
      #expect(try rows.inBlocks(ofRows: 5) == [Double](repeating: 0, count: 24))
    }
  }

  /// Rows of nothing take no time, however many they are.
  @Test(arguments: ["False", "True"]) func manyEmptyRows(fortran: String) throws {
    let shape = "(4611686018427387904, 0)"
    let reader = try open(array("{'descr': '<f8', 'fortran_order': \(fortran), 'shape': \(shape)}"))
    #expect(try reader.source(of: "x").inBlocks(ofRows: 10) == [])
    #expect(try reader.rows(of: "x").inBlocks(ofRows: 10) == [])
    #expect(try reader.tensor("x").shape == [1 << 62, 0])
  }

  // MARK: NumPy's own files

  @Test(.enabled(if: !Python.numPyTestFiles.isEmpty, "NumPy's test files are not here"))
  func numPyTestFiles() throws {
    for path in Python.numPyTestFiles {
      let file = try FileFormats.open(path)
      #expect(file.reader.damage == nil && file.reader.entries.count == 1, "\(path)")
      let entry = file.reader.entries[0]
      if path.hasSuffix("objarr.npy") || path.hasSuffix("objarr.npz") {
        #expect(entry.expectedColumns[2].hasPrefix("pickled Python objects (|O"), "\(path)")
      } else {
        let program = "import numpy, sys; print(numpy.load(sys.argv[1]).tolist())"
        let tensor = try file.reader.tensor(entry.name)
        #expect(try "\(tensor.doublesInStorageOrder())\n" == Python.run(["-c", program, path]), "\(path)")
      }
    }
  }
}

@Suite struct NPYWritingTests {
  @Test func roundTrip() throws {
    try withTemporaryFolder { folder in
      for member in try NumberPatterns.archive().members {
        var archive = TensorArchive()
        archive.set("a", to: member.tensor)
        try FileFormats.write(archive, to: folder + "/x.npy")
        let file = try FileFormats.open(folder + "/x.npy")
        #expect(file.format.name == "npy" && file.reader.damage == nil)
        #expect(file.reader.entries[0].content == .numbers(member.tensor.elementType, storedAs: nil))
        let tensor = try file.reader.tensor("x")
        #expect(tensor.shape == member.tensor.shape)
        #expect(try tensor.digest == member.tensor.digest, "\(member.name)")
      }
    }
  }

  /// Byte for byte what np.save writes, in both orders: read by NumPy, written again and compared.
  @Test(.enabled(if: Python.hasNumPy, "Python with NumPy is not here"))
  func bytesAreNumPys() throws {
    try withTemporaryFolder { folder in
      var lines: [String] = []
      for member in try NumberPatterns.archive().members {
        var archive = TensorArchive()
        archive.set(member.name, to: member.tensor)
        try FileFormats.write(archive, to: "\(folder)/\(member.name).npy")
        lines.append(
          "\(member.name) \(member.tensor.elementType.rawValue) \(member.tensor.shape) \(try member.tensor.digest)")
      }
      let program = """
        import glob, hashlib, io, numpy, os, sys
        for path in glob.glob(sys.argv[1] + '/*.npy'):
            a = numpy.load(path)
            name = os.path.basename(path)[:-4]
            again = io.BytesIO()
            numpy.save(again, a)
            same = '' if again.getvalue() == open(path, 'rb').read() else ' differs'
            print(name, a.dtype.name, list(a.shape), hashlib.sha256(a.tobytes()).hexdigest()[:16] + same)
        """
      #expect(try Set(Python.run(["-c", program, folder]).split(separator: "\n").map(String.init)) == Set(lines))
    }
  }

  /// An array whose rows are made when they are asked for, which is never whole in memory.
  private final class Made: TensorSource, TensorBlocks {
    let shape = [1 << 20, 9]
    let elementType = ElementType.float64
    private let order: Order
    private var first = 0
    private var blockRows = 0

    init(_ order: Order) { self.order = order }

    func whole() throws -> Tensor {
      #expect(order == .columnMajor)
      blockRows = shape[0]
      first = 0
      return try #require(try next())
    }

    func blocks(ofRows count: Int) -> any TensorBlocks {
      (blockRows, first) = (count, 0)
      return self
    }

    func next() throws -> Tensor? {
      let rows = min(blockRows, shape[0] - first)
      guard rows > 0 else { return nil }
      defer { first += rows }
      let numbers = (0..<rows * 9).map { index in
        let (row, column) = order == .rowMajor ? (index / 9, index % 9) : (index % rows, index / rows)
        return Double((first + row) * 9 + column)
      }
      return try Tensor(numbers, shape: [rows, 9], order: order)
    }
  }

  /// What is too large to be read whole is written block by block; by columns only where it comes by columns.
  @Test(arguments: [Order.rowMajor, .columnMajor]) func largeArray(order: Order) throws {
    try withTemporaryFolder { folder in
      let archive = ArchiveSource(members: [.init(name: "x", source: Made(order))])
      try FileFormats.write(archive, to: folder + "/x.npy")
      let reader = try FileFormats.open(folder + "/x.npy").reader
      let rows = try reader.rows(of: "x")
      try rows.seek(toRow: (1 << 20) - 3)
      #expect(try rows.inBlocks(ofRows: 3) == ((1 << 20) * 9 - 27..<(1 << 20) * 9).map(Double.init))
      #expect(try reader.tensor("x").order == order)
    }
  }

  @Test func exactlyOneArray() throws {
    var archive = TensorArchive()
    #expect(message { _ = try NPYFormat().changes(writing: ArchiveSource(archive)) } == "there is no array to write")
    archive.set("a", to: try Tensor([1.0]))
    archive.set("b", to: try Tensor([1.0]))
    let text =
      "a .npy file holds one array, there are 2: a, b; write a .npz file, or choose one of them (reg-convert --arrays)"
    #expect(message { _ = try NPYFormat().changes(writing: ArchiveSource(archive)) } == text)
    try withTemporaryFolder { folder in
      #expect(
        message { try FileFormats.write(archive, to: folder + "/x.npy") } == "\(folder)/x.npy: " + text)
      #expect(!FileManager.default.fileExists(atPath: folder + "/x.npy"))
    }
  }

  @Test func attributesAreNotKept() throws {
    var archive = TensorArchive()
    archive.set("a", to: try Tensor([1.0]))
    #expect(try NPYFormat().changes(writing: ArchiveSource(archive)) == [])
    archive.setAttribute("columns", of: "a", to: .texts(["x1"]))
    archive.setAttribute("unit", of: "a", to: .text("m"))
    archive.setAttribute("rate", to: try .number(0.3))
    #expect(
      try NPYFormat().changes(writing: ArchiveSource(archive)) == [
        "the attribute 'rate' is not kept: NPY has no place for it",
        "a: the attributes 'columns', 'unit' are not kept: NPY has no place for them",
      ])
  }

  @Test func tooManyDimensions() throws {
    var archive = TensorArchive()
    archive.set("a", to: try Tensor([1.0], shape: [Int](repeating: 1, count: 65)))
    #expect(
      message { _ = try NPYFormat().changes(writing: ArchiveSource(archive)) }
        == "a: the array has 65 dimensions, NumPy has 64 at the most")
  }
}
