public import Tensors

/// Writing: version 1.0, aligned as NumPy does it, in the order in which the array comes.
extension NPYFormat {
  public func changes(writing archive: ArchiveSource) throws(FormatError) -> [String] {
    _ = try NPYArrayToWrite(try NPYFormat.onlyMember(of: archive))
    return archive.attributeLosses(in: "NPY")
  }

  public func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    let array = try NPYArrayToWrite(try NPYFormat.onlyMember(of: archive))
    try array.write { bytes throws(FormatError) in try output.write(bytes) }
  }

  private static func onlyMember(of archive: ArchiveSource) throws(FormatError) -> ArchiveSource.Member {
    guard let first = archive.members.first else { throw FormatError(.unsuitable, "there is no array to write") }
    guard archive.members.count == 1 else {
      let names = archive.members.prefix(8).map(\.name).joined(separator: ", ")
      throw FormatError(
        .unsuitable,
        "a .npy file holds one array, there are \(archive.members.count): \(names)"
          + (archive.members.count > 8 ? " …" : "")
          + "; write a .npz file, or choose one of them (reg-convert --arrays)")
    }
    return first
  }
}

/// An array that can be written as NumPy has it.
struct NPYArrayToWrite {
  private let name: String
  private let source: any TensorSource
  private let byteCount: Int

  /// Up to this size an array is read whole, unless it comes by rows anyway.
  private static let wholeLimit = 1 << 26
  /// Bytes that are read at a time of a larger one.
  private static let blockLength = 1 << 22
  /// Bytes that are taken at a time of what comes by rows: they stay in the processor's cache, and in memory that is
  /// used again.
  private static let rowBlockLength = 1 << 18
  /// Bytes to which the numbers are aligned.
  private static let alignment = 64
  /// Digits for which NumPy leaves room, so that an array can grow in its file.
  private static let growthDigits = 21

  /// Checks an array.
  ///
  /// - Throws: ``FormatError`` with code `unsupported` for more dimensions than NumPy has.
  init(_ member: ArchiveSource.Member) throws(FormatError) {
    name = member.name
    source = member.source
    guard source.shape.count <= NPYHeaderText.mostDimensions else {
      throw FormatError(
        .unsupported, at: .object(name),
        "the array has \(source.shape.count) dimensions, NumPy has \(NPYHeaderText.mostDimensions) at the most")
    }
    do { byteCount = try source.byteCount } catch { throw FormatError(error, at: .object(name)) }
  }

  /// The most bytes that the array takes with its header, whose length can differ with the order.
  var mostBytes: Int {
    let headers = [false, true].map { isFortran in
      NPYArrayToWrite.header(source.elementType, shape: source.shape, isFortran: isFortran).count
    }
    return byteCount + max(headers[0], headers[1])
  }

  /// Hands out the bytes of the array with its header.
  func write(to put: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
    do {
      let limit = source.comesByRows ? NPYArrayToWrite.blockLength : NPYArrayToWrite.wholeLimit
      if byteCount <= limit { return try write(try source.whole(), to: put) }
      let length = source.comesByRows ? NPYArrayToWrite.rowBlockLength : NPYArrayToWrite.blockLength
      let blocks = try source.blocks(ofRows: source.rowCount(ofBytes: length))
      guard let first = try blocks.next() else { return try write(try source.whole(), to: put) }
      // What comes by columns is written by columns, in one piece, unless it does not fit in memory.
      if isByColumns(first), byteCount <= Limits().memory { return try write(try source.whole(), to: put) }
      try write(first, then: blocks, to: put)
    } catch {
      throw FormatError.converted(error, at: name)
    }
  }

  private func write(_ tensor: Tensor, to put: (RawSpan) throws(FormatError) -> Void) throws {
    try putHeader(isFortran: isByColumns(tensor), to: put)
    guard tensor.storage.byteCount == byteCount, tensor.shape == source.shape else {
      throw FormatError(.damaged, at: .object(name), "the array is not of the announced shape")
    }
    try tensor.storage.withBytes { bytes throws(FormatError) in try put(bytes) }
  }

  private func write(
    _ first: consuming Tensor, then blocks: any TensorBlocks, to put: (RawSpan) throws(FormatError) -> Void
  ) throws {
    try putHeader(isFortran: false, to: put)
    var written = 0
    // One block is given back before the next is read.
    var block: Tensor? = try first.stored(in: .rowMajor)
    while let storage = block?.storage {
      block = nil
      written += storage.byteCount
      try storage.withBytes { bytes throws(FormatError) in try put(bytes) }
      block = try blocks.next()?.stored(in: .rowMajor)
    }
    guard written == byteCount else {
      throw FormatError(.damaged, at: .object(name), "the array is not of the announced shape")
    }
  }

  /// Whether the order matters, and is that of Fortran.
  private func isByColumns(_ tensor: Tensor) -> Bool {
    tensor.order == .columnMajor && tensor.elementCount > 0 && tensor.shape.count(where: { $0 != 1 }) > 1
  }

  private func putHeader(isFortran: Bool, to put: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
    let header = NPYArrayToWrite.header(source.elementType, shape: source.shape, isFortran: isFortran)
    try put(unsafe header.span.bytes)
  }

  /// What stands before the numbers: keys in the order of their letters, and spaces as NumPy has them.
  private static func header(_ type: ElementType, shape: [Int], isFortran: Bool) -> [UInt8] {
    let lengths = shape.map(String.init)
    let tuple = "(" + lengths.joined(separator: ", ") + (lengths.count == 1 ? ",)" : ")")
    var text =
      "{'descr': '\(type.npyDescription)', 'fortran_order': \(isFortran ? "True" : "False"), 'shape': \(tuple), }"
    if let growing = isFortran ? lengths.last : lengths.first {
      text += String(repeating: " ", count: max(0, growthDigits - growing.utf8.count))
    }
    // 64 dimensions never need more than the two bytes of version 1.0.
    let length = NPYFormat.signature.count + 4 + text.utf8.count + 1
    text += String(repeating: " ", count: alignment - length % alignment) + "\n"
    let count = text.utf8.count
    return NPYFormat.signature + [1, 0, UInt8(count & 0xFF), UInt8(count >> 8)] + Array(text.utf8)
  }
}
