/// What the object header of a plain dataset says: an array of numbers of a standard type, without attributes.
///
/// Opening an object with the library costs tens of thousands of instructions; a listing of many datasets reads their
/// headers instead. Whatever is not plain, or not as the specification has it, is nil and left to the library.
///
/// HDF5 File Format Specification Version 3.0, IV.A "Disk Format: Level 2A - Data Object Headers".
package struct PlainDatasetHeader: Sendable {
  /// The dimensions, the slowest first; empty for a scalar.
  package private(set) var shape: [Int] = []
  /// What the elements are read as.
  package private(set) var elementType = HDF5ElementType.float64

  /// The bytes that are read of a header; a longer one is not plain.
  package static let maximumLength = 1024

  /// Which of the messages that count were there.
  private struct Found: OptionSet {
    let rawValue: Int
    static let dataspace = Found(rawValue: 1)
    static let datatype = Found(rawValue: 2)
    static let layout = Found(rawValue: 4)
    static let filters = Found(rawValue: 8)
    static let needed: Found = [.dataspace, .datatype, .layout]
  }
  private var found: Found = []

  /// Reads the header that begins at `start`, of a file whose addresses and lengths have eight bytes.
  ///
  /// - Parameter bytes: a part of the file; the header must end in it.
  package init?(_ bytes: [UInt8], at start: Int) {
    let header = HeaderBytes(bytes, start)
    let isRead =
      header.isSignature("OHDR") ? readVersion2(header) : header.number(0, 1) == 1 ? readVersion1(header) : false
    guard isRead, found.isSuperset(of: .needed) else { return nil }
  }

  /// Version 1: a prefix of 16 bytes, then messages of whole eights.
  private mutating func readVersion1(_ header: HeaderBytes) -> Bool {
    guard let count = header.number(2, 2), let length = header.number(8, 4), header.has(16 + length) else {
      return false
    }
    var place = 16
    for _ in 0..<count {
      guard let type = header.number(place, 2), let size = header.number(place + 2, 2),
        let flags = header.number(place + 4, 1), size % 8 == 0, place + 8 + size <= 16 + length,
        read(type, flags, header.part(place + 8, size))
      else { return false }
      place += 8 + size
    }
    return place == 16 + length
  }

  /// Version 2: a prefix of as many bytes as its flags say, messages without padding, a checksum of it all.
  private mutating func readVersion2(_ header: HeaderBytes) -> Bool {
    guard header.number(4, 1) == 2, let flags = header.number(5, 1), flags < 0x40 else { return false }
    let tracksOrder = flags & 4 != 0
    var place = 6 + (flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0)
    let sizeBytes = 1 << (flags & 3)
    guard let length = header.number(place, sizeBytes), length <= Self.maximumLength else { return false }
    place += sizeBytes
    let end = place + length
    guard let checksum = header.number(end, 4), checksum == header.checksum(end) else { return false }
    let prefix = tracksOrder ? 6 : 4
    // What is shorter than the prefix of a message is a gap.
    while place + prefix <= end {
      guard let type = header.number(place, 1), let size = header.number(place + 1, 2),
        let flags = header.number(place + 3, 1), place + prefix + size <= end,
        read(type, flags, header.part(place + prefix, size))
      else { return false }
      place += prefix + size
    }
    return true
  }

  /// One message; false where it makes the dataset a special one.
  private mutating func read(_ type: Int, _ flags: Int, _ message: HeaderBytes) -> Bool {
    // A shared message stands elsewhere; one that must be understood is of a later version.
    guard flags & ~5 == 0 else { return false }
    switch type {
    // Nothing, fill values, times: they change neither the shape nor the type.
    case 0x00, 0x04, 0x05, 0x0E, 0x12: return true
    case 0x01: return mark(.dataspace) && readDataspace(message)
    case 0x03: return mark(.datatype) && readDatatype(message)
    case 0x08: return mark(.layout) && isOrdinaryLayout(message)
    case 0x0B: return mark(.filters) && Self.areStandardFilters(message)
    // Attributes and continued headers are among the others.
    default: return false
    }
  }

  /// False for a second message of a kind.
  private mutating func mark(_ kind: Found) -> Bool { found.insert(kind).inserted }

  /// IV.A.2.b, version 1 or 2.
  private mutating func readDataspace(_ message: HeaderBytes) -> Bool {
    guard let version = message.number(0, 1), let rank = message.number(1, 1), let flags = message.number(2, 1),
      rank <= 32, flags & ~1 == 0
    else { return false }
    let start: Int
    switch version {
    case 1: start = 8
    // The kind: 0 scalar, 1 simple, 2 null.
    case 2 where message.number(3, 1) == (rank == 0 ? 0 : 1): start = 4
    default: return false
    }
    for dimension in 0..<rank {
      guard let length = message.number(start + 8 * dimension, 8) else { return false }
      shape.append(length)
    }
    guard HDF5Dataspace.product(shape) != nil else { return false }
    return flags == 0 || message.has(start + 16 * rank)
  }

  /// IV.A.2.d: whole numbers and floating-point numbers of the standard forms, in either byte order.
  private mutating func readDatatype(_ message: HeaderBytes) -> Bool {
    guard let kind = message.number(0, 1), (1...3).contains(kind >> 4), let size = message.number(4, 4),
      let bits = message.number(1, 3), message.number(8, 2) == 0, message.number(10, 2) == 8 * size
    else { return false }
    switch (kind & 0xF, bits & ~1, size) {
    case (0, 0, 1): elementType = .uint8
    case (0, 0, 2): elementType = .uint16
    case (0, 0, 4): elementType = .uint32
    case (0, 0, 8): elementType = .uint64
    case (0, 8, 1): elementType = .int8
    case (0, 8, 2): elementType = .int16
    case (0, 8, 4): elementType = .int32
    case (0, 8, 8): elementType = .int64
    // The place of the sign, and a first bit of the significand that is not stored; then the places and lengths of
    // exponent and significand and the bias of the exponent.
    case (1, 0x1F20, 4) where message.number(12, 4) == 0x1700_0817 && message.number(16, 4) == 127:
      elementType = .float32
    case (1, 0x3F20, 8) where message.number(12, 4) == 0x3400_0B34 && message.number(16, 4) == 1023:
      elementType = .float64
    default: return false
    }
    return true
  }

  /// IV.A.2.i: compact, contiguous or in chunks; the elements of a virtual dataset lie elsewhere.
  private func isOrdinaryLayout(_ message: HeaderBytes) -> Bool {
    guard let version = message.number(0, 1), let kind = message.number(1, 1) else { return false }
    return (3...4).contains(version) && kind <= 2
  }

  /// IV.A.2.l: deflate, shuffle and checksums, which the library here can undo.
  private static func areStandardFilters(_ message: HeaderBytes) -> Bool {
    guard let version = message.number(0, 1), (1...2).contains(version), let count = message.number(1, 1) else {
      return false
    }
    var place = version == 1 ? 8 : 2
    for _ in 0..<count {
      // In the second version the standard filters have no names.
      let prefix = version == 1 ? 8 : 6
      guard let id = message.number(place, 2), isAvailable.indices.contains(id), isAvailable[id],
        let nameLength = version == 1 ? message.number(place + 2, 2) : 0, nameLength % 8 == 0,
        let values = message.number(place + prefix - 2, 2)
      else { return false }
      place += prefix + nameLength + 4 * (version == 1 ? values + values % 2 : values)
    }
    return message.has(place)
  }

  /// Whether the library can undo the filter of a number: 1 deflate, 2 shuffle, 3 fletcher32.
  private static let isAvailable = [false] + (1...3).map { HDF5Filter.isAvailable(Int32($0)) }
}

