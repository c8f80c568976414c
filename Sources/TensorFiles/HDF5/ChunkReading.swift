import HDF5
import Synchronization
import Tensors

/// Reads rows of a dataset chunk by chunk, on several threads, and keeps the chunks of which only a part was wanted.
@safe final class ChunkReading {
  private let form: ChunkForm
  private let threads: Int
  /// Chunks that the last rows ended in, by their position: those that come next begin there.
  private var kept: [[Int]: ChunkMemory] = [:]

  /// The most memory for chunks that are kept, and for those that are being decoded.
  private static let mostKeptBytes = 48 << 20
  private static let mostWorkBytes = 256 << 20
  /// Chunks of fewer bytes are not looked for in any number.
  private static let leastChunkBytes = 1 << 10

  /// Nil where the library must read the dataset.
  init?(_ dataset: borrowing HDF5Dataset, _ place: DatasetPlace, limits: Limits) {
    guard let form = ChunkForm(dataset, place), form.chunkBytes <= ChunkReading.mostWorkBytes / 3 else { return nil }
    self.form = form
    // The chunk as it is stored, inflated, and with its elements in their places.
    let work = min(ChunkReading.mostWorkBytes, limits.memory)
    threads = max(1, min(limits.threads, work / (3 * form.chunkBytes)))
  }

  /// Fills a buffer with rows, their elements in the machine's order of bytes.
  ///
  /// - Parameter tell: is told of bytes that are in the buffer.
  /// - Returns: whether all chunks are as they should be. Where not, the buffer's content is undefined, and the library
  ///   says what is wrong or fills in what was never written.
  /// - Throws: ``FormatError`` with code `damaged` where a chunk has fewer bytes than its elements, which the library must
  ///   not be given, or is stored in so many that nobody looked.
  func read(
    _ dataset: borrowing HDF5Dataset, _ rows: Range<Int>, into buffer: inout TensorBuffer, _ tell: (Int) -> Void
  ) throws(FormatError) -> Bool {
    let grid = form.chunks(of: rows)
    guard !rows.isEmpty, let count = grid.count else { return false }
    // A chunk that was never written takes no room in the file: so there may be more of them than anyone can go through.
    guard count <= max(1 << 16, buffer.byteCount / ChunkReading.leastChunkBytes) else { return false }
    let memory = memoryToKeep(grid, count, rows)
    let kept = self.kept
    let failed = Atomic<Bool>(false)
    // The first chunk that is too short or too long; all before it were begun before.
    let short = Atomic<Int>(count)
    let long = Atomic<Int>(count)
    // All threads count, and this one tells: it is the first of them.
    let placed = Atomic<Int>(0)
    let bytesOfChunk = max(1, buffer.byteCount / count)
    nonisolated(unsafe) let tell = tell
    let form = self.form
    let threads = self.threads
    buffer.withMutableBytes { span in
      unsafe span.withUnsafeMutableBytes { bytes in
        let target = unsafe SharedBytes(bytes)
        Workers.shareOverOwn(count, threads: threads) { thread, next in
          guard let decoder = ChunkDecoder(form), let scratch = ChunkMemory(byteCount: form.chunkBytes) else {
            failed.store(true, ordering: .relaxed)
            return
          }
          // After a failure the others are still looked at: the library must not be given one that is too short.
          while short.load(ordering: .relaxed) == count, long.load(ordering: .relaxed) == count, let number = next() {
            let position = grid[number]
            let outcome = unsafe ChunkReading.place(
              position, of: form, rows, in: target, kept[position], memory[position] ?? scratch
            ) { bytes in unsafe decoder.decode(position, of: dataset, into: bytes) }
            if outcome != .done { failed.store(true, ordering: .relaxed) }
            if outcome == .short { short.min(number, ordering: .relaxed) }
            if outcome == .long { long.min(number, ordering: .relaxed) }
            placed.add(1, ordering: .relaxed)
            if thread == 0 { unsafe tell(placed.exchange(0, ordering: .relaxed) * bytesOfChunk) }
          }
        }
      }
    }
    self.kept = [:]
    let (firstShort, firstLong) = (short.load(ordering: .relaxed), long.load(ordering: .relaxed))
    let number = min(firstShort, firstLong)
    guard number == count else {
      let place = zip(grid[number], form.chunk).map { "\($0 * $1)" }.joined(separator: ", ")
      throw FormatError(
        .damaged, at: .object(dataset.path),
        "the chunk at (\(place)) has \(firstShort < firstLong ? "fewer bytes than" : "far more bytes in the file than") "
          + "the \(form.chunkBytes) of its elements")
    }
    guard !failed.load(ordering: .relaxed) else { return false }
    self.kept = memory
    if form.isSwapped { buffer.swapBytes(width: form.width, count: buffer.byteCount / form.width) }
    return true
  }

