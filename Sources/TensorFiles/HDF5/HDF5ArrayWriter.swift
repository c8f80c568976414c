import HDF5
import Tensors

/// Writes one array as a dataset, block by block where it is large.
struct HDF5ArrayWriter {
  private let source: any TensorSource
  private let name: String
  /// Whether the dimensions are written in reverse, as MATLAB has them.
  private let isReversed: Bool
  /// The level of compression; nil for storage in one piece.
  private let compression: Int?
  private let shuffle: Bool
  private let complexNames: HDF5ComplexNames
  /// Threads that compress chunks. What is written is the same for any number of them.
  private let threads: Int

  /// About how many bytes are in memory at once; an array of fewer is written in one call.
  private static let blockBytes = 4 << 20
  /// The same for what comes by rows and is stored as it comes: these stay in the processor's cache.
  private static let rowBlockBytes = 512 << 10
  /// About how many bytes a chunk has.
  private static let chunkBytes = 512 << 10

  init(
    _ source: any TensorSource, name: String, isReversed: Bool, compression: Int?, shuffle: Bool = true,
    complexNames: HDF5ComplexNames = .h5py, threads: Int = Workers.coreCount
  ) {
    self.source = source
    self.name = name
    self.isReversed = isReversed
    self.compression = compression
    self.shuffle = shuffle
    self.complexNames = complexNames
    self.threads = threads
  }

  /// Creates the dataset at a path and writes all of it.
  ///
  /// - Parameters:
  ///   - shape: the dimensions of the array, where they are not those of the source: the same with 1s added.
  ///   - storedAs: what truth values are stored as, where it is not HDF5's enumeration.
  @discardableResult
  func write(
    _ path: String, in root: borrowing HDF5Group, shape: [Int]? = nil, storedAs: ElementType? = nil
  ) throws -> HDF5Dataset {
    let shape = shape ?? source.shape
    let type = (storedAs ?? source.elementType).hdf5
    let stored = isReversed ? shape.reversed() : shape
    let bytes = try source.byteCount
    let isLarge = bytes > HDF5ArrayWriter.blockBytes && !source.shape.isEmpty
    let axis = isReversed ? stored.count - 1 : 0
    let width = source.elementType.byteCount
    var storage = HDF5Storage.contiguous
    let inOnePiece = source.comesByRows && !isReversed && compression == nil
    var rows = source.rowCount(ofBytes: inOnePiece ? HDF5ArrayWriter.rowBlockBytes : HDF5ArrayWriter.blockBytes)
    // In one piece, every block by columns would be a short part of each column, written on its own.
    if bytes > 0, !stored.isEmpty, compression != nil || (isLarge && isReversed) {
      let chunk = HDF5ArrayWriter.chunk(of: stored, width: width, last: isLarge ? axis : nil)
      // No chunk is written twice.
      rows = max(chunk[axis], rows / chunk[axis] * chunk[axis])
      let level = compression ?? 0
      storage = .chunked(chunk, deflate: level > 0 ? level : nil, shuffle: level > 0 && shuffle && width > 1)
    }
    let dataset = try root.createDataset(
      path, type: HDF5Datatype(type, complexNames: complexNames), space: .fixed(stored), storage: storage)
    let order: Order = isReversed ? .columnMajor : .rowMajor
    guard bytes > 0 else { return dataset }
    let chunks = ChunkWriting(dataset, stored, storage, elementSize: width, threads: threads)
    if !isLarge {
      let tensor = try source.whole().stored(in: order)
      let part = HDF5Hyperslab(offset: stored.map { _ in 0 }, count: stored)
      guard try chunks?.write(tensor.storage, part, to: dataset) != true else { return dataset }
      try tensor.storage.withBytes { bytes in try dataset.write(as: type, from: bytes) }
      return dataset
    }
    let blocks = try source.blocks(ofRows: rows)
    var first = 0
    while let block = try blocks.next() {
      let count = block.shape.first ?? 1
      var part = HDF5Hyperslab(offset: stored.map { _ in 0 }, count: stored)
      part.offset[axis] = first
      part.count[axis] = count
      let tensor = try block.stored(in: order)
      if try chunks?.write(tensor.storage, part, to: dataset) != true {
        try tensor.storage.withBytes { bytes in try dataset.write(as: type, part, from: bytes) }
      }
      first += count
    }
    guard first == source.rowCount else {
      throw FormatError(.damaged, at: .object(name), "\(first) rows came where there should be \(source.rowCount)")
    }
    return dataset
  }

