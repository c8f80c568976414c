public import Tensors

/// Writing: little-endian, every variable in a zlib stream of its own (v7), numbers at the full width of their class.
extension MAT5Format {
  /// The text of the header. It has no date, so that equal content makes equal bytes.
  private static let text = "MATLAB 5.0 MAT-file, Platform: reg-tools, Created by: reg-tools"

  public func changes(writing archive: ArchiveSource) throws(FormatError) -> [String] {
    var changes: [String] = []
    for member in archive.members {
      let variable = try MAT5Variable(member, mostBytes: mostVariableBytes)
      if let change = variable.change { changes.append(change) }
    }
    return changes + archive.attributeLosses(in: "MAT level 5")
  }

  public func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    var variables: [MAT5Variable] = []
    // All before the first byte: what the format cannot hold leaves no half of a file.
    for member in archive.members { variables.append(try MAT5Variable(member, mostBytes: mostVariableBytes)) }
    try output.write(MAT5Format.header)
    for (member, variable) in zip(archive.members, variables) {
      if options.compression == 0 {
        try variable.write(member.source, to: &output)
        continue
      }
      var stream = try DeflateStream(
        level: options.compression ?? DeflateStream.ownLevel, of: variable.byteCountWithTag)
      try variable.write(member.source, to: &stream)
      try stream.finish()
      var tag = MAT5Bytes()
      tag.append(tagOf: .compressed, count: stream.byteCount)
      try output.write(tag.bytes)
      // No padding: the next tag follows the stream at once.
      for block in stream.blocks { try output.write(block) }
    }
  }

  /// The 128 bytes before the variables.
  private static var header: [UInt8] {
    var header = MAT5Bytes()
    header.bytes = Array(text.utf8)
    header.bytes += [UInt8](repeating: 0x20, count: 116 - header.bytes.count)
    // No subsystem data.
    header.bytes += [UInt8](repeating: 0, count: 8)
    header.append(UInt16(0x0100))
    header.append(UInt16(0x4D49))
    return header.bytes
  }
}

/// A tensor that a file of level 5 can hold.
private struct MAT5Variable {
  private let name: String
  private let shape: [Int]
  private let elementType: ElementType
  private let arrayClass: MAT5Class
  private let storage: MAT5Type
  private let dimensions: [Int32]
  /// Bytes of all numbers.
  private let numberBytes: Int

  /// Bytes of the numbers of one part, of two if they are complex.
  private var partBytes: Int { numberBytes / partCount }
  private var partCount: Int { elementType.isComplex ? 2 : 1 }

  /// Checks a tensor.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` when the name is none of MATLAB's, `unsupported` when MATLAB has
  ///   no such type or the variable is too large.
  init(_ member: ArchiveSource.Member, mostBytes: Int) throws(FormatError) {
    name = member.name
    shape = member.source.shape
    elementType = member.source.elementType
    let place = FormatError.Location.object(member.name)
    try MATLABNames.check(member.name)
    guard let arrayClass = MAT5Class(holding: elementType), let storage = MAT5Type(storing: elementType) else {
      throw FormatError(
        .unsupported, at: place, "MATLAB has no \(elementType.rawValue); convert it to float32 first (--type float32)")
    }
    self.arrayClass = arrayClass
    self.storage = storage
    do { numberBytes = try member.source.byteCount } catch { throw FormatError(error, at: place) }
    // A scalar is 1x1, a vector a column.
    let shape = shape + [Int](repeating: 1, count: max(0, 2 - shape.count))
    var dimensions: [Int32] = []
    for length in shape {
      guard let length = Int32(exactly: length) else {
        throw FormatError(.unsupported, at: place, "a dimension of \(length) is more than MAT level 5 can hold")
      }
      dimensions.append(length)
    }
    self.dimensions = dimensions
    guard byteCount <= mostBytes else {
      throw FormatError(
        .unsupported, at: place,
        "the variable takes \(byteCount) bytes, MAT level 5 holds \(mostBytes); "
          + "--to mat73 writes MATLAB 7.3, which holds more")
    }
  }

  /// What is said when the variable is not written in its own shape.
  var change: String? { MATLABNames.shapeChange(of: name, from: shape, to: dimensions.map(Int.init)) }

  /// Bytes after the tag of the matrix: flags, dimensions, name and one or two parts.
  private var byteCount: Int {
    16 + MAT5Bytes.elementLength(dimensions.count * 4) + MAT5Bytes.elementLength(name.utf8.count)
      + partCount * MAT5Bytes.elementLength(partBytes)
  }

  /// Bytes of the matrix with its tag.
  var byteCountWithTag: Int { 8 + byteCount }

  /// Writes the matrix with its tag.
  func write<Sink: ByteSink & ~Copyable>(_ source: any TensorSource, to sink: inout Sink) throws(FormatError) {
    var head = MAT5Bytes()
    head.append(tagOf: .matrix, count: byteCount)
    // Array flags.
    head.append(tagOf: .uint32, count: 8)
    let complex = elementType.isComplex ? MAT5Flags.complex : 0
    let logical = elementType == .bool ? MAT5Flags.logical : 0
    head.append(UInt32(arrayClass.rawValue) | complex | logical)
    head.append(UInt32(0))
    // Dimensions and name.
    head.append(tagOf: .int32, count: dimensions.count * 4)
    for length in dimensions { head.append(length) }
    head.pad()
    head.append(tagOf: .int8, count: name.utf8.count)
    head.bytes += Array(name.utf8)
    head.pad()
    try sink.write(head.bytes)
    let parts: [TensorStorage]
    do { parts = try source.whole().partsByColumns() } catch { throw FormatError.converted(error, at: name) }
    for part in parts { try write(part, to: &sink) }
  }

  /// One data element of numbers.
  private func write<Sink: ByteSink & ~Copyable>(
    _ numbers: TensorStorage, to sink: inout Sink
  ) throws(FormatError) {
    var tag = MAT5Bytes()
    tag.append(tagOf: storage, count: numbers.byteCount)
    try sink.write(tag.bytes)
    try numbers.withBytes { bytes throws(FormatError) in try sink.write(bytes) }
    try sink.write([UInt8](repeating: 0, count: MAT5Bytes.padding(after: tag.bytes.count + numbers.byteCount)))
  }
}

/// Where the bytes of a variable go: to the file at once, or into a stream that is compressed.
private protocol ByteSink: ~Copyable {
  mutating func write(_ bytes: RawSpan) throws(FormatError)
  mutating func write(_ bytes: [UInt8]) throws(FormatError)
}

extension OutputFile: ByteSink {}
extension DeflateStream: ByteSink {}

/// Bytes of elements, little-endian.
private struct MAT5Bytes {
  var bytes: [UInt8] = []

  mutating func append<Integer: FixedWidthInteger>(_ value: Integer) {
    for shift in stride(from: 0, to: Integer.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// A tag; data of one to four bytes stand in its second word.
  mutating func append(tagOf type: MAT5Type, count: Int) {
    if (1...4).contains(count) {
      append(UInt32(count) << 16 | UInt32(type.rawValue))
    } else {
      append(UInt32(type.rawValue))
      append(UInt32(truncatingIfNeeded: count))
    }
  }

  /// Zeros up to the next multiple of eight.
  mutating func pad() {
    bytes += [UInt8](repeating: 0, count: MAT5Bytes.padding(after: bytes.count))
  }

  static func padding(after count: Int) -> Int { (8 - count % 8) % 8 }

  /// Bytes of an element with its tag and padding.
  static func elementLength(_ count: Int) -> Int {
    (1...4).contains(count) ? 8 : 8 + count + padding(after: count)
  }
}
