/// The decoder of LZF, the byte-oriented compression of LibLZF 3.6 (`lzf_d.c`), which h5py has as `compression='lzf'`.
///
/// A stream is a sequence of runs, each led by a control byte `c`:
///
/// | `c` | what follows | meaning |
/// |---|---|---|
/// | 0 … 31 | `c` + 1 bytes | these bytes |
/// | 32 … 223 | 1 byte `d` | the `c`/32 + 2 bytes that begin `(c mod 32)·256 + d + 1` bytes before the output's end |
/// | 224 … 255 | 2 bytes `n`, `d` | the same with `n` + 9 bytes |
///
/// A copy may reach into what it writes: then it repeats it.
package enum LZF {
  /// The bytes that a stream decodes to, at most 88 times its own; `nil` if the stream is damaged.
  package static func decodedByteCount(_ source: Span<UInt8>) -> Int? {
    var count = 0
    var next = 0
    while next < source.count {
      guard let run = Run(source, at: next), run.distance <= count else { return nil }
      count += run.length
      next = run.end
    }
    return count
  }

  /// Decodes a stream into exactly as many bytes as it says; false if it is damaged or says another number.
  package static func decode(_ source: Span<UInt8>, into target: inout MutableSpan<UInt8>) -> Bool {
    var count = 0
    var next = 0
    while next < source.count {
      guard let run = Run(source, at: next), run.distance <= count, run.length <= target.count - count else {
        return false
      }
      if run.distance == 0 {
        for offset in 0..<run.length { target[count + offset] = source[next + 1 + offset] }
      } else {
        for place in count..<count + run.length { target[place] = target[place - run.distance] }
      }
      count += run.length
      next = run.end
    }
    return count == target.count
  }

  /// One control byte and what belongs to it.
  private struct Run {
    /// The bytes that it adds to the output.
    let length: Int
    /// How far before the end of the output a copy begins; 0 where the bytes follow the control byte.
    let distance: Int
    /// Where the next one begins.
    let end: Int

    /// `nil` if the stream ends within it.
    init?(_ source: Span<UInt8>, at start: Int) {
      let control = Int(source[start])
      if control < 32 {
        (length, distance, end) = (control + 1, 0, start + control + 2)
        guard end <= source.count else { return nil }
        return
      }
      let isLong = control >= 224
      end = start + (isLong ? 3 : 2)
      guard end <= source.count else { return nil }
      length = isLong ? Int(source[start + 1]) + 9 : (control >> 5) + 2
      distance = ((control & 31) << 8) + Int(source[end - 1]) + 1
    }
  }
}
