import HDF5
import TensorFiles
import Tensors
import Testing

/// Chunks of HDF5 that are decoded and compressed here, not by the library.
@Suite struct ChunkTests {
  /// What h5py writes chunk by chunk, with every combination of the filters, is what it writes in one piece.
  @Test(.enabled(if: Python.hasH5py, "needs python3 with h5py"), arguments: [1, 3])
  func filtersAreUndone(threads: Int) throws {
    let folder = try TemporaryFolder()
    let script = """
      import h5py, numpy as np, sys, zlib
      random = np.random.default_rng(1)
      chunks = h5py.File(sys.argv[1] + '/chunks.h5', 'w')
      plain = h5py.File(sys.argv[1] + '/plain.h5', 'w')
      filters = [dict(compression='gzip'), dict(compression='gzip', shuffle=True), dict(shuffle=True), dict(fletcher32=True),
        dict(compression='gzip', shuffle=True, fletcher32=True), dict(compression='gzip', fletcher32=True), dict()]
      count = 0
      for kind in ['<f8', '>f8', '<f4', '>i2', '<u4', '<i8', '|u1', '<f2', '<c16', '?']:
        for shape, chunk in [((1000, 2), (256, 2)), ((500, 7), (300, 3)), ((37, 11, 13), (10, 4, 5)), ((5000,), (999,)),
            ((3, 2000), (2, 700)), ((40, 3), (1, 1))]:
          for options in filters:
            values = random.integers(0, 100, size=shape).astype(kind)
            chunks.create_dataset(f'd{count}', data=values, chunks=chunk, **options)
            plain[f'd{count}'] = values
            count += 1
      # Each chunk went through other filters than the next.
      values = np.arange(2000.).reshape(1000, 2)
      d = chunks.create_dataset('skipped', shape=values.shape, dtype='<f8', chunks=(250, 2), compression='gzip', shuffle=True)
      for k in range(4):
        part = values[k * 250:(k + 1) * 250]
        shuffled = part.view(np.uint8).reshape(-1, 8).T.tobytes()
        stored = [part.tobytes(), shuffled, zlib.compress(part.tobytes()), zlib.compress(shuffled)][k]
        d.id.write_direct_chunk((k * 250, 0), stored, filter_mask=[3, 2, 1, 0][k])
      plain['skipped'] = values
      # Chunks that were never written.
      d = chunks.create_dataset('sparse', shape=(1000, 2), dtype='<f8', chunks=(250, 2), compression='gzip', fillvalue=7.5)
      d[250:500] = values[250:500]
      plain['sparse'] = d[()]
      """
    _ = try Python.run(["-c", script, folder.path])
    let limits = Limits(threads: threads)
    let chunks = try FileFormats.open("\(folder.path)/chunks.h5", limits: limits).reader
    let plain = try FileFormats.open("\(folder.path)/plain.h5", limits: limits).reader
    #expect(chunks.entries.count == 422)
    for entry in plain.entries {
      let expected = try plain.tensor(entry.name)
      #expect(try chunks.tensor(entry.name).digest == expected.digest, "\(entry.name)")
      for rows in [1000, 77] {
        let blocks = try chunks.source(of: entry.name).blocks(ofRows: rows)
        var first = 0
        while let block = try blocks.next() {
          #expect(
            try block.digest == expected.rows(first..<first + block.shape[0]).digest, "\(entry.name), row \(first)")
          first += block.shape[0]
        }
        #expect(first == expected.shape[0])
      }
    }
  }

  /// Rows in any order, as training reads them.
  @Test func rowsAreFoundInAnyOrder() throws {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    archive.set("X", to: try Tensor((0..<150_000).map { Double($0 % 4096) / 64 }, shape: [50_000, 3]))
    try FileFormats.write(
      ArchiveSource(archive), to: "\(folder.path)/a.h5", options: WritingOptions(compression: 3))
    let rows = try FileFormats.open("\(folder.path)/a.h5").reader.rows(of: "X")
    var random = SystemRandomNumberGenerator()
    for _ in 0..<50 {
      let first = Int.random(in: 0..<49_000, using: &random)
      let count = Int.random(in: 1...1000, using: &random)
      var block = [Double](repeating: 0, count: 3 * count)
      try rows.seek(toRow: first)
      var span = block.mutableSpan
      #expect(try rows.nextRows(into: &span) == count)
      #expect(block == (3 * first..<3 * (first + count)).map { Double($0 % 4096) / 64 })
    }
  }

  @Test func bytesAreTheSameForAnyNumberOfThreads() throws {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    archive.set("X", to: try Tensor((0..<900_000).map { Double($0 % 4099) / 64 }, shape: [300_000, 3]))
    archive.set("y", to: try Tensor((0..<100_001).map { Int16(truncatingIfNeeded: $0) }))
    var files: [[UInt8]] = []
    for threads in [1, 2, 5] {
      let path = "\(folder.path)/\(threads).h5"
      try FileFormats.write(
        ArchiveSource(archive), to: path, options: WritingOptions(compression: 4, threads: threads))
      files.append(try InputFile(path: path).contents(limit: 1 << 30))
      let found = try FileFormats.open(path, limits: Limits(threads: threads)).reader.tensor("X")
      #expect(try found.digest == archive["X"]?.digest)
    }
    #expect(files[0] == files[1] && files[0] == files[2])
  }

  /// One changed byte: what the library says of the chunk is what is said here.
  @Test func aDamagedChunkIsWhatTheLibrarySaysOfIt() throws {
    let values = (0..<3000).map { Double($0 % 37) / 8 }
    let file = try HDF5File(creatingInMemory: "a.h5")
    let dataset = try file.root().createDataset(
      "X", type: HDF5Datatype(.float64), space: .fixed([1000, 3]),
      storage: .chunked([250, 3], deflate: 4, shuffle: true))
    try dataset.write(values)
    try file.flush()
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let stored = try unsafe chunk.withUnsafeMutableBytes { bytes in
      try unsafe dataset.readStoredChunk(at: [250, 0], into: bytes).byteCount
    }
    let image = try file.image()
    let first = try #require(
      (0..<image.count - stored).first { image[$0..<$0 + stored].elementsEqual(chunk[..<stored]) })
    var failures = 0
    for place in stride(from: first, to: first + stored, by: 3) {
      for change: UInt8 in [0x01, 0x80, 0xFF] {
        var mutant = image
        mutant[place] ^= change
        var expected: [Double]?
        do throws(HDF5Error) { expected = try HDF5File(image: mutant).root().dataset(at: "X").read() } catch {}
        var found: [Double]?
        do throws(FormatError) {
          found = try FileFormats.open(InputFile(bytes: mutant, name: "a.h5")).reader.tensor("X").rowMajorDoubles
        } catch { #expect(error.location == .object("X")) }
        #expect(found == expected, "byte \(place - first)")
        failures += expected == nil ? 1 : 0
      }
    }
    #expect(failures > 100)
  }

  /// The library (1.10.8) would read on behind the bytes that the filters gave it.
  @Test(arguments: [true, false])
  func aChunkThatIsTooShortIsAnError(isShuffled: Bool) throws {
    let stream = try DeflateStream()
    try stream.write([UInt8](repeating: 1, count: 8000))
    try stream.finish()
    let bytes = stream.blocks.flatMap(\.self)
    let file = try HDF5File(creatingInMemory: "a.h5")
    let dataset = try file.root().createDataset(
      "X", type: HDF5Datatype(.float64), space: .fixed([30_000]),
      storage: .chunked([10_000], deflate: 4, shuffle: isShuffled))
    try dataset.write([Double](repeating: 2, count: 30_000))
    try dataset.writeStoredChunk(at: [10_000], from: unsafe bytes.span.bytes)
    try file.flush()
    let reader = try FileFormats.open(InputFile(bytes: try file.image(), name: "a.h5")).reader
    #expect {
      try reader.tensor("X")
    } throws: { error in
      "\(error)" == "a.h5: X: the chunk at (10000) has fewer bytes than the 80000 of its elements"
    }
  }
}

extension Tensor {
  fileprivate var rowMajorDoubles: [Double] {
    get throws(FormatError) {
      do { return try stored(in: .rowMajor).doublesInStorageOrder() } catch { throw FormatError(error) }
    }
  }
}
