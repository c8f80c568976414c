/// The bytes of one member of a ZIP archive, taken in sequence: as they lie in the file, or inflated.
package final class ZIPStream {
  /// The member.
  package let member: ZIPMember
  /// Where its bytes begin in the file.
  package let offset: Int
  /// The bytes that were not taken yet.
  package private(set) var remaining: Int

  private enum Source {
    case stored(InputFile)
    case deflated(InflateStream)
  }
  private let source: Source
  private var checksum = CRC32()

  /// Bytes that are passed over at a time.
  private static let blockLength = 1 << 16

  init(_ member: ZIPMember, of input: InputFile, at offset: Int) throws(FormatError) {
    self.member = member
    self.offset = offset
    remaining = member.size
    if member.method == ZIPMethod.stored {
      source = .stored(input)
    } else {
      source = .deflated(try InflateStream(input, at: offset, count: member.compressedSize, framing: .raw))
    }
  }

  /// Whether the member's bytes lie in the file as they are, from ``offset`` on.
  package var isStored: Bool { if case .stored = source { true } else { false } }

  /// Fills a span with the next bytes.
  ///
  /// - Throws: ``FormatError`` at the member: `truncated` when it has fewer, `damaged` when its stream is broken.
  package func read(into span: inout MutableRawSpan) throws(FormatError) {
    do throws(FormatError) {
      guard span.byteCount <= remaining else {
        throw FormatError(.truncated, "\(span.byteCount) bytes are needed here, the member has \(remaining) left")
      }
      switch source {
      case .stored(let input): try input.read(at: offset + member.size - remaining, into: &span)
      case .deflated(let stream): try stream.read(into: &span)
      }
    } catch {
      throw located(error)
    }
    remaining -= span.byteCount
    checksum.update(span.bytes)
  }

  /// The next bytes.
  package func take(_ count: Int) throws(FormatError) -> [UInt8] {
    // Before the allocation: the count may be anything.
    guard count <= remaining else {
      throw located(FormatError(.truncated, "\(count) bytes are needed here, the member has \(remaining) left"))
    }
    var bytes = [UInt8](repeating: 0, count: count)
    var elements = bytes.mutableSpan
    var span = unsafe elements.mutableBytes
    try read(into: &span)
    return bytes
  }

  /// Passes over what is left and checks it.
  ///
  /// - Throws: ``FormatError`` at the member with code `damaged` when the checksum is another or there are more bytes
  ///   than the archive's directory says.
  package func finish() throws(FormatError) {
    while remaining > 0 { _ = try take(min(remaining, ZIPStream.blockLength)) }
    if case .deflated(let stream) = source {
      do throws(FormatError) { try stream.finish() } catch { throw located(error) }
    }
    guard checksum.value == member.checksum else {
      throw located(
        FormatError(
          .damaged,
          "the checksum (CRC-32) is \(hexadecimal(checksum.value)), the archive says \(hexadecimal(member.checksum))"))
    }
  }

  private func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private func located(_ error: FormatError) -> FormatError {
    FormatError(error.code, at: .object(member.name), error.sentence)
  }
}
