import HDF5
@testable import TensorFiles
import Tensors

/// Parsers that no format of ours alone leads to.
extension FuzzTarget {
  /// Pieces of HDF5 files that are read without libhdf5, and the decoders of compressed bytes.
  static let pieces: [FuzzTarget] = [
    FuzzTarget("hdf5-header", seeds: ["Formats/h5/golden"], mostBytes: 8192) { bytes in
      _ = PlainDatasetHeader.canRead(fileBeginningWith: Array(bytes.prefix(64)))
      // Wherever a header may begin.
      for start in stride(from: 0, through: bytes.count, by: 8) {
        guard let header = PlainDatasetHeader(bytes, at: start) else { continue }
        guard header.shape.allSatisfy({ $0 >= 0 }) else { broken("the shape \(header.shape)") }
      }
    },
    FuzzTarget("pickle") { bytes in
      let names = PickledNames(pickle: bytes)
      _ = (names.flat, names.columns)
    },
    FuzzTarget("lzf", seeds: ["Formats/h5/golden"]) { bytes in
      guard let count = LZF.decodedByteCount(bytes.span) else { return }
      guard count <= 88 * bytes.count else { broken("\(bytes.count) bytes of LZF are \(count)") }
      for size in [count, count + 1, max(0, count - 1)] {
        var target = [UInt8](repeating: 0, count: size)
        var span = target.mutableSpan
        guard LZF.decode(bytes.span, into: &span) == (size == count) else { broken("\(count) bytes fill \(size)") }
      }
    },
    FuzzTarget("filters") { bytes in Filters.check(bytes) },
  ]
}

/// What chunks of HDF5 go through, in both directions.
private enum Filters {
  static func check(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let width = Int(first % 17) + 1
    let content = Array(bytes.dropFirst())
    guard !content.isEmpty else { return }
    var (shuffled, restored) = (content, content)
    unsafe content.withUnsafeBytes { from in
      unsafe shuffled.withUnsafeMutableBytes { unsafe ByteShuffle.apply(from, elementSize: width, into: $0) }
    }
    unsafe shuffled.withUnsafeBytes { from in
      unsafe restored.withUnsafeMutableBytes { unsafe ByteShuffle.undo(from, elementSize: width, into: $0) }
    }
    guard restored == content else { broken("shuffled elements of \(width) bytes are others now") }
    _ = unsafe content.withUnsafeBytes { unsafe Fletcher32.sum($0) }
    // As a stream, into less than it holds and more.
    for count in [1, 16, 4096] {
      var target = [UInt8](repeating: 0, count: count)
      for framing in [DeflateStream.Framing.zlib, .raw, .gzip] {
        var elements = target.mutableSpan
        var span = unsafe elements.mutableBytes
        _ = unsafe BufferInflater().inflate(content.span.bytes, framing: framing, into: &span)
      }
    }
  }
}
