internal import CHDF5

/// A chunk as it is stored, with what its filters made of it.
package struct HDF5StoredChunk: Sendable, Hashable {
  /// Its bytes in the file; 0 for a chunk that was never written, whose elements have the fill value.
  package let byteCount: Int
  /// The filters that this chunk did not go through: bit i for `filters[i]`.
  package let skippedFilters: UInt32
}

/// Chunks as they lie in the file, for those who undo the filters themselves, many chunks at once.
extension HDF5Dataset {
  /// How an element is stored, where that is also its form in memory but for the order of its bytes, and where chunks
  /// can be read as they are; nil where elements must be converted by `read`.
  package var plainElement: (byteCount: Int, order: HDF5ByteOrder)? {
    guard chdf5_has_chunk_calls(), filtersAllChunks, externalFileCount == 0 else { return nil }
    switch datatype {
    case .integer(let format) where format.isStandard && format.order != .other: return (format.bytes, format.order)
    case .float(let format) where format.order != .other:
      switch format.kind {
      case .half: return (2, format.order)
      case .single: return (4, format.order)
      case .double: return (8, format.order)
      default: return nil
      }
    default: return nil
    }
  }

  /// Reads the stored bytes of one chunk to the beginning of a buffer. Where the buffer is too small for them, nothing is
  /// read and only their number is given.
  ///
  /// - Parameter offset: The indices of the chunk's first element, a multiple of the chunk's length each.
  ///
  /// Related HDF5 functions: `H5Dget_chunk_storage_size`, `H5Dread_chunk`.
  package func readStoredChunk(
    at offset: [Int], into buffer: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) -> HDF5StoredChunk {
    let call = "H5Dread_chunk"
    try refuseOtherFiles(call)
    let place = try chunkPlace(offset, call)
    let id = identifier.value
    var skipped: UInt32 = 0
    var size: UInt64 = 0
    let (start, room) = (buffer.baseAddress, buffer.count)
    try Library.call(call, on: path) { unsafe chdf5_read_chunk(id, place, start, room, &skipped, &size) }
    return HDF5StoredChunk(byteCount: Int(clamping: size), skippedFilters: skipped)
  }

  /// Writes one chunk that went through all filters already. What was in it before is replaced.
  ///
  /// - Parameter offset: The indices of the chunk's first element, a multiple of the chunk's length each.
  ///
  /// Related HDF5 function: `H5Dwrite_chunk`.
  package func writeStoredChunk(at offset: [Int], from bytes: RawSpan) throws(HDF5Error) {
    let call = "H5Dwrite_chunk"
    try refuseOtherFiles(call)
    let place = try chunkPlace(offset, call)
    let id = identifier.value
    try unsafe bytes.withUnsafeBytes { bytes throws(HDF5Error) in
      let (start, count) = (bytes.baseAddress, bytes.count)
      _ = try Library.call(call, on: path) { unsafe chdf5_write_chunk(id, place, count, start) }
    }
  }

  /// The library reads as many numbers as there are dimensions, whatever it is given.
  private func chunkPlace(_ offset: [Int], _ call: String) throws(HDF5Error) -> [hsize_t] {
    let place = offset.compactMap { hsize_t(exactly: $0) }
    guard case .chunked(let chunk) = layout, chunk.count == offset.count, place.count == offset.count,
      try shape.count == offset.count
    else {
      throw HDF5Error(.invalidArgument, call: call, object: path, reason: "has no chunk at \(offset)")
    }
    return place
  }
}
