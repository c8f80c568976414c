import Tensors

/// MAT files of level 4, which MATLAB calls v4: Formats/mat4/README.md.
public struct MAT4Format: FileFormat {
  public let name = "mat4"
  public let title = "MATLAB level 4 (v4)"
  /// None: `.mat` is written as level 5.
  public let pathExtensions: [String] = []

  /// Bytes that the numbers of one variable may take when it is written.
  let mostVariableBytes: Int

  /// The format as MATLAB reads it.
  public init() { self.init(mostVariableBytes: Int(Int32.max)) }

  /// The format with another limit, for tests.
  package init(mostVariableBytes: Int) { self.mostVariableBytes = mostVariableBytes }

  /// Level 4 has no signature: the first variable must make sense, in one of the byte orders.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool {
    guard prefix.prefix(4).contains(0), let header = MAT4Header(prefix, at: 0) else { return false }
    // The file may be cut in the name: then what is there of it must make sense.
    let name = prefix.dropFirst(MAT4Header.length).prefix(header.nameLength)
    guard !name.isEmpty else { return false }
    let text = name.count == header.nameLength ? name.dropLast() : name
    return (name.count < header.nameLength || name.last == 0) && !text.isEmpty
      && text.allSatisfy { (0x21...0x7E).contains($0) }
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try MAT4Reader(input, limits: limits)
  }
}

/// The five numbers before each variable.
struct MAT4Header {
  /// How the numbers of the file's machine are made: the digit M of the type.
  enum Machine: Int {
    case littleEndian = 0
    case bigEndian = 1
    case vaxD = 2
    case vaxG = 3
    case cray = 4

    /// The machine in words, where its numbers are not read.
    var foreignName: String? {
      switch self {
      case .littleEndian, .bigEndian: nil
      case .vaxD: "a VAX (D float)"
      case .vaxG: "a VAX (G float)"
      case .cray: "a Cray"
      }
    }
  }

  /// What the numbers mean: the digit T of the type.
  enum Kind: Int {
    case full = 0
    case text = 1
    case sparse = 2
  }

  /// Bytes before the name.
  static let length = 20
  /// Names longer than this are damage: MATLAB's have at most 63 bytes, and a zero at the end.
  static let mostNameBytes = 256

  let machine: Machine
  /// The type of the numbers in the file: the digit P of the type.
  let storage: ElementTypeOfMAT4
  let kind: Kind
  let rows: Int
  let columns: Int
  let isComplex: Bool
  /// Bytes of the name with the zero at its end.
  let nameLength: Int

  /// The bytes of all numbers; nil where they cannot be counted.
  var numberBytes: Int? {
    let (count, tooMany) = rows.multipliedReportingOverflow(by: columns)
    let (bytes, tooLarge) = count.multipliedReportingOverflow(by: storage.elementType.byteCount * (isComplex ? 2 : 1))
    return tooMany || tooLarge ? nil : bytes
  }

  /// The header in bytes, from the place of its first; nil where none makes sense in either byte order.
  init?(_ bytes: [UInt8], at start: Int) {
    guard start >= 0, bytes.count - start >= MAT4Header.length else { return nil }
    let fields = bytes[start..<start + MAT4Header.length]
    guard let header = MAT4Header(fields, isBigEndian: false) ?? MAT4Header(fields, isBigEndian: true) else {
      return nil
    }
    self = header
  }

  private init?(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) {
    let words = (0..<5).map { field in
      let word = bytes.dropFirst(field * 4).prefix(4)
      return (isBigEndian ? Array(word) : word.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }
    // The type in decimal digits, MOPT. O is always zero.
    let type = words[0]
    guard type / 100 % 10 == 0, let machine = Machine(rawValue: type / 1000),
      let storage = ElementTypeOfMAT4(rawValue: type / 10 % 10), let kind = Kind(rawValue: type % 10)
    else { return nil }
    // The numbers are in the byte order of the header, in every file that was met.
    guard machine == (isBigEndian ? .bigEndian : .littleEndian) || machine.foreignName != nil else { return nil }
    guard words[1] <= Int(Int32.max), words[2] <= Int(Int32.max), words[3] <= 1 else { return nil }
    guard (1...MAT4Header.mostNameBytes).contains(words[4]) else { return nil }
    (self.machine, self.storage, self.kind) = (machine, storage, kind)
    (rows, columns, isComplex, nameLength) = (words[1], words[2], words[3] == 1, words[4])
  }
}
