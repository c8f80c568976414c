/// The first structure of an HDF5 file, as far as images need it.
///
/// HDF5 File Format Specification Version 3.0, II.A "Disk Format: Level 0A - Format Signature and Superblock".
enum Superblock {
  /// Makes the checksum of a superblock of version 2 or 3 right.
  ///
  /// `H5Fget_file_image` (1.10.8) clears the flag that says "open for writing" in the copy, but leaves the checksum
  /// that was made with it: the library itself refuses such an image.
  static func renewChecksum(of image: inout [UInt8], at start: Int) {
    // Signature (8 bytes), version, size of offsets, size of lengths, flags, four offsets, checksum.
    guard image.count >= start + 12, image[start + 8] == 2 || image[start + 8] == 3 else { return }
    let end = start + 12 + 4 * Int(image[start + 9])
    guard image.count >= end + 4 else { return }
    let checksum = lookup3(image[start..<end])
    for byte in 0..<4 { image[end + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(byte))) }
  }

  /// Bob Jenkins' lookup3 (`hashlittle`, <https://burtleburtle.net/bob/c/lookup3.c>), started with 0.
  static func lookup3(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var a = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count)
    var (b, c) = (a, a)
    var rest = bytes
    func word(_ index: Int) -> UInt32 {
      let end = min(rest.startIndex + 4 * index + 4, rest.endIndex)
      var value: UInt32 = 0
      var place = end
      while place > rest.startIndex + 4 * index {
        place -= 1
        value = value << 8 | UInt32(rest[place])
      }
      return value
    }
    func rotated(_ x: UInt32, _ bits: UInt32) -> UInt32 { x << bits | x >> (32 - bits) }
    while rest.count > 12 {
      a = a &+ word(0)
      b = b &+ word(1)
      c = c &+ word(2)
      a = (a &- c) ^ rotated(c, 4)
      c = c &+ b
      b = (b &- a) ^ rotated(a, 6)
      a = a &+ c
      c = (c &- b) ^ rotated(b, 8)
      b = b &+ a
      a = (a &- c) ^ rotated(c, 16)
      c = c &+ b
      b = (b &- a) ^ rotated(a, 19)
      a = a &+ c
      c = (c &- b) ^ rotated(b, 4)
      b = b &+ a
      rest = rest.dropFirst(12)
    }
    guard !rest.isEmpty else { return c }
    a = a &+ word(0)
    b = b &+ word(1)
    c = c &+ word(2)
    c = (c ^ b) &- rotated(b, 14)
    a = (a ^ c) &- rotated(c, 11)
    b = (b ^ a) &- rotated(a, 25)
    c = (c ^ b) &- rotated(b, 16)
    a = (a ^ c) &- rotated(c, 4)
    b = (b ^ a) &- rotated(a, 14)
    c = (c ^ b) &- rotated(b, 24)
    return c
  }
}
