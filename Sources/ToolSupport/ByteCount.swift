import ArgumentParser

/// A number of bytes as it is written on the command line: `500M`, `2G`, `1.5GiB`, `64KB`.
///
/// As in GNU's tools K, M, G and T are powers of 1024, also written KiB …, and KB, MB, GB and TB are powers of 1000.
package struct ByteCount: ExpressibleByArgument, Sendable, Hashable {
  /// The bytes.
  package let bytes: Int

  /// So many bytes.
  package init(_ bytes: Int) { self.bytes = bytes }

  package init?(argument: String) {
    let digits = argument.prefix { ("0"..."9").contains($0) || $0 == "." }
    guard let number = Double(digits), !digits.isEmpty else { return nil }
    let unit = argument.dropFirst(digits.count).uppercased()
    let power: Int
    switch unit.first {
    case nil, "B": power = 0
    case "K": power = 1
    case "M": power = 2
    case "G": power = 3
    case "T": power = 4
    default: return nil
    }
    let base: Double
    switch (power, unit.dropFirst(power == 0 ? 0 : 1)) {
    case (0, ""), (0, "B"): base = 1
    case (1..., ""), (1..., "IB"): base = 1024
    case (1..., "B"): base = 1000
    default: return nil
    }
    var bytes = number
    for _ in 0..<power { bytes *= base }
    guard bytes >= 1, let count = Int(exactly: bytes.rounded()) else { return nil }
    self.bytes = count
  }
}
