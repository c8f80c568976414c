/// One file in a ZIP archive, as the archive's directory describes it.
package struct ZIPMember: Sendable {
  /// The name, a path with `/` between its parts.
  package let name: String
  /// The bytes of the file.
  package let size: Int
  /// The bytes that it takes in the archive.
  package let compressedSize: Int
  /// Where its local header stands.
  package let offset: Int
  /// The name as it stands in the archive.
  let nameBytes: [UInt8]
  let method: Int
  let flags: Int
  let checksum: UInt32

  /// Whether it is a folder.
  package var isFolder: Bool { name.hasSuffix("/") }

  /// What the member is, so that its bytes cannot be read, and what can be done about it; nil where they can.
  package var obstacle: (what: String, remedy: String?)? {
    if flags & ZIPFlags.encrypted != 0 { return ("encrypted", "decrypt the archive first") }
    if flags & ZIPFlags.patch != 0 { return ("a patch of another file", nil) }
    guard method != ZIPMethod.stored, method != ZIPMethod.deflated else { return nil }
    let name = ZIPMethod.names[method].map { " (\($0))" } ?? ""
    return ("compressed by method \(method)\(name)", "write the archive again with deflate or uncompressed")
  }
}

/// The bits of a member's flags that matter here (APPNOTE.TXT, 4.4.4).
enum ZIPFlags {
  static let encrypted = 1 << 0
  /// The checksum and the sizes follow the bytes instead of standing before them.
  static let hasDescriptor = 1 << 3
  static let patch = 1 << 5
  static let utf8 = 1 << 11
}

/// The numbers of the methods of compression (APPNOTE.TXT, 4.4.5).
enum ZIPMethod {
  static let stored = 0
  static let deflated = 8
  static let names = [1: "shrink", 6: "implode", 9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "zstd", 95: "xz"]
}

/// The signatures of the parts of an archive, and the bytes of their fixed fields with the signature.
enum ZIPRecord {
  static let local: (signature: UInt32, length: Int) = (0x0403_4B50, 30)
  static let entry: (signature: UInt32, length: Int) = (0x0201_4B50, 46)
  static let end: (signature: UInt32, length: Int) = (0x0605_4B50, 22)
  static let end64: (signature: UInt32, length: Int) = (0x0606_4B50, 56)
  static let locator64: (signature: UInt32, length: Int) = (0x0706_4B50, 20)
  static let descriptor: (signature: UInt32, length: Int) = (0x0807_4B50, 24)
  /// The kind of extra field that holds what does not fit 32 bits.
  static let extra64 = 0x0001
}

/// What a name in an archive says: UTF-8, or, as old archives have it, the letters of the first PC.
enum ZIPName {
  static func text(_ bytes: [UInt8]) -> String {
    // Some programs write UTF-8 and do not say so; other text is hardly ever UTF-8 by chance.
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = ""
    for byte in bytes { text.append(byte < 0x80 ? Character(Unicode.Scalar(byte)) : upper[Int(byte) - 0x80]) }
    return text
  }

  /// The characters from 128 on of code page 437.
  private static let upper = Array(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
      + "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}")
}
