internal import CHDF5

/// How a new dataset is laid out in its file.
public enum HDF5Storage: Sendable, Hashable {
  /// In one piece, not compressed; cannot grow.
  case contiguous
  /// In pieces of a shape, each compressed on its own if `deflate` says so.
  ///
  /// - Parameters:
  ///   - chunk: The shape of a piece: one entry a dimension, at least 1, and at most the dataset's own where that
  ///     cannot grow.
  ///   - deflate: The level of compression (zlib's), 0 to 9.
  ///   - shuffle: Puts bytes of like weight side by side before compression; numbers become smaller by it.
  case chunked(_ chunk: [Int], deflate: Int? = nil, shuffle: Bool = false)

  /// How a dataset is made, without the times that would make equal files differ.
  func creationList(rank: Int, for object: String) throws(HDF5Error) -> Identifier {
    let list = try Identifier("H5Pcreate", on: object) { H5Pcreate(chdf5_dataset_create()) }
    let id = list.value
    try Library.call("H5Pset_obj_track_times", on: object) { H5Pset_obj_track_times(id, false) }
    guard case .chunked(let chunk, let deflate, let shuffle) = self else { return list }
    guard chunk.count == rank, !chunk.isEmpty, chunk.allSatisfy({ $0 > 0 }) else {
      throw HDF5Error(
        .invalidArgument, call: "H5Pset_chunk", object: object,
        reason: "has \(rank) dimensions and cannot be stored in chunks of the shape \(chunk)")
    }
    let dimensions = chunk.map { hsize_t($0) }
    try Library.call("H5Pset_chunk", on: object) {
      unsafe H5Pset_chunk(id, Int32(clamping: dimensions.count), dimensions)
    }
    if shuffle { try Library.call("H5Pset_shuffle", on: object) { H5Pset_shuffle(id) } }
    if let deflate {
      guard let level = UInt32(exactly: deflate), level <= 9 else {
        throw HDF5Error(
          .invalidArgument, call: "H5Pset_deflate", object: object,
          reason: "cannot be compressed with level \(deflate); levels are 0 to 9")
      }
      try Library.call("H5Pset_deflate", on: object) { H5Pset_deflate(id, level) }
    }
    return list
  }
}

/// How a stored dataset is laid out in its file.
public enum HDF5Layout: Sendable, Hashable {
  /// In the object's header.
  case compact
  case contiguous
  /// In pieces of this shape.
  case chunked([Int])
  /// Made of parts of other datasets, usually in other files.
  case virtual
}

/// One step that the bytes of a chunk go through when they are written, and back when they are read.
public struct HDF5Filter: Sendable, Hashable, CustomStringConvertible {
  /// The number under which the filter is registered: 1 deflate, 2 shuffle, 32000 lzf ...
  public let id: Int
  /// The usual name, or the one in the file; may be empty for a filter that nobody knows.
  public let name: String
  /// Whether the library here can undo it.
  public let isAvailable: Bool
  /// The numbers that the filter works by, the first of them.
  package let values: [UInt32]

  /// `lzf (32000)`.
  public var description: String { name.isEmpty ? "filter \(id)" : "\(name) (\(id))" }

  /// The number of deflate.
  static let deflate = 1

  /// Names of registered filters, where the file's own is long, missing or different with each writer.
  static let names = [
    1: "deflate", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset",
    307: "bzip2", 32000: "lzf", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle", 32013: "zfp", 32015: "zstd",
    32017: "sz", 32024: "sz3", 32026: "blosc2",
  ]
}

/// What the creation properties of a stored dataset say.
struct StorageDescription: Sendable {
  let layout: HDF5Layout
  let externalFileCount: Int
  let filters: [HDF5Filter]
  /// Whether each chunk went through the filters, but for those that it says itself it did not.
  let filtersAllChunks: Bool

  init(dataset: borrowing Identifier, object: String) throws(HDF5Error) {
    let datasetID = dataset.value
    let list = try Identifier("H5Dget_create_plist", on: object) { H5Dget_create_plist(datasetID) }
    let id = list.value
    let layout = try Library.call("H5Pget_layout", on: object) { H5Pget_layout(id).rawValue }
    switch H5D_layout_t(rawValue: layout) {
    case H5D_COMPACT: self.layout = .compact
    case H5D_CHUNKED:
      var chunk = [hsize_t](repeating: 0, count: Self.maximumRank)
      let rank = try Library.call("H5Pget_chunk", on: object) {
        unsafe H5Pget_chunk(id, Int32(Self.maximumRank), &chunk)
      }
      self.layout = .chunked(chunk.prefix(Int(rank)).map { Int(clamping: $0) })
    case H5D_VIRTUAL: self.layout = .virtual
    default: self.layout = .contiguous
    }
    externalFileCount = Int(try Library.call("H5Pget_external_count", on: object) { H5Pget_external_count(id) })
    var filters: [HDF5Filter] = []
    for index in 0..<(try Library.call("H5Pget_nfilters", on: object) { H5Pget_nfilters(id) }) {
      filters.append(try HDF5Filter(list, index: UInt32(index), object: object))
    }
    self.filters = filters
    filtersAllChunks = Library.perform { chdf5_filters_all_chunks(id) }
  }

  /// `H5S_MAX_RANK`, of HDF5 itself.
  private static let maximumRank = 32
}

extension HDF5Filter {
  fileprivate init(_ list: borrowing Identifier, index: UInt32, object: String) throws(HDF5Error) {
    let id = list.value
    var (flags, configuration): (UInt32, UInt32) = (0, 0)
    var values = [UInt32](repeating: 0, count: 8)
    var valueCount = values.count
    var name = [CChar](repeating: 0, count: 256)
    let number = try Library.call("H5Pget_filter2", on: object) {
      // The last byte stays zero.
      unsafe H5Pget_filter2(id, index, &flags, &valueCount, &values, name.count - 1, &name, &configuration)
    }
    self.id = Int(number)
    self.values = Array(values.prefix(valueCount))
    let stored = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    self.name = Self.names[Int(number)] ?? String(decoding: stored, as: UTF8.self)
    isAvailable = Self.isAvailable(number)
  }

  /// Whether the library here can undo a filter.
  static func isAvailable(_ number: H5Z_filter_t) -> Bool {
    Library.perform {
      var configuration: UInt32 = 0
      guard H5Zfilter_avail(number) > 0 else { return false }
      return unsafe H5Zget_filter_info(number, &configuration) >= 0 && chdf5_can_decode(configuration)
    }
  }
}
