import HDF5
import Tensors

/// A dataset of numbers, and how it is seen: as it lies, or by columns as MATLAB and Octave mean it.
struct DatasetPlace {
  /// The path in the file.
  let path: String
  /// The shape in the file.
  let stored: [Int]
  /// The type that its numbers are read in, exactly.
  let storedType: ElementType
  /// What the numbers are: the same, a wider type, or truth values for numbers that are 0 and 1.
  var elementType: ElementType
  /// Whether the first dimension of the array is the last one of the file.
  var isReversed = false
  /// The dimensions of the array: those of the file in the one or the other direction, or 1 by 1 for a scalar.
  var shape: [Int]
  /// The number that stands for a missing one, and is read as NaN.
  var missing: Double?

  /// A dataset, described as it lies.
  ///
  /// - Throws: ``FormatError`` with code `unsupported` when it has no numbers.
  init(path: String, in store: HDF5Store) throws {
    try self.init(store.root.dataset(at: path), path: path)
  }

  /// A dataset that is open.
  init(_ dataset: borrowing HDF5Dataset, path: String) throws {
    guard let type = dataset.datatype.elementType else {
      throw FormatError(.unsupported, at: .object(path), "this is no array of numbers but \(dataset.datatype)")
    }
    self.path = path
    stored = try dataset.dataspace.shape
    shape = stored
    storedType = ElementType(type)
    elementType = storedType
  }

  /// A dataset whose header was read.
  init(_ header: PlainDatasetHeader, path: String) {
    self.path = path
    stored = header.shape
    shape = stored
    storedType = ElementType(header.elementType)
    elementType = storedType
  }

  /// The same seen by columns, with two dimensions at least.
  func reversed() -> DatasetPlace {
    var place = self
    place.isReversed = true
    place.shape = stored.reversed()
    if stored.isEmpty { place.shape = [1, 1] }
    return place
  }

  /// The same with its dimensions in the other direction.
  private var transposed: DatasetPlace {
    var place = self
    place.isReversed.toggle()
    place.shape = shape.reversed()
    return place
  }

  var rowCount: Int { shape.first ?? 1 }
  var byteCount: Int {
    get throws(TensorError) { try Tensor.byteCount(shape: shape, elementType: elementType) }
  }

  /// The array under a name.
  func source(named name: String, in store: HDF5Store) -> RowRangeSource {
    let isMatrix = stored.count == 2 && shape.count == 2
    return RowRangeSource(
      name, shape: shape, elementType: elementType, limits: store.limits,
      transposed: isMatrix ? { self.transposed.source(named: name, in: store) } : nil
    ) { try DatasetRows(self, in: store) }
  }

  /// How the array is listed.
  func entry(named name: String, remark: String? = nil) -> TensorEntry {
    let isOther = storedType != elementType && !(storedType == .uint8 && elementType == .bool)
    return TensorEntry(
      name: name, shape: shape, content: .numbers(elementType, storedAs: isOther ? storedType : nil), remark: remark)
  }
}

/// Reads rows of a dataset.
final class DatasetRows: RowReader {
  let place: DatasetPlace
  private let store: HDF5Store
  private let dataset: HDF5Dataset
  /// Whether a part of the rows costs as much as all of them.
  private let isReadWhole: Bool
  private var all: Tensor?
  /// Decodes chunks, where the library need not.
  private let chunks: ChunkReading?
  /// How many bytes of the file hold one of the array.
  private lazy var storedPart = DatasetRows.storedPart(dataset, place)

  /// The most memory for decoded chunks beside a block.
  private static let mostCacheBytes = 48 << 20

  init(_ place: DatasetPlace, in store: HDF5Store) throws {
    self.place = place
    self.store = store
    // The library looks at the size of the cache when a dataset is opened first.
    if let cache = try DatasetRows.cache(for: place, in: store) {
      dataset = try store.root.dataset(at: place.path, cacheBytes: cache.bytes, chunkCount: cache.chunks)
    } else {
      dataset = try store.root.dataset(at: place.path)
    }
    try DatasetRows.checkStored(dataset, place, store.limits)
    isReadWhole = try DatasetRows.isReadWhole(dataset, place, store.limits)
    chunks = ChunkReading(dataset, place, limits: store.limits)
  }

