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
    let document: JSONValue
    do throws(FormatError) { document = try JSONValue(parsing: bytes) } catch {
      throw FormatError(.damaged, at: start, "the header that begins here: \(error.sentence)")
    }
    guard let objects = document.objectValue else {
      throw FormatError(.damaged, at: start, "the header is not a JSON object")
    }
    guard objects.count <= limits.objects else {
      throw FormatError(.limit, at: start, "the header has \(objects.count) arrays, \(limits.objects) are the limit")
    }
    var members: [Member] = []
    for (name, value) in objects where name != SafetensorsFormat.metadataName {
      members.append(try Member(name, value))
    }
    members.sort {
      ($0.place.lowerBound, $0.place.upperBound, $0.name) < ($1.place.lowerBound, $1.place.upperBound, $1.name)
    }
    try SafetensorsHeader.checkPlaces(of: members)
    self.members = members
    texts = try SafetensorsHeader.texts(objects[SafetensorsFormat.metadataName])
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

  private static func texts(_ value: JSONValue?) throws(FormatError) -> [(name: String, text: String)] {
    // Some writers put null where there are none.
    guard let value, value != .null else { return [] }
    let place = FormatError.Location.object(SafetensorsFormat.metadataName)
    guard let object = value.objectValue else {
      throw FormatError(.damaged, at: place, "this is not a JSON object of texts")
    }
    var texts: [(name: String, text: String)] = []
    for (name, value) in object.sorted(by: { $0.key < $1.key }) {
      guard let text = value.textValue else {
        throw FormatError(.damaged, at: place, "the value of '\(name)' is not a text; only texts may stand here")
      }
      texts.append((name, text))
    }
    return texts
  }
}

extension SafetensorsHeader.Member {
  /// The tensor that a member of the header describes.
  fileprivate init(_ name: String, _ value: JSONValue) throws(FormatError) {
    func damaged(_ sentence: String) -> FormatError { FormatError(.damaged, at: .object(name), sentence) }
    guard let typeName = value["dtype"]?.textValue else { throw damaged("the header says no 'dtype' for it") }
    guard let type = SafetensorsType(typeName) else {
      throw damaged("the type '\(typeName)' is unknown; there are \(SafetensorsType.names)")
    }
    guard let lengths = value["shape"]?.arrayValue else { throw damaged("the header says no 'shape' for it") }
    var shape: [Int] = []
    for length in lengths {
      guard let length = length.integerValue, length >= 0 else {
        throw damaged("the shape has a length that is not a whole number from 0 on")
      }
      shape.append(length)
    }
    guard let offsets = value["data_offsets"]?.arrayValue, offsets.count == 2,
      let first = offsets[0].integerValue, let end = offsets[1].integerValue, first >= 0
    else { throw damaged("the header says no 'data_offsets' for it, two whole numbers from 0 on") }
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
