import Tensors

/// What stands before the numbers: for each tensor its type, its shape and its place, and texts about the file.
struct SafetensorsHeader {
  /// One tensor.
  struct Member {
    let name: String
    /// The type in the header's own word.
    let typeName: String
    let type: SafetensorsType
    let shape: [Int]
    /// Its bytes, counted from the first one behind the header.
    let place: Range<Int>
  }

  /// The tensors, in the order of their places.
  let members: [Member]
  /// The texts about the file, sorted by name.
  let texts: [(name: String, text: String)]

  /// The bytes of all tensors.
  var dataBytes: Int { members.last?.place.upperBound ?? 0 }

  /// What the bytes of a header say.
  ///
  /// - Throws: ``FormatError`` with code `damaged` or `limit`, for everything that the reference implementation refuses,
  ///   and for equal names.
  init(parsing bytes: [UInt8], limits: Limits) throws(FormatError) {
    let start = FormatError.Location.byte(SafetensorsFormat.lengthBytes)
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw FormatError(.damaged, at: start, "the header is not UTF-8")
    }
    var members: [Member] = []
    var texts: [(name: String, text: String)] = []
    do throws(FormatError) {
      var scanner = HeaderScanner(bytes)
      let isObject = try scanner.object { (scanner, name) throws(FormatError) in
        guard members.count < limits.objects else {
          throw FormatError(.limit, "there are more than \(limits.objects) arrays, the limit")
        }
        if name == SafetensorsFormat.metadataName {
          texts = try SafetensorsHeader.texts(&scanner)
        } else {
          members.append(try Member(name, &scanner))
        }
      }
      guard isObject else { throw FormatError(.damaged, "it is not a JSON object") }
      try scanner.end()
    } catch {
      if case .object = error.location { throw error }
      throw FormatError(error.code, at: start, "the header that begins here: \(error.sentence)")
    }
    members.sort {
      ($0.place.lowerBound, $0.place.upperBound, $0.name) < ($1.place.lowerBound, $1.place.upperBound, $1.name)
    }
    try SafetensorsHeader.checkPlaces(of: members)
    self.members = members
    self.texts = texts.sorted { $0.name < $1.name }
  }

  /// Checks that the places follow one another without a hole from the first byte on.
  private static func checkPlaces(of members: [Member]) throws(FormatError) {
    var end = 0
    for member in members {
      let first = member.place.lowerBound
      guard first == end else {
        let what = first > end ? "\(first - end) bytes before it belong to no array" : "it overlaps the array before it"
        throw FormatError(
          .damaged, at: .object(member.name),
          "its place in the data begins at byte \(first), \(end) was expected: \(what)")
      }
      end = member.place.upperBound
    }
  }

  private static func texts(
    _ scanner: inout HeaderScanner
  ) throws(FormatError) -> [(name: String, text: String)] {
    // Some writers put null where there are none.
    if scanner.isNull {
      try scanner.skip(levels: 1)
      return []
    }
    let place = FormatError.Location.object(SafetensorsFormat.metadataName)
    var texts: [(name: String, text: String)] = []
    let isObject = try scanner.object { (scanner, name) throws(FormatError) in
      guard let text = try scanner.textValue() else {
        throw FormatError(
          .damaged, at: place, "the value of '\(name)' is not a text; only texts may stand here")
      }
      texts.append((name, text))
    }
    guard isObject else { throw FormatError(.damaged, at: place, "this is not a JSON object of texts") }
    return texts
  }
}

extension SafetensorsHeader.Member {
  /// The tensor that a member of the header describes.
  fileprivate init(_ name: String, _ scanner: inout HeaderScanner) throws(FormatError) {
    func damaged(_ sentence: String) -> FormatError { FormatError(.damaged, at: .object(name), sentence) }
    var typeName: String?
    var lengths: [Int?]?
    var offsets: [Int?]?
    _ = try scanner.object { (scanner, field) throws(FormatError) in
      switch field {
      case "dtype": typeName = try scanner.textValue()
      case "shape": lengths = try scanner.numbers()
      case "data_offsets": offsets = try scanner.numbers()
      default: try scanner.skip(levels: 2)
      }
    }
    guard let typeName else { throw damaged("the header says no 'dtype' for it") }
    guard let type = SafetensorsType(typeName) else {
      throw damaged("the type '\(typeName)' is unknown; there are \(SafetensorsType.names)")
    }
    guard let lengths else { throw damaged("the header says no 'shape' for it") }
    var shape: [Int] = []
    for length in lengths {
      guard let length else {
        throw damaged("the shape has a length that is not a whole number from 0 on")
      }
      shape.append(length)
    }
    guard let offsets, offsets.count == 2, let first = offsets[0], let end = offsets[1] else {
      throw damaged("the header says no 'data_offsets' for it, two whole numbers from 0 on")
    }
    guard first <= end else { throw damaged("its place in the data ends at byte \(end), before it begins at \(first)") }
    let bits: Int
    do throws(TensorError) {
      let (product, overflow) = try Tensor.elementCount(shape: shape).multipliedReportingOverflow(by: type.bitCount)
      guard !overflow else { throw TensorError(.shape, "the shape \(Tensor.describe(shape)) is too large to count") }
      bits = product
    } catch {
      throw damaged(error.description)
    }
    guard bits.isMultiple(of: 8) else {
      throw damaged("\(Tensor.describe(shape)) of \(typeName) does not end at the border of a byte")
    }
    guard bits / 8 == end - first else {
      throw damaged("\(Tensor.describe(shape)) of \(typeName) takes \(bits / 8) bytes, its place has \(end - first)")
    }
    self.init(name: name, typeName: typeName, type: type, shape: shape, place: first..<end)
  }

  /// How the tensor is listed.
  var entry: TensorEntry {
    switch type {
    case .numbers(let type): TensorEntry(name: name, shape: shape, content: .numbers(type, storedAs: nil))
    case .bfloat16:
      TensorEntry(
        name: name, shape: shape, content: .numbers(.float32, storedAs: nil), remark: "stored as bfloat16")
    case .packed(let bits):
      TensorEntry(
        name: name, shape: shape,
        content: .other(
          className: "numbers of \(bits) bits (\(typeName))",
          remedy: "in PyTorch, tensor.to(torch.float32) makes numbers of them that are read"))
    }
  }
}