  /// Memory for the chunks of which other rows are in the dataset, so that they are decoded once, unless they are too
  /// large.
  private func memoryToKeep(_ grid: ChunkGrid, _ count: Int, _ rows: Range<Int>) -> [[Int]: ChunkMemory] {
    let length = form.chunk[form.axis]
    func isWhole(_ chunk: Int) -> Bool {
      let first = chunk * length
      let end = first + min(length, form.stored[form.axis] - first)
      return rows.lowerBound <= first && rows.upperBound >= end
    }
    let partial = Set([rows.lowerBound / length, (rows.upperBound - 1) / length]).filter { !isWhole($0) }
    guard !partial.isEmpty else { return [:] }
    let all = (rows.upperBound - 1) / length - rows.lowerBound / length + 1
    guard count / all * partial.count <= ChunkReading.mostKeptBytes / form.chunkBytes else { return [:] }
    var memory: [[Int]: ChunkMemory] = [:]
    for number in 0..<count {
      let position = grid[number]
      guard partial.contains(position[form.axis]) else { continue }
      memory[position] = kept[position] ?? ChunkMemory(byteCount: form.chunkBytes)
    }
    return memory
  }

  /// Puts the elements of one chunk where they belong.
  ///
  /// - Parameters:
  ///   - done: the chunk's bytes from an earlier reading.
  ///   - memory: where they are decoded to, if not in their place at once.
  ///   - decode: decodes the chunk.
  private static func place(
    _ position: [Int], of form: ChunkForm, _ rows: Range<Int>, in target: SharedBytes, _ done: ChunkMemory?,
    _ memory: ChunkMemory, _ decode: (UnsafeMutableRawBufferPointer) -> ChunkOutcome
  ) -> ChunkOutcome {
    let part = form.part(of: position, in: rows)
    let box = part.map(\.count)
    var lengths = form.stored
    lengths[form.axis] = rows.count
    var first = part.map(\.lowerBound)
    first[form.axis] -= rows.lowerBound
    // A whole chunk that has all of the other dimensions lies in one piece.
    if done == nil, box == form.chunk, box.dropFirst() == lengths.dropFirst() {
      let start = first[0] * (form.chunkBytes / form.chunk[0])
      unsafe precondition(start >= 0 && form.chunkBytes <= target.bytes.count - start)
      return unsafe decode(UnsafeMutableRawBufferPointer(rebasing: target.bytes[start..<start + form.chunkBytes]))
    }
    let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: (done ?? memory).bytes[..<form.chunkBytes])
    let outcome = unsafe done != nil ? .done : decode(bytes)
    guard outcome == .done else { return outcome }
    let inChunk = zip(part, zip(position, form.chunk)).map { $0.lowerBound - $1.0 * $1.1 }
    unsafe ChunkBox.copy(
      box, width: form.width, from: UnsafeRawBufferPointer(bytes), (form.chunk, inChunk), to: target.bytes,
      (lengths, first))
    return .done
  }
}
