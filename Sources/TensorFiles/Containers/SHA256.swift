/// The SHA-256 digest of bytes that come piece by piece (FIPS 180-4, §6.2).
package struct SHA256 {
  /// The hash value H, eight words (§5.3.3).
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// The message schedule W of one block.
  private var schedule = [UInt32](repeating: 0, count: 64)
  /// The bytes of a block that is not yet full: the first ``pendingCount`` of them.
  private var pending = [UInt8](repeating: 0, count: SHA256.blockLength)
  private var pendingCount = 0
  /// The bytes of the whole message so far.
  private var length: UInt64 = 0

  /// Bytes of one block.
  private static let blockLength = 64

  /// A digest of nothing so far.
  package init() {}

  /// The digest of bytes in memory.
  package static func digest(of bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// Takes the next bytes of the message.
  package mutating func update(_ bytes: [UInt8]) {
    update(unsafe bytes.span.bytes)
  }

  /// Hashes the bits of numbers, the lowest byte of each first.
  package mutating func update(_ numbers: [Double]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 * numbers.count)
    for number in numbers {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> shift))
      }
    }
    update(bytes)
  }

  /// Takes the next bytes of the message.
  package mutating func update(_ bytes: RawSpan) {
    length &+= UInt64(bytes.byteCount)
    var next = 0
    if pendingCount > 0 {
      next = min(SHA256.blockLength - pendingCount, bytes.byteCount)
      keep(bytes, from: 0, to: next)
      guard pendingCount == SHA256.blockLength else { return }
      compressPending()
    }
    while bytes.byteCount - next >= SHA256.blockLength {
      compress(bytes, from: next)
      next += SHA256.blockLength
    }
    keep(bytes, from: next, to: bytes.byteCount)
  }

  /// Ends the message and gives the digest, 32 bytes.
  package consuming func finish() -> [UInt8] {
    let bitCount = length &* 8
    // §5.1.1: a one bit, zeros, and the length in bits in the last eight bytes of a block.
    let zeros = (SHA256.blockLength * 2 - 9 - pendingCount) % SHA256.blockLength
    update([0x80] + [UInt8](repeating: 0, count: zeros) + SHA256.bigEndian(bitCount))
    return state.flatMap(SHA256.bigEndian)
  }

  /// Ends the message and gives the digest as 64 hexadecimal digits in lower case.
  package consuming func finishHex() -> String {
    finish().map { byte in
      let digits = String(byte, radix: 16)
      return digits.count < 2 ? "0" + digits : digits
    }.joined()
  }

  private static func bigEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    stride(from: Integer.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private mutating func keep(_ bytes: RawSpan, from first: Int, to end: Int) {
    for index in first..<end {
      pending[pendingCount] = unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
      pendingCount += 1
    }
  }

  private mutating func compressPending() {
    let block = pending
    compress(unsafe block.span.bytes, from: 0)
    pendingCount = 0
  }

  /// Takes in one block (§6.2.2).
  private mutating func compress(_ bytes: RawSpan, from first: Int) {
    for t in 0..<16 {
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: first + 4 * t, as: UInt32.self)
      schedule[t] = UInt32(bigEndian: word)
    }
    for t in 16..<64 {
      let w15 = schedule[t - 15]
      let w2 = schedule[t - 2]
      let sigma0 = w15.rotated(7) ^ w15.rotated(18) ^ w15 >> 3
      let sigma1 = w2.rotated(17) ^ w2.rotated(19) ^ w2 >> 10
      schedule[t] = sigma1 &+ schedule[t - 7] &+ sigma0 &+ schedule[t - 16]
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for t in 0..<64 {
      let sum1 = e.rotated(6) ^ e.rotated(11) ^ e.rotated(25)
      let choice = (e & f) ^ (~e & g)
      let t1 = h &+ sum1 &+ choice &+ SHA256.constants[t] &+ schedule[t]
      let sum0 = a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      (h, g, f, e) = (g, f, e, d &+ t1)
      (d, c, b, a) = (c, b, a, t1 &+ sum0 &+ majority)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
  }

  /// The constants K (§4.2.2).
  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}

extension UInt32 {
  /// The bits moved to the right, those that fall out coming in on the left (§3.2, ROTR).
  fileprivate func rotated(_ count: UInt32) -> UInt32 { self >> count | self << (32 - count) }
}

extension InputFile {
  /// The SHA-256 of the whole input as 64 hexadecimal digits; it is read in blocks, a pipe is kept first.
  package func sha256() throws(FormatError) -> String {
    let size = try size()
    var hash = SHA256()
    var offset = 0
    while offset < size {
      let block = try bytes(at: offset, count: min(1 << 18, size - offset))
      hash.update(block)
      offset += block.count
    }
    return hash.finishHex()
  }
}
