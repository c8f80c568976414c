import HDF5

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What one thread needs to decode chunks, one after another: memory and an inflater.
@safe final class ChunkDecoder {
  private let form: ChunkForm
  /// The chunk as it is stored, and what inflating it gave.
  private var stored: ChunkMemory
  private let inflated: ChunkMemory
  private let inflater = BufferInflater()

  /// The most bytes that a stored chunk of some bytes needs. Deflate adds five bytes to blocks of up to 65535 that it
  /// cannot compress, zlib eleven, and a checksum four.
  private static func room(for bytes: Int) -> Int { bytes + bytes / 1024 + 256 }
  /// The most bytes that are read of a chunk which has more than it needs: a stream with something behind it.
  private static func mostStored(for bytes: Int) -> Int { max(2 * bytes, 16 << 20) }

  /// A decoder; nil where there is no memory for it.
  init?(_ form: ChunkForm) {
    let room = ChunkDecoder.room(for: form.chunkBytes)
    guard let stored = ChunkMemory(byteCount: room), let inflated = ChunkMemory(byteCount: room) else { return nil }
    self.form = form
    self.stored = stored
    self.inflated = inflated
  }

  /// Decodes a chunk of a dataset into memory of a chunk's size, its elements in the file's order of bytes.
  ///
  /// - Returns: whether that was possible and every checksum right. Where not, the target's content is undefined.
  func decode(
    _ position: [Int], of dataset: borrowing HDF5Dataset, into target: UnsafeMutableRawBufferPointer
  ) -> ChunkOutcome {
    guard let chunk = read(position, of: dataset) else { return .other }
    guard unsafe chunk.byteCount <= stored.bytes.count else { return .long }
    let steps = form.steps.enumerated().filter { chunk.skippedFilters & (1 << UInt32($0.offset)) == 0 }.map(\.element)
    var bytes = unsafe UnsafeRawBufferPointer(rebasing: stored.bytes[..<chunk.byteCount])
    for (index, step) in steps.enumerated().reversed() {
      if step == .checksum {
        guard let rest = unsafe ChunkDecoder.checked(bytes) else { return .other }
        unsafe bytes = rest
        continue
      }
      // What is left after this step are the elements and the checksums of the steps before it. Only inflating can be
      // not the first step: the form says so. So nothing is read where it is written.
      let checksums = steps[..<index].count { $0 == .checksum }
      let size = form.chunkBytes + checksums * Fletcher32.byteCount
      let next =
        index == 0
        ? unsafe target : unsafe UnsafeMutableRawBufferPointer(rebasing: inflated.bytes[..<size])
      switch step {
      case .deflate:
        switch unsafe inflate(bytes, into: next) {
        case .filled: break
        case .short: return .short
        case .failed: return .other
        }
      default:
        guard bytes.count == size else { return bytes.count < size ? .short : .other }
        unsafe ByteShuffle.undo(bytes, elementSize: form.width, into: next)
      }
      unsafe bytes = UnsafeRawBufferPointer(next)
    }
    guard bytes.count == form.chunkBytes else { return bytes.count < form.chunkBytes ? .short : .other }
    // No step wrote it there where the first one is a checksum, or none was applied.
    if unsafe bytes.baseAddress != UnsafeRawPointer(target.baseAddress) { unsafe target.copyMemory(from: bytes) }
    return .done
  }

  /// Reads a chunk as it is stored; nil where it was never written or cannot be read. Of one that has more bytes than any
  /// program writes only their number is given.
  private func read(_ position: [Int], of dataset: borrowing HDF5Dataset) -> HDF5StoredChunk? {
    let offset = zip(position, form.chunk).map { $0 * $1 }
    do throws(HDF5Error) {
      var chunk = try unsafe dataset.readStoredChunk(at: offset, into: stored.bytes)
      if unsafe chunk.byteCount > stored.bytes.count, chunk.byteCount <= ChunkDecoder.mostStored(for: form.chunkBytes) {
        guard let larger = ChunkMemory(byteCount: chunk.byteCount) else { return nil }
        stored = larger
        chunk = try unsafe dataset.readStoredChunk(at: offset, into: stored.bytes)
      }
      return chunk.byteCount > 0 ? chunk : nil
    } catch { return nil }
  }

