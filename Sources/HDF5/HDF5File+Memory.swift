internal import CHDF5
internal import Synchronization

/// How many files in memory there have been: each needs a name of its own.
private let memoryFileCount = Atomic<Int>(0)

extension HDF5File {
  /// Opens, for reading, a file whose bytes are in memory, as they come from a pipe. The bytes are copied.
  ///
  /// - Parameters:
  ///   - image: The whole file, with its user block.
  ///   - name: What errors call the file.
  ///   - opensOtherFiles: Whether the file may lead to others: external links, external storage, virtual datasets.
  ///
  /// Related HDF5 function: `H5Pset_file_image`.
  public init(image: [UInt8], name: String = "file in memory", opensOtherFiles: Bool = false) throws(HDF5Error) {
    let list = try Self.memoryAccessList(for: name)
    try image.withBytes { bytes throws(HDF5Error) in try Self.setImage(bytes, list, name) }
    try self.init(list, name: name, opensOtherFiles: opensOtherFiles)
  }

  /// Opens, for reading, a file whose bytes are in memory. The bytes are copied.
  ///
  /// Related HDF5 function: `H5Pset_file_image`.
  public init(image: RawSpan, name: String = "file in memory", opensOtherFiles: Bool = false) throws(HDF5Error) {
    let list = try Self.memoryAccessList(for: name)
    try Self.setImage(image, list, name)
    try self.init(list, name: name, opensOtherFiles: opensOtherFiles)
  }

  private static func setImage(
    _ image: RawSpan, _ list: borrowing Identifier, _ name: String
  ) throws(HDF5Error) {
    let id = list.value
    guard image.byteCount > 0 else {
      throw HDF5Error(.invalidArgument, call: "H5Pset_file_image", object: name, reason: "is empty")
    }
    try unsafe image.withUnsafeBytes { bytes throws(HDF5Error) in
      // The library's parameter is not const, but it copies the bytes and leaves them alone.
      let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
      let count = bytes.count
      try Library.call("H5Pset_file_image", on: name) { unsafe H5Pset_file_image(id, start, count) }
    }
  }

  /// Opens the image that a property list carries.
  private init(_ list: borrowing Identifier, name: String, opensOtherFiles: Bool) throws(HDF5Error) {
    let path = Self.memoryPath()
    try self.init(
      "H5Fopen", path, access: FileAccess(name: name, opensOtherFiles: opensOtherFiles), isWritable: false
    ) { unsafe H5Fopen(path, chdf5_read_only(), list.value) }
  }

  /// Creates a file in memory, for `image()`. Nothing of it reaches a disk.
  ///
  /// - Parameters:
  ///   - name: What errors call the file.
  ///   - userBlockSize: Zero bytes at the start of the image, for the caller: 0, or a power of two from 512 on.
  ///   - oldest: The oldest format for new objects.
  ///   - newest: The newest format that may be used.
  ///
  /// Related HDF5 function: `H5Pset_fapl_core`.
  public init(
    creatingInMemory name: String, userBlockSize: Int = 0,
    oldest: HDF5FormatVersion = .earliest, newest: HDF5FormatVersion = .v18
  ) throws(HDF5Error) {
    let list = try Self.memoryAccessList(for: name)
    try Self.setVersions(list, oldest, newest, name)
    let creation = try Self.creationList(for: name, userBlockSize: userBlockSize)
    let path = Self.memoryPath()
    try self.init("H5Fcreate", path, access: FileAccess(name: name, opensOtherFiles: false), isWritable: true) {
      unsafe H5Fcreate(path, chdf5_truncate(), creation.value, list.value)
    }
  }

  /// The bytes of the file as they would lie on disk, user block included (as zeros if the file is in memory).
  ///
  /// Memory for a second copy of the file is needed; above some tens of megabytes a file on disk is faster.
  ///
  /// Related HDF5 functions: `H5Fflush`, `H5Fget_file_image`.
  public func image() throws(HDF5Error) -> [UInt8] {
    try flush()
    let id = identifier.value
    let size = try Library.call("H5Fget_file_image", on: name) { H5Fget_file_image(id, nil, 0) }
    // The library leaves the user block out.
    let userBlock = try userBlockSize
    var bytes = [UInt8](repeating: 0, count: userBlock + size)
    let written = try Library.call("H5Fget_file_image", on: name) {
      unsafe bytes.withUnsafeMutableBytes { buffer in
        let image = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[userBlock...])
        return unsafe H5Fget_file_image(id, image.baseAddress, size)
      }
    }
    guard written == size else {
      throw HDF5Error(.failedCall, call: "H5Fget_file_image", object: name)
    }
    Superblock.renewChecksum(of: &bytes, at: userBlock)
    return bytes
  }

  private static func memoryAccessList(for name: String) throws(HDF5Error) -> Identifier {
    let list = try Identifier("H5Pcreate", on: name) { H5Pcreate(chdf5_file_access()) }
    let id = list.value
    // Memory grows by this many bytes at a time.
    try Library.call("H5Pset_fapl_core", on: name) { H5Pset_fapl_core(id, 1 << 20, false) }
    return list
  }

  /// A new path for a file in memory. The library takes two such files of one name for the same file, and before it
  /// creates one it tries to open what is there: below /dev/null there is nothing, for sure.
  private static func memoryPath() -> String {
    "/dev/null/memory-\(memoryFileCount.add(1, ordering: .relaxed).newValue)"
  }
}
