public import Tensors

/// Writing: little-endian doubles, the only class of numbers that level 4 has.
extension MAT4Format {
  public func changes(writing archive: ArchiveSource) throws(FormatError) -> [String] {
    var changes: [String] = []
    for member in archive.members {
      let shape = try dimensions(of: member)
      if let change = MATLABNames.shapeChange(of: member.name, from: member.source.shape, to: shape) {
        changes.append(change)
      }
    }
    return changes + archive.attributeLosses(in: "MAT level 4")
  }

  public func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    var shapes: [[Int]] = []
    // All before the first byte: what the format cannot hold leaves no half of a file.
    for member in archive.members { shapes.append(try dimensions(of: member)) }
    for (member, shape) in zip(archive.members, shapes) {
      let name = Array(member.name.utf8) + [0]
      var header: [UInt8] = []
      // The type MOPT 0: little-endian, doubles, a full matrix.
      for number in [0, shape[0], shape[1], member.source.elementType.isComplex ? 1 : 0, name.count] {
        for shift in stride(from: 0, to: 32, by: 8) { header.append(UInt8(truncatingIfNeeded: number >> shift)) }
      }
      try output.write(header + name)
      let parts: [TensorStorage]
      do { parts = try member.source.whole().partsByColumns() } catch {
        throw FormatError.converted(error, at: member.name)
      }
      for part in parts { try part.withBytes { bytes throws(FormatError) in try output.write(bytes) } }
    }
  }

  /// Rows and columns of an array: a scalar is 1x1, a vector a column.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` when the name is none of MATLAB's, `unsupported` when the array
  ///   has another type than double or more than two dimensions, or is too large.
  private func dimensions(of member: ArchiveSource.Member) throws(FormatError) -> [Int] {
    try MATLABNames.check(member.name)
    let (source, place) = (member.source, FormatError.Location.object(member.name))
    guard source.elementType == .float64 || source.elementType == .complex128 else {
      let remedy = source.elementType.isComplex ? "complex128" : "float64"
      throw FormatError(
        .unsupported, at: place,
        "MAT level 4 has doubles only, this is \(source.elementType.rawValue); --type \(remedy) makes it one")
    }
    let shape = source.shape + [Int](repeating: 1, count: max(0, 2 - source.shape.count))
    guard shape.count == 2 else {
      throw FormatError(
        .unsupported, at: place,
        "MAT level 4 has two dimensions, this is \(Tensor.describe(shape)); --to mat5 holds more")
    }
    let bytes: Int
    do { bytes = try source.byteCount } catch { throw FormatError(error, at: place) }
    guard bytes <= mostVariableBytes, shape.allSatisfy({ $0 <= Int(Int32.max) }) else {
      throw FormatError(
        .unsupported, at: place,
        "\(Tensor.describe(shape)), \(bytes) bytes, is more than MAT level 4 holds in a variable "
          + "(\(mostVariableBytes) bytes); --to mat73 writes MATLAB 7.3, which holds more")
    }
    return shape
  }
}