  /// Checks that an array that is larger than memory is more than words: a file of two kilobytes can declare terabytes that
  /// were never written, which would be read as zeros for days. Deflate makes at most 1032 bytes of one.
  ///
  /// - Throws: ``FormatError`` with code `limit`.
  private static func checkStored(
    _ dataset: borrowing HDF5Dataset, _ place: DatasetPlace, _ limits: Limits
  ) throws {
    let bytes = try place.byteCount
    guard bytes > limits.memory else { return }
    let stored = dataset.storedByteCount
    guard UInt64(bytes) / 1032 > stored else { return }
    throw FormatError(
      .limit, at: .object(place.path),
      "the array is said to have \(bytes) bytes, of which the file stores \(stored), so that most were never written; "
        + "--memory-limit \(bytes) reads them")
  }

  /// Whether every block of rows would decompress chunks that are too large to be kept until the next block needs them,
  /// and all rows fit in memory.
  private static func isReadWhole(
    _ dataset: borrowing HDF5Dataset, _ place: DatasetPlace, _ limits: Limits
  ) throws -> Bool {
    guard let chunks = largeChunks(of: dataset, place) else { return false }
    let memory = try place.byteCount
    return chunks.rows > 1 && memory <= limits.memory
  }

  /// The rows and bytes of the compressed chunks that hold one row, where they are too large to be kept.
  private static func largeChunks(
    of dataset: borrowing HDF5Dataset, _ place: DatasetPlace
  ) -> (rows: Int, bytes: Double)? {
    guard case .chunked(let chunk) = dataset.layout, !dataset.filters.isEmpty, chunk.count == place.stored.count else {
      return nil
    }
    let axis = place.isReversed ? chunk.count - 1 : 0
    var bytes = Double(place.storedType.byteCount)
    for (index, length) in chunk.enumerated() { bytes *= Double(index == axis ? length : place.stored[index]) }
    return bytes > Double(mostCacheBytes) ? (chunk[axis], bytes) : nil
  }

  func isPartial() throws -> Bool {
    guard let chunks = DatasetRows.largeChunks(of: dataset, place), chunks.rows > 1 else { return true }
    throw FormatError(
      .unsuitable, at: .object(place.path),
      "the array is compressed in chunks of \(chunks.rows) examples, \(Int(chunks.bytes / 1_048_576)) MiB that every "
        + "block of examples would decompress again; reg-convert writes small chunks, a larger --memory-limit reads "
        + "all at once")
  }

  func rows(_ range: Range<Int>) throws -> Tensor {
    guard isReadWhole, range.count < place.rowCount else { return try read(range) }
    let all = try self.all ?? read(0..<place.rowCount)
    self.all = all
    return try all.rows(range)
  }

  private func read(_ range: Range<Int>) throws -> Tensor {
    let isWhole = range.count == place.rowCount
    let shape = isWhole ? place.shape : [range.count] + place.shape.dropFirst()
    var part: HDF5Hyperslab?
    if !isWhole {
      let axis = place.isReversed ? place.stored.count - 1 : 0
      var slab = HDF5Hyperslab(offset: place.stored.map { _ in 0 }, count: place.stored)
      slab.offset[axis] = range.lowerBound
      slab.count[axis] = range.count
      part = slab
    }
    // Booleans of numbers are looked at as numbers first.
    let reads = place.elementType == .bool && place.storedType != .bool ? place.storedType : place.elementType
    let count = try Tensor.byteCount(shape: shape, elementType: reads)
    try store.limits.charge(bytes: count, at: .object(place.path))
    var buffer = try TensorBuffer(byteCount: count)
    if count > 0, try chunks?.read(dataset, range, into: &buffer, tell) != true {
      try buffer.withMutableBytes { bytes throws in try read(reads, part, into: &bytes) }
    }
    if let missing = place.missing { DatasetRows.mark(missing, in: &buffer, reads) }
    let tensor = try Tensor(
      shape: shape, elementType: reads, order: place.isReversed ? .columnMajor : .rowMajor, storage: buffer.finish())
    return reads == place.elementType ? tensor : try tensor.truthValues(at: place.path)
  }