extension PlainDatasetHeader {
  /// Whether the addresses in a file are offsets in it, of eight bytes.
  ///
  /// - Parameter prefix: the first bytes of the file, 64 or more.
  package static func canRead(fileBeginningWith prefix: [UInt8]) -> Bool {
    let superblock = HeaderBytes(prefix, 0)
    guard superblock.isSignature("\u{89}HDF\r\n\u{1A}\n") else { return false }
    switch superblock.number(8, 1) {
    case 0: return superblock.number(13, 2) == 0x0808 && superblock.number(24, 8) == 0
    case 1: return superblock.number(13, 2) == 0x0808 && superblock.number(28, 8) == 0
    case 2, 3: return superblock.number(9, 2) == 0x0808 && superblock.number(12, 8) == 0
    default: return false
    }
  }
}

/// Bytes of a header, counted from its beginning; what lies outside is nil.
private struct HeaderBytes {
  private let bytes: [UInt8]
  private let range: Range<Int>

  init(_ bytes: [UInt8], _ start: Int) {
    self.init(bytes, max(0, min(start, bytes.count))..<bytes.count)
  }

  private init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    self.range = range
  }

  func has(_ count: Int) -> Bool { count <= range.count }

  /// A part of which the caller has checked that it ends in these bytes.
  func part(_ place: Int, _ count: Int) -> HeaderBytes {
    HeaderBytes(bytes, range.lowerBound + place..<range.lowerBound + place + count)
  }

  /// A number of so many bytes, the lowest first; nil also where it is larger than an Int.
  func number(_ place: Int, _ count: Int) -> Int? {
    guard place >= 0, place + count <= range.count else { return nil }
    var value: UInt64 = 0
    for index in stride(from: count - 1, through: 0, by: -1) {
      value = value << 8 | UInt64(bytes[range.lowerBound + place + index])
    }
    return Int(exactly: value)
  }

  func isSignature(_ text: String) -> Bool {
    let signature = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    return has(signature.count) && bytes[range].starts(with: signature)
  }

  /// The checksum of the first bytes.
  func checksum(_ count: Int) -> Int {
    Int(Superblock.lookup3(bytes[range.lowerBound..<range.lowerBound + count]))
  }
}
