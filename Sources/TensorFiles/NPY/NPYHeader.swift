import Tensors

/// What stands before the numbers of an array: a version, and a Python dictionary of three keys.
struct NPYHeader {
  /// What the elements are.
  let type: NPYType
  let shape: [Int]
  /// Whether the first index runs fastest.
  let isFortran: Bool
  /// The bytes before the numbers.
  let length: Int

  /// The longest dictionary that is read; version 1.0 cannot have one above 64 KiB.
  static let mostTextBytes = 1 << 20

  /// Takes a header.
  ///
  /// - Parameters:
  ///   - name: the array, for what is said of its type.
  ///   - take: gives the next bytes, so many of them.
  /// - Throws: ``FormatError`` without a place: `unrecognized` where there is no array, `unsupported` for another
  ///   version, `damaged`, `limit`; what `take` throws.
  init(name: String, _ take: (Int) throws(FormatError) -> [UInt8]) throws(FormatError) {
    let head = try take(8)
    guard head.starts(with: NPYFormat.signature) else {
      throw FormatError(.unrecognized, "a NumPy array should begin here, with the bytes 93 4E 55 4D 50 59")
    }
    guard (1...3).contains(head[6]), head[7] == 0 else {
      throw FormatError(
        .unsupported, "the array is of version \(head[6]).\(head[7]) of the NPY format; 1.0, 2.0 and 3.0 are read")
    }
    let isLong = head[6] > 1
    let count = try take(isLong ? 4 : 2).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard count <= NPYHeader.mostTextBytes else {
      throw FormatError(
        .limit, "the header of the array has \(count) bytes, \(NPYHeader.mostTextBytes) are the limit")
    }
    length = 8 + (isLong ? 4 : 2) + count
    let text = NPYHeaderText(try take(count), isUTF8: head[6] == 3)
    let fields = try text.fields()
    shape = fields.shape
    isFortran = fields.isFortran
    type =
      switch fields.descr {
      case .type(let descr): NPYType(descr, name: name)
      case .records(let names): NPYType(recordsOf: names, name: name)
      }
  }

  /// The bytes of all elements; nil where those of one are not known.
  ///
  /// - Throws: ``FormatError`` with code `damaged` when they cannot be counted.
  func byteCount() throws(FormatError) -> Int? {
    let width: Int
    switch type {
    case .numbers(let type, _): width = type.byteCount
    case .other(_, _, let count?): width = count
    case .other: return nil
    }
    do throws(TensorError) {
      let (bytes, overflow) = try Tensor.elementCount(shape: shape).multipliedReportingOverflow(by: width)
      guard !overflow else { throw TensorError(.shape, "the shape \(Tensor.describe(shape)) is too large to count") }
      return bytes
    } catch {
      throw FormatError(.damaged, error.description)
    }
  }

  /// How the array is listed.
  func entry(_ name: String) -> TensorEntry {
    switch type {
    case .numbers(let type, _): TensorEntry(name: name, shape: shape, content: .numbers(type, storedAs: nil))
    case .other(let className, let remedy, _):
      TensorEntry(name: name, shape: shape, content: .other(className: className, remedy: remedy))
    }
  }
}