  /// Lets the library read a part of the dataset, one piece after the other where it is large, so that there is something to
  /// say between them.
  private func read(_ type: ElementType, _ part: HDF5Hyperslab?, into bytes: inout MutableRawSpan) throws {
    let all = part ?? HDF5Hyperslab(offset: place.stored.map { _ in 0 }, count: place.stored)
    guard let length = all.count.first, length > 1, bytes.byteCount > DatasetRows.pieceBytes, type != .bool else {
      try dataset.read(as: type.hdf5, part, into: &bytes)
      return tell(bytes.byteCount)
    }
    let each = bytes.byteCount / length
    // No chunk lies in two pieces.
    var chunk = 1
    if case .chunked(let lengths) = dataset.layout { chunk = max(lengths.first ?? 1, 1) }
    var piece = all
    var first = 0
    while first < length {
      let end = (all.offset[0] + first + max(1, DatasetRows.pieceBytes / each) + chunk - 1) / chunk * chunk
      let next = min(end - all.offset[0], length)
      piece.offset[0] = all.offset[0] + first
      piece.count[0] = next - first
      var place = bytes._mutatingExtracting(first * each..<next * each)
      try dataset.read(as: type.hdf5, piece, into: &place)
      tell((next - first) * each)
      first = next
    }
  }

  /// The bytes of an array that the library reads at once.
  private static let pieceBytes = 32 << 20

  /// Tells of bytes of the array that were read, as those of the file.
  private func tell(_ bytes: Int) { store.input.hasBeenRead(bytes: Int(Double(bytes) * storedPart)) }

  private static func storedPart(_ dataset: borrowing HDF5Dataset, _ place: DatasetPlace) -> Double {
    guard case .chunked = dataset.layout, let bytes = try? place.byteCount, bytes > 0 else { return 1 }
    // The file says so, and compression makes nothing twice as large.
    return min(Double(dataset.storedByteCount) / Double(bytes), 2)
  }

  /// Memory for all compressed chunks of one row: the next block of rows may need a part of each again. Nil where the
  /// library's own memory is enough, and where it would be too much.
  private static func cache(for place: DatasetPlace, in store: HDF5Store) throws -> (bytes: Int, chunks: Int)? {
    let dataset = try store.root.dataset(at: place.path)
    guard case .chunked(let chunk) = dataset.layout, !dataset.filters.isEmpty, chunk.count == place.stored.count else {
      return nil
    }
    let axis = place.isReversed ? chunk.count - 1 : 0
    var bytes = place.storedType.byteCount
    var chunks = 1
    for (index, length) in chunk.enumerated() {
      if index != axis { chunks *= (place.stored[index] - 1) / max(length, 1) + 1 }
      bytes = bytes.multipliedReportingOverflow(by: length).partialValue
      guard (1...mostCacheBytes).contains(chunks), (1...mostCacheBytes).contains(bytes) else { return nil }
    }
    return (1 << 20..<mostCacheBytes).contains(bytes * chunks) ? (bytes * chunks + (1 << 20), chunks) : nil
  }

  /// Puts NaN where a number stands that means that there is none.
  private static func mark(_ missing: Double, in buffer: inout TensorBuffer, _ type: ElementType) {
    switch type {
    case .float64:
      buffer.withMutableElements(as: Double.self) { span in
        for index in span.indices where span[index] == missing { span[index] = .nan }
      }
    case .float32:
      let missing = Float(missing)
      buffer.withMutableElements(as: Float.self) { span in
        for index in span.indices where span[index] == missing { span[index] = .nan }
      }
    default: break
    }
  }
}

extension Tensor {
  /// Numbers that are all 0 or 1 as truth values.
  ///
  /// - Throws: ``FormatError`` with code `damaged` at a number that is neither.
  func truthValues(at path: String) throws -> Tensor {
    let numbers = try doublesInStorageOrder()
    var buffer = try TensorBuffer(byteCount: numbers.count)
    let odd = buffer.withMutableElements(as: UInt8.self) { span in
      for index in span.indices {
        guard numbers[index] == 0 || numbers[index] == 1 else { return numbers[index] as Double? }
        span[index] = numbers[index] == 1 ? 1 : 0
      }
      return nil
    }
    if let odd { throw FormatError(.damaged, at: .object(path), "a truth value is \(odd), which is neither 0 nor 1") }
    return try Tensor(shape: shape, elementType: .bool, order: order, storage: buffer.finish())
  }
}