  /// The shape of a chunk: as much as fits along the last dimensions, and along one of them only when the others are
  /// whole.
  private static func chunk(of shape: [Int], width: Int, last: Int?) -> [Int] {
    var chunk = [Int](repeating: 1, count: shape.count)
    var left = max(1, chunkBytes / width)
    for axis in shape.indices.reversed().filter({ $0 != last }) + (last.map { [$0] } ?? []) {
      chunk[axis] = max(1, min(shape[axis], left))
      left /= chunk[axis]
    }
    return chunk
  }
}

/// Files that the library writes.
enum HDF5Output {
  /// Up to this size a file is made in memory first, where nothing can fail half-way.
  private static let memoryLimit = 32 << 20

  static func byteCount(of archive: ArchiveSource) throws(FormatError) -> Int {
    var sum = 0
    for member in archive.members {
      do {
        let (next, overflow) = sum.addingReportingOverflow(try member.source.byteCount)
        sum = overflow ? .max : next
      } catch { throw FormatError(error, at: .object(member.name)) }
    }
    return sum
  }

  /// Makes a file and writes it to an output.
  ///
  /// - Parameters:
  ///   - byteCount: of all arrays together.
  ///   - userBlock: what stands before the HDF5 data: nothing, or at least 512 bytes.
  ///   - oldest: the oldest form of objects that may be written.
  ///   - verify: asks a large file that was closed and opened again whether everything is there.
  static func write(
    to output: inout OutputFile, byteCount: Int, userBlock: [UInt8] = [], oldest: HDF5FormatVersion = .earliest,
    _ fill: (borrowing HDF5File) throws -> Void, verify: (borrowing HDF5File) throws -> Void
  ) throws(FormatError) {
    do {
      if byteCount > memoryLimit {
        if let path = output.temporaryPath {
          try make(path, userBlock.count, oldest, fill, verify)
          // The output is still at its beginning.
          try output.write(userBlock)
          return
        }
        // The library seeks; what cannot be sought in gets the bytes of a file that can.
        let spool = try SpooledOutput(for: output.name)
        try make(spool.path, userBlock.count, oldest, fill, verify)
        try output.write(userBlock)
        try spool.copy(from: userBlock.count, to: &output)
        return
      }
      try output.write(try image(named: output.name, userBlock: userBlock, oldest: oldest, fill))
    } catch let error as HDF5Error {
      throw FormatError(.inputOutput, at: .object(error.object), error.description)
    } catch {
      throw FormatError.converted(error, at: "")
    }
  }

  /// Makes a file in memory.
  ///
  /// - Parameter name: what errors call the file.
  static func image(
    named name: String, userBlock: [UInt8] = [], oldest: HDF5FormatVersion,
    _ fill: (borrowing HDF5File) throws -> Void
  ) throws(FormatError) -> [UInt8] {
    do {
      let file = try HDF5File(creatingInMemory: name, userBlockSize: userBlock.count, oldest: oldest)
      try fill(file)
      var image = try file.image()
      image.replaceSubrange(0..<userBlock.count, with: userBlock)
      return image
    } catch let error as HDF5Error {
      throw FormatError(.inputOutput, at: .object(error.object), error.description)
    } catch {
      throw FormatError.converted(error, at: "")
    }
  }

  private static func make(
    _ path: String, _ userBlockSize: Int, _ oldest: HDF5FormatVersion, _ fill: (borrowing HDF5File) throws -> Void,
    _ verify: (borrowing HDF5File) throws -> Void
  ) throws {
    let file = try HDF5File(creating: path, replacing: true, userBlockSize: userBlockSize, oldest: oldest)
    try fill(file)
    try file.close()
    try verify(try HDF5File(reading: path))
  }
}