  private func inflate(
    _ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) -> BufferInflater.Outcome {
    var span = unsafe target.mutableBytes
    return unsafe inflater.inflate(bytes.bytes, framing: .zlib, into: &span)
  }

  /// Bytes without the checksum that follows them; nil where it is wrong.
  private static func checked(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard bytes.count >= Fletcher32.byteCount else { return nil }
    let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes.dropLast(Fletcher32.byteCount))
    let sum = unsafe bytes.loadUnaligned(fromByteOffset: rest.count, as: UInt32.self)
    return unsafe Fletcher32.sum(rest) == UInt32(littleEndian: sum) ? rest : nil
  }
}

/// What became of a chunk.
enum ChunkOutcome {
  case done
  /// It was never written, or it is damaged: the library knows.
  case other
  /// It has fewer bytes than its elements. The library (1.10.8) reads on behind them.
  case short
  /// It is stored in far more bytes than its elements have, so that nobody looked whether it is short.
  case long
}

/// Memory of a chunk that threads share by turns.
@safe final class ChunkMemory: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  /// Memory of some bytes; nil where there is not so much.
  init?(byteCount: Int) {
    guard let memory = unsafe malloc(byteCount) else { return nil }
    unsafe bytes = UnsafeMutableRawBufferPointer(start: memory, count: byteCount)
  }

  deinit { unsafe free(bytes.baseAddress) }
}

/// Memory of an array that several threads fill, each its own chunks' places.
@safe struct SharedBytes: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  init(_ bytes: UnsafeMutableRawBufferPointer) { unsafe self.bytes = bytes }
}

/// The elements that a chunk and an array have in common, copied from the one to the other.
enum ChunkBox {
  /// Copies a box of elements between two row-major arrays.
  ///
  /// - Parameters:
  ///   - box: the number of elements along each dimension.
  ///   - source, target: the lengths of each array, and where in it the box begins.
  static func copy(
    _ box: [Int], width: Int, from bytes: UnsafeRawBufferPointer, _ source: (lengths: [Int], first: [Int]),
    to target: UnsafeMutableRawBufferPointer, _ place: (lengths: [Int], first: [Int])
  ) {
    guard !box.contains(0) else { return }
    // Buffers check no bounds where the compiler optimizes: these are of the box's two corners, between which all is.
    precondition(holds(box, width: width, source, bytes.count) && holds(box, width: width, place, target.count))
    // Dimensions at the end that are whole in both arrays are one run of bytes.
    var run = width
    var outer = box.count
    while outer > 0 {
      outer -= 1
      run *= box[outer]
      guard box[outer] == source.lengths[outer], box[outer] == place.lengths[outer] else { break }
    }
    let sourceSteps = steps(source.lengths, width)
    let targetSteps = steps(place.lengths, width)
    var (from, to) = (0, 0)
    for index in box.indices {
      from += source.first[index] * sourceSteps[index]
      to += place.first[index] * targetSteps[index]
    }
    var position = [Int](repeating: 0, count: outer)
    while true {
      unsafe UnsafeMutableRawBufferPointer(rebasing: target[to..<to + run])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[from..<from + run]))
      var index = outer - 1
      while index >= 0 {
        position[index] += 1
        from += sourceSteps[index]
        to += targetSteps[index]
        if position[index] < box[index] { break }
        from -= box[index] * sourceSteps[index]
        to -= box[index] * targetSteps[index]
        position[index] = 0
        index -= 1
      }
      if index < 0 { return }
    }
  }

  /// Whether a box of elements is in an array, and the array in some bytes.
  private static func holds(
    _ box: [Int], width: Int, _ array: (lengths: [Int], first: [Int]), _ byteCount: Int
  ) -> Bool {
    array.lengths.count == box.count && array.first.count == box.count && array.lengths.reduce(width, *) <= byteCount
      && box.indices.allSatisfy { index in
        array.first[index] >= 0 && box[index] > 0 && array.first[index] + box[index] <= array.lengths[index]
      }
  }

  /// The bytes from one index to the next, along each dimension.
  private static func steps(_ lengths: [Int], _ width: Int) -> [Int] {
    var steps = [Int](repeating: width, count: lengths.count)
    for index in lengths.indices.dropLast().reversed() { steps[index] = steps[index + 1] * lengths[index + 1] }
    return steps
  }
}
