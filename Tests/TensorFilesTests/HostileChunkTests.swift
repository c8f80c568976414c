import HDF5
import TensorFiles
import Tensors
import Testing

/// Chunks of HDF5 that are damaged on purpose, or stored as hardly any program stores them.
@Suite struct HostileChunkTests {
  /// Filters in any order are undone here or by the library, to the same numbers.
  @Test(.enabled(if: Python.hasH5py, "needs python3 with h5py"))
  func filtersInAnyOrder() throws {
    let folder = try TemporaryFolder()
    let script = """
      import h5py, itertools, numpy as np, sys
      values = np.arange(3000.).reshape(1000, 3) % 37
      chunks = h5py.File(sys.argv[1] + '/chunks.h5', 'w')
      space = h5py.h5s.create_simple(values.shape)
      for length in range(1, 5):
        for order in itertools.product('sdf', repeat=length):
          if order.count('d') > 1: continue
          made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
          made.set_chunk((300, 2))
          for name in order:
            made.set_deflate(3) if name == 'd' else made.set_shuffle() if name == 's' else made.set_fletcher32()
          d = h5py.h5d.create(chunks.id, ''.join(order).encode(), h5py.h5t.IEEE_F64LE, space, dcpl=made)
          assert d.get_create_plist().get_nfilters() == length
          d.write(h5py.h5s.ALL, h5py.h5s.ALL, values)
      """
    _ = try Python.run(["-c", script, folder.path])
    let reader = try FileFormats.open("\(folder.path)/chunks.h5").reader
    let expected = try Tensor((0..<3000).map { Double($0 % 37) }, shape: [1000, 3])
    #expect(reader.entries.count == 79)
    for entry in reader.entries {
      do throws(FormatError) {
        #expect(try reader.tensor(entry.name).hasDigest(of: expected), "\(entry.name)")
      } catch { Issue.record("\(entry.name): \(error)") }
    }
  }

  /// Two records of one chunk in an index, the one that is found by halving with more bytes than there is room for.
  @Test func anIndexWithTwoRecordsOfAChunk() throws {
    let file = try HDF5File(creatingInMemory: "a.h5")
    let dataset = try file.root().createDataset(
      "X", type: HDF5Datatype(.float64), space: .fixed([2000]), storage: .chunked([1000], deflate: 4))
    try dataset.write((0..<2000).map { Double($0 % 17) })
    // Room in the file for what the second record says.
    _ = try file.root().createDataset("room", type: HDF5Datatype(.float64), space: .fixed([200_000]))
      .write([Double](repeating: 1, count: 200_000))
    try file.flush()
    var image = try file.image()
    // A leaf of the index: its signature, 1 for chunks, level 0, two records, no neighbours; then of each record the
    // bytes, the skipped filters, the place and the address.
    let leaf: [UInt8] = Array("TREE".utf8) + [1, 0, 2, 0] + [UInt8](repeating: 0xFF, count: 16)
    let start = try #require((0..<image.count - leaf.count).first { image[$0..<$0 + leaf.count].elementsEqual(leaf) })
    let second = start + leaf.count + 8 + 16 + 8
    #expect(image[second + 8] == 0xE8 && image[second + 9] == 3)
    // 1,000,000.
    image.replaceSubrange(second..<second + 4, with: [0x40, 0x42, 0x0F, 0])
    for byte in 0..<8 { image[second + 8 + byte] = 0 }
    var expected: [Double]?
    do throws(HDF5Error) {
      expected = try HDF5File(image: image).root().dataset(at: "X").read(Double.self, .init(offset: [0], count: [1000]))
    } catch {}
    let rows = try FileFormats.open(InputFile(bytes: image, name: "a.h5"), limits: Limits(threads: 1)).reader
      .rows(of: "X")
    var found = [Double](repeating: -1, count: 1000)
    var span = found.mutableSpan
    var isRead = false
    do { isRead = try rows.nextRows(into: &span) == 1000 } catch let error as FormatError {
      #expect(error.location == .object("X"))
    }
    #expect(isRead ? found == expected : expected == nil)
  }

  /// A stream with bytes behind it, more than a chunk ever needs.
  @Test(arguments: [1000, 200_000, 17 << 20], [80_000, 8000])
  func aChunkWithBytesBehindItsStream(behind: Int, content: Int) throws {
    let stream = try DeflateStream()
    try stream.write([UInt8](repeating: 0, count: content))
    try stream.finish()
    let bytes = stream.blocks.flatMap(\.self) + [UInt8](repeating: 0, count: behind)
    let file = try HDF5File(creatingInMemory: "a.h5")
    let dataset = try file.root().createDataset(
      "X", type: HDF5Datatype(.float64), space: .fixed([30_000]), storage: .chunked([10_000], deflate: 4))
    try dataset.write([Double](repeating: 2, count: 30_000))
    try dataset.writeStoredChunk(at: [10_000], from: unsafe bytes.span.bytes)
    try file.flush()
    let reader = try FileFormats.open(InputFile(bytes: try file.image(), name: "a.h5")).reader
    do {
      let expected = try Tensor((0..<30_000).map { $0 / 10_000 == 1 ? 0.0 : 2 })
      #expect(try reader.tensor("X").hasDigest(of: expected))
      #expect(content == 80_000 && behind < 16 << 20)
    } catch let error as FormatError {
      let what = behind < 16 << 20 ? "fewer bytes than" : "far more bytes in the file than"
      #expect(error.description == "a.h5: X: the chunk at (10000) has \(what) the 80000 of its elements")
      #expect(content == 8000 || behind >= 16 << 20)
    }
  }

  /// The last rows of a dataset that has as many as an Int counts.
  @Test func aDatasetThatEndsAtTheLastInt() throws {
    let file = try HDF5File(creatingInMemory: "a.h5")
    let dataset = try file.root().createDataset(
      "X", type: HDF5Datatype(.uint8), space: .fixed([.max]), storage: .chunked([1000], deflate: 4))
    try dataset.write([UInt8](repeating: 7, count: 5), .init(offset: [.max - 5], count: [5]))
    try file.flush()
    let input = InputFile(bytes: try file.image(), name: "a.h5")
    let rows = try FileFormats.open(input, limits: Limits(memory: .max)).reader.rows(of: "X")
    try rows.seek(toRow: .max - 8)
    var found = [Double](repeating: -1, count: 8)
    var span = found.mutableSpan
    #expect(try rows.nextRows(into: &span) == 8)
    #expect(found == [0, 0, 0, 7, 7, 7, 7, 7])
  }
}
