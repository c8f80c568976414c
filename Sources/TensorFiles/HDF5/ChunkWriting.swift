import HDF5
import Synchronization
import Tensors

/// Compresses chunks of a dataset that is being written, many at once, where libdeflate is installed; the library writes
/// them as they are, in the order of their places.
@safe struct ChunkWriting {
  private let stored: [Int]
  private let chunk: [Int]
  private let width: Int
  private let chunkBytes: Int
  private let level: Int
  private let isShuffled: Bool
  private let threads: Int

  /// Chunks that are compressed before they are written, a number of them for each thread.
  private static let chunksOfThread = 4

  /// Nil where the library must do it: where chunks are not compressed, or the elements are converted on their way.
  init?(
    _ dataset: borrowing HDF5Dataset, _ stored: [Int], _ storage: HDF5Storage, elementSize: Int, threads: Int
  ) {
    guard case .chunked(let chunk, .some(let level), let isShuffled) = storage, BufferDeflater.isThere, level > 0,
      let element = dataset.plainElement, element.byteCount == elementSize, element.order == .native
    else { return nil }
    self.stored = stored
    self.chunk = chunk
    width = elementSize
    chunkBytes = chunk.reduce(elementSize, *)
    self.level = level
    self.isShuffled = isShuffled
    self.threads = threads
  }

  /// Writes a part of the dataset that begins and ends at borders of chunks, or at the dataset's own.
  ///
  /// - Returns: false where the library must write all of the part, of which some chunks may be written already.
  func write(
    _ elements: TensorStorage, _ part: HDF5Hyperslab, to dataset: borrowing HDF5Dataset
  ) throws(HDF5Error) -> Bool {
    for index in stored.indices {
      let (first, count) = (part.offset[index], part.count[index])
      guard count > 0, first % chunk[index] == 0, first + count == stored[index] || count % chunk[index] == 0 else {
        return false
      }
    }
    let grid = ChunkGrid(
      stored.indices.map { index in
        part.offset[index] / chunk[index]..<(part.offset[index] + part.count[index] - 1) / chunk[index] + 1
      })
    guard let count = grid.count else { return false }
    var first = 0
    while first < count {
      let numbers = first..<min(count, first + threads * ChunkWriting.chunksOfThread)
      let streams = compressed(numbers.map { grid[$0] }, elements, part)
      for (number, stream) in zip(numbers, streams) {
        // There was no memory for it.
        guard let stream else { return false }
        let offset = zip(grid[number], chunk).map { $0 * $1 }
        try dataset.writeStoredChunk(at: offset, from: unsafe stream.span.bytes)
      }
      first = numbers.upperBound
    }
    return true
  }

  /// The compressed bytes of some chunks, in their order; nil for one that there was no memory for.
  private func compressed(_ positions: [[Int]], _ elements: TensorStorage, _ part: HDF5Hyperslab) -> [[UInt8]?] {
    let results = Mutex<[[UInt8]?]>([[UInt8]?](repeating: nil, count: positions.count))
    Workers.share(positions.count, over: threads) { _, next in
      guard let deflater = BufferDeflater(level: level), let gathered = ChunkMemory(byteCount: chunkBytes),
        let shuffled = ChunkMemory(byteCount: chunkBytes)
      else { return }
      while let index = next() {
        elements.withBytes { bytes in
          unsafe bytes.withUnsafeBytes { unsafe gather(positions[index], from: $0, part, into: gathered.bytes) }
        }
        var content = unsafe UnsafeRawBufferPointer(gathered.bytes)
        if isShuffled {
          unsafe ByteShuffle.apply(content, elementSize: width, into: shuffled.bytes)
          unsafe content = UnsafeRawBufferPointer(shuffled.bytes)
        }
        let stream = deflater.stream(of: unsafe content.bytes, framing: .zlib)
        results.withLock { $0[index] = stream }
      }
    }
    return results.withLock { $0 }
  }

  /// Puts the elements of one chunk together; what is beyond the dataset's border is zero.
  private func gather(
    _ position: [Int], from bytes: UnsafeRawBufferPointer, _ part: HDF5Hyperslab,
    into memory: UnsafeMutableRawBufferPointer
  ) {
    let first = stored.indices.map { position[$0] * chunk[$0] }
    let box = stored.indices.map { min(chunk[$0], part.offset[$0] + part.count[$0] - first[$0]) }
    if box != chunk { unsafe memory.initializeMemory(as: UInt8.self, repeating: 0) }
    let place = stored.indices.map { first[$0] - part.offset[$0] }
    unsafe ChunkBox.copy(
      box, width: width, from: bytes, (part.count, place), to: memory, (chunk, chunk.map { _ in 0 }))
  }
}
