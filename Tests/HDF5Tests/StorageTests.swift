import HDF5
import Testing

@Suite struct StorageTests {
  @Test(arguments: ["gzip", "gzip_shuffle", "fletcher", "szip", "lzf"])
  func readsFilters(name: String) throws {
    let dataset = try HDF5File(reading: golden + "filters.h5").root().dataset(at: name)
    let expected = (0..<600).map { Double($0 % 12) / 8 }
    #expect(try dataset.read(Double.self) == expected)
    #expect(dataset.filters.filter(\.isAvailable).count == dataset.filters.count)
    #expect(dataset.layout == .chunked([200, 3]))
  }

  @Test(arguments: [
    ("blosc", "blosc (32001)"), ("lz4", "lz4 (32004)"), ("bitshuffle", "bitshuffle (32008)"),
    ("zstd", "zstd (32015)"), ("blosc2", "blosc2 (32026)"),
  ])
  func namesMissingFilters(name: String, filter: String) throws {
    let dataset = try HDF5File(reading: golden + "filters.h5").root().dataset(at: name)
    #expect(try dataset.shape == [200, 3])
    #expect(dataset.datatype == HDF5Datatype(.float64))
    #expect(dataset.filters.map(\.description) == [filter])
    #expect(!dataset.filters[0].isAvailable)
    let error = failure { _ = try dataset.read(Double.self) }
    #expect(error?.code == .missingFilter)
    #expect(
      error?.description
        == "/\(name) is compressed with \(filter), which this build lacks; h5repack -f GZIP=4 in.h5 out.h5, where the "
        + "filter is installed, rewrites it")
    #expect(error?.call == "H5Dread")
    #expect(error?.stack.isEmpty == false)
  }

  @Test(arguments: [
    HDF5Storage.contiguous, .chunked([4, 5]), .chunked([4, 5], deflate: 6),
    .chunked([3, 10], deflate: 1, shuffle: true),
  ])
  func readsAndWritesParts(storage: HDF5Storage) throws {
    let file = try HDF5File(creatingInMemory: "parts")
    let x = try file.root().createDataset(
      "x", type: HDF5Datatype(.float32), space: .fixed([10, 10]), storage: storage)
    var whole = [Float](repeating: 0, count: 100)
    var seed: UInt32 = 1
    func next(_ bound: Int) -> Int {
      seed = seed &* 1_664_525 &+ 1_013_904_223
      return Int(seed >> 8) % bound
    }
    for _ in 0..<50 {
      let offset = [next(10), next(10)]
      let part = HDF5Hyperslab(offset: offset, count: [next(11 - offset[0]), next(11 - offset[1])])
      var expected: [Float] = []
      for row in offset[0]..<(offset[0] + part.count[0]) {
        for column in offset[1]..<(offset[1] + part.count[1]) {
          whole[row * 10 + column] = Float(next(1000))
          expected.append(whole[row * 10 + column])
        }
      }
      try x.write(expected, part)
      #expect(try x.read(Float.self, part) == expected)
    }
    #expect(try x.read(Float.self) == whole)
    #expect(try x.read(Double.self, HDF5Hyperslab(rows: 3..<5, of: [10, 10])) == whole[30..<50].map(Double.init))
    let again = try HDF5File(image: try file.image()).root().dataset(at: "x")
    #expect(try again.read(Float.self) == whole)
    if case .chunked(let chunk, let deflate, let shuffle) = storage {
      #expect(again.layout == .chunked(chunk))
      #expect(again.filters.map(\.name) == (shuffle ? ["shuffle"] : []) + (deflate != nil ? ["deflate"] : []))
    } else {
      #expect(again.layout == .contiguous)
      #expect(again.storedByteCount == 400)
    }
  }

  @Test(arguments: [
    ([-1, 0], [1, 1]), ([0, 0], [4, 1]), ([3, 0], [1, 1]), ([0, 0], [1, -1]), ([Int.max, 0], [Int.max, 1]),
    ([0], [1]), ([0, 0, 0], [1, 1, 1]), ([0, 0], [1]),
  ])
  func refusesPartsOutside(offset: [Int], count: [Int]) throws {
    let x = try HDF5File(creatingInMemory: "x").root().write([1.0, 2, 3, 4, 5, 6], to: "x", shape: [3, 2])
    let part = HDF5Hyperslab(offset: offset, count: count)
    #expect(failure { _ = try x.read(Double.self, part) }?.code == .outOfBounds)
    #expect(failure { try x.write([1.0], part) }?.code == .outOfBounds)
  }

  @Test func saysWhereAPartLeaves() throws {
    let x = try HDF5File(creatingInMemory: "x").root().write([1.0, 2, 3, 4, 5, 6], to: "x", shape: [3, 2])
    let error = failure { _ = try x.read(Double.self, HDF5Hyperslab(offset: [2, 0], count: [2, 2])) }
    #expect(error?.description == "/x has 3 indices along dimension 1, but 2 from 2 on were asked for")
  }

  @Test func extends() throws {
    let file = try HDF5File(creatingInMemory: "rows")
    let x = try file.root().createDataset(
      "x", type: HDF5Datatype(.float64), space: .simple(shape: [0, 2], maximum: [nil, 2]),
      storage: .chunked([4, 2], deflate: 3, shuffle: true))
    for row in 0..<10 {
      try x.extend(to: [row + 1, 2])
      try x.write([Double(row), -Double(row)], HDF5Hyperslab(rows: row..<(row + 1), of: [row + 1, 2]))
    }
    #expect(try x.dataspace == .simple(shape: [10, 2], maximum: [nil, 2]))
    #expect(try x.read(Double.self) == (0..<10).flatMap { [Double($0), -Double($0)] })
    try x.extend(to: [2, 2])
    #expect(try x.read(Double.self) == [0, 0, 1, -1])
    #expect(failure { try x.extend(to: [2, 3]) }?.code == .failedCall)
    #expect(failure { try x.extend(to: [2]) }?.code == .invalidArgument)
    #expect(failure { try x.extend(to: [-1, 2]) }?.code == .invalidArgument)
    let fixed = try file.root().write([1.0], to: "fixed", shape: [1])
    #expect(failure { try fixed.extend(to: [2]) }?.call == "H5Dset_extent")
  }

  @Test func refusesImpossibleStorage() throws {
    let root = try HDF5File(creatingInMemory: "x").root()
    func make(_ storage: HDF5Storage, _ space: HDF5Dataspace = .fixed([4])) -> HDF5Error? {
      failure { _ = try root.createDataset("x", type: HDF5Datatype(.int8), space: space, storage: storage) }
    }
    #expect(make(.chunked([0]))?.code == .invalidArgument)
    #expect(make(.chunked([-1]))?.code == .invalidArgument)
    #expect(make(.chunked([2, 2]))?.code == .invalidArgument)
    #expect(make(.chunked([2], deflate: 10))?.code == .invalidArgument)
    #expect(make(.chunked([2], deflate: -1))?.code == .invalidArgument)
    #expect(make(.chunked([8]))?.call == "H5Dcreate2")
    #expect(make(.contiguous, .simple(shape: [4], maximum: [nil]))?.call == "H5Dcreate2")
    #expect(make(.contiguous, .simple(shape: [4], maximum: [3]))?.code == .invalidArgument)
    #expect(make(.contiguous, .simple(shape: [4], maximum: []))?.code == .invalidArgument)
    #expect(make(.contiguous, .simple(shape: [-4], maximum: [nil]))?.code == .invalidArgument)
    let types: [HDF5Datatype] = [
      .opaque(byteCount: 2, tag: ""), .compound([]), .integer(.init(bytes: 3, isSigned: true)),
      .string(.init(length: .fixed(0))), .other(classNumber: 99),
      .float(.init(.other(byteCount: 10, exponentBits: 15, fractionBits: 64))),
    ]
    for type in types {
      #expect(failure { _ = try root.createDataset("x", type: type, space: .scalar) } != nil)
    }
    #expect(try root.links().isEmpty)
  }

  @Test(.needsH5py) func h5pyReadsChunksAndParts() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("chunks.h5")
    let file = try HDF5File(creating: path)
    let root = try file.root()
    let x = try root.createDataset(
      "x", type: HDF5Datatype(.float64), space: .simple(shape: [100, 3], maximum: [nil, 3]),
      storage: .chunked([16, 3], deflate: 4, shuffle: true))
    try x.write((0..<300).map(Double.init))
    try file.close()
    try python(
      path,
      """
      file = h5py.File(path)
      x = file['x']
      assert x.shape == (100, 3) and x.maxshape == (None, 3) and x.chunks == (16, 3), x
      assert x.compression == 'gzip' and x.compression_opts == 4 and x.shuffle
      assert (x[()] == np.arange(300.0).reshape(100, 3)).all()
      file.close()
      file = h5py.File(path, 'a')
      file['x'].resize((101, 3))
      file['x'][100] = [7, 8, 9]
      file['from_h5py'] = 1
      """)
    let again = try HDF5File(updating: path)
    let grown = try again.root().dataset(at: "x")
    #expect(try grown.read(Double.self, HDF5Hyperslab(rows: 99..<101, of: [101, 3])) == [297, 298, 299, 7, 8, 9])
    try again.root().removeLink("from_h5py")
    try again.close()
    #expect(try HDF5File(reading: path).root().links().map(\.name) == ["x"])
  }

  @Test(.needsH5dump) func h5dumpReadsChunks() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("chunks.h5")
    let file = try HDF5File(creating: path)
    try file.root().write(
      [1, 2, 3, 4], to: "x", shape: [2, 2], storage: .chunked([2, 2], deflate: 9, shuffle: true))
    try file.close()
    let dump = try h5dump("-p", path)
    for text in ["CHUNKED ( 2, 2 )", "COMPRESSION DEFLATE { LEVEL 9 }", "PREPROCESSING SHUFFLE", "(0,0): 1, 2"] {
      #expect(dump.contains(text), "\(dump)")
    }
  }
}
