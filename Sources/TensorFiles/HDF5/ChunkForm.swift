import HDF5
import Tensors

/// How the chunks of a dataset are laid out and filtered, where they can be decoded here: many at once, and by a faster
/// inflater than the library's.
struct ChunkForm {
  /// The lengths of the dataset, and of a chunk.
  let stored: [Int]
  let chunk: [Int]
  /// The dimension along which rows are counted.
  let axis: Int
  /// The bytes of an element, and whether their order is not the machine's.
  let width: Int
  let isSwapped: Bool
  /// The bytes of a chunk's elements.
  let chunkBytes: Int
  /// What was done to a chunk when it was written, in that order.
  let steps: [Step]

  enum Step {
    case shuffle, deflate, checksum

    /// The step that a filter is, if it is one that is undone here.
    init?(_ filter: HDF5Filter, width: Int) {
      switch filter.id {
      case 1: self = .deflate
      case 2 where filter.values.first == UInt32(width): self = .shuffle
      case 3: self = .checksum
      default: return nil
      }
    }
  }

  /// The form of a dataset; nil where its elements must be read by the library: not in chunks, not filtered, by other
  /// filters, or of a type that is converted.
  init?(_ dataset: borrowing HDF5Dataset, _ place: DatasetPlace) {
    guard case .chunked(let chunk) = dataset.layout, chunk.count == place.stored.count, !dataset.filters.isEmpty,
      !chunk.isEmpty, chunk.allSatisfy({ $0 > 0 }), !place.stored.contains(0), let element = dataset.plainElement,
      element.byteCount == place.storedType.byteCount,
      place.elementType == place.storedType || place.elementType == .bool
    else { return nil }
    let steps = dataset.filters.compactMap { Step($0, width: element.byteCount) }
    guard steps.count == dataset.filters.count, ChunkForm.isUndone(steps),
      let bytes = try? Tensor.byteCount(shape: chunk, elementType: place.storedType)
    else { return nil }
    stored = place.stored
    self.chunk = chunk
    axis = place.isReversed ? chunk.count - 1 : 0
    width = element.byteCount
    isSwapped = element.order != .native
    chunkBytes = bytes
    self.steps = steps
  }

  /// Whether filters in this order are undone here: what is shuffled has the size of the elements only before anything
  /// is compressed or followed by a checksum.
  private static func isUndone(_ steps: [Step]) -> Bool {
    steps.dropFirst().allSatisfy { $0 != .shuffle } && steps.count { $0 == .deflate } <= 1
  }

  /// The chunks that hold some rows.
  func chunks(of rows: Range<Int>) -> ChunkGrid {
    ChunkGrid(
      stored.indices.map { index in
        let length = chunk[index]
        return index == axis
          ? rows.lowerBound / length..<(rows.upperBound - 1) / length + 1 : 0..<(stored[index] - 1) / length + 1
      })
  }

  /// The part of a chunk that is in some rows, along each dimension, counted in the dataset.
  func part(of position: [Int], in rows: Range<Int>) -> [Range<Int>] {
    stored.indices.map { index in
      let first = position[index] * chunk[index]
      // Not `first + chunk`: a dataset can end at the last Int.
      let end = first + min(chunk[index], stored[index] - first)
      return index == axis ? max(first, rows.lowerBound)..<min(end, rows.upperBound) : first..<end
    }
  }
}

/// Positions of chunks in a box, counted with the last dimension fastest.
struct ChunkGrid {
  private let ranges: [Range<Int>]

  init(_ ranges: [Range<Int>]) { self.ranges = ranges }

  /// How many there are; nil where no Int counts them.
  var count: Int? {
    var count = 1
    for range in ranges {
      let (product, overflow) = count.multipliedReportingOverflow(by: range.count)
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// The position of a number.
  subscript(number: Int) -> [Int] {
    var rest = number
    var position = ranges.map(\.lowerBound)
    for index in ranges.indices.reversed() {
      position[index] += rest % ranges[index].count
      rest /= ranges[index].count
    }
    return position
  }
}
