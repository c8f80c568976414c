import Tensors

extension ONNXTensor {
  /// The numbers.
  ///
  /// - Parameter folder: opens the file of numbers that stand in another one.
  /// - Throws: ``FormatError`` without a place where it is the tensor.
  func tensor(
    _ input: ProtobufInput, limits: Limits, external: (ExternalData, Int) throws(FormatError) -> (InputFile, Int)
  ) throws(FormatError) -> Tensor {
    guard let elementType = type.elementType else {
      throw FormatError(.unsupported, "a tensor of \(type.name), which is not read")
    }
    let byteCount = try FormatError.converting { () throws(TensorError) in
      try Tensor.byteCount(shape: shape, elementType: elementType)
    }
    try limits.charge(bytes: byteCount, at: .file)
    let count = byteCount / elementType.byteCount
    if case .sparse(let values, let indices) = place {
      return try scattered(
        try values.tensor(input, limits: limits, external: external),
        try indices.tensor(input, limits: limits, external: external), count)
    }
    let storedBytes = count * type.byteCount
    let source: NumberSource
    switch place {
    case .raw(let range):
      guard range.count == storedBytes else { throw wrongSize(range.count, storedBytes) }
      source = NumberSource { (span) throws(FormatError) in try input.read(at: range.lowerBound, into: &span) }
    case .external(let data):
      let (file, offset) = try external(data, storedBytes)
      source = NumberSource { (span) throws(FormatError) in try file.read(at: offset, into: &span) }
    case .fields(let range):
      // A number takes a byte at least, so a short message cannot ask for much memory.
      guard count <= range.count else {
        throw FormatError(.damaged, "the shape \(Tensor.describe(shape)) has \(count) elements, fewer are there")
      }
      return try tensor(fields: ProtobufFields(input, in: range), elementType, count)
    case .floats(let values):
      return try FormatError.converting { () throws(TensorError) in try Tensor(values, shape: shape) }
    case .integers(let values):
      return try FormatError.converting { () throws(TensorError) in try Tensor(values, shape: shape) }
    case .sparse: throw FormatError(.damaged, "a sparse tensor of sparse tensors")
    }
    return try tensor(raw: source, elementType, count)
  }

  private func wrongSize(_ found: Int, _ expected: Int) -> FormatError {
    FormatError(
      .damaged, "\(Tensor.describe(shape)) of \(type.name) takes \(expected) bytes, the tensor has \(found)")
  }

  /// The numbers of little-endian bytes.
  private func tensor(raw source: NumberSource, _ elementType: ElementType, _ count: Int) throws(FormatError) -> Tensor
  {
    var buffer = try FormatError.converting { () throws(TensorError) in
      try TensorBuffer(byteCount: count * type.byteCount)
    }
    try buffer.withMutableBytes { (span) throws(FormatError) in try source.read(&span) }
    if isHostBigEndian {
      let width = elementType.isComplex ? type.byteCount / 2 : type.byteCount
      buffer.swapBytes(width: width, count: count * type.byteCount / width)
    }
    if type == .bool { try checkBooleans(&buffer, count) }
    let storage = buffer.finish()
    return try finished(type == .bfloat16 ? try widened(storage, count) : storage, elementType)
  }

  /// The numbers of `float_data` and the like, packed or one by one.
  private func tensor(fields: ProtobufFields, _ elementType: ElementType, _ count: Int) throws(FormatError) -> Tensor {
    let width = type.byteCount / (elementType.isComplex ? 2 : 1)
    let expected = elementType.isComplex ? 2 * count : count
    var buffer = try FormatError.converting { () throws(TensorError) in
      try TensorBuffer(byteCount: expected * width)
    }
    var fields = fields
    var found = 0
    while let field = try fields.next() {
      guard field.number == type.field else { continue }
      switch (field.value, type.field) {
      case (.bytes(let range), 4), (.bytes(let range), 10):
        guard range.count % width == 0, range.count / width <= expected - found else {
          throw FormatError(
            .damaged, "\(Tensor.describe(shape)) has \(expected) numbers, \(range.count) bytes more are there")
        }
        try buffer.withMutableBytes { (span) throws(FormatError) in
          var part = span._mutatingExtracting(found * width..<found * width + range.count)
          try field.readBytes(into: &part)
        }
        found += range.count / width
      case (.fixed32(let bits), 4): try put(UInt64(bits), at: &found, of: expected, &buffer)
      case (.fixed64(let bits), 10): try put(bits, at: &found, of: expected, &buffer)
      case (.varint(let value), 5), (.varint(let value), 7), (.varint(let value), 11):
        try put(value, at: &found, of: expected, &buffer)
      case (.bytes, 5), (.bytes, 7), (.bytes, 11):
        var numbers = try field.message
        while !numbers.isAtEnd { try put(try numbers.varint(), at: &found, of: expected, &buffer) }
      default: throw FormatError(.damaged, at: .byte(field.offset), "field \(field.number) holds no numbers")
      }
    }
    guard found == expected else {
      throw FormatError(.damaged, "\(Tensor.describe(shape)) has \(expected) numbers, \(found) are there")
    }
    if isHostBigEndian, type.field == 4 || type.field == 10 { buffer.swapBytes(width: width, count: expected) }
    if type == .bool { try checkBooleans(&buffer, count) }
    let storage = buffer.finish()
    return try finished(type == .bfloat16 ? try widened(storage, count) : storage, elementType)
  }

  /// Puts the bits of a number at the next place, if they are those of one.
  private func put(
    _ bits: UInt64, at place: inout Int, of count: Int, _ buffer: inout TensorBuffer
  ) throws(FormatError) {
    guard place < count else {
      throw FormatError(.damaged, "\(Tensor.describe(shape)) has \(count) numbers, more are there")
    }
    let signed = Int64(bitPattern: bits)
    let index = place
    switch type.number {
    case 1, 14, 12:
      // Floats come as their bits, little-endian; of an uint32 the bits are the number.
      guard let value = UInt32(exactly: bits) else { throw outside(signed) }
      let stored = type.number == 12 ? value : value.littleEndian
      buffer.withMutableElements(as: UInt32.self) { $0[index] = stored }
    case 11, 15: buffer.withMutableElements(as: UInt64.self) { $0[index] = bits.littleEndian }
    case 7, 13: buffer.withMutableElements(as: UInt64.self) { $0[index] = bits }
    case 6:
      guard let value = Int32(exactly: signed) else { throw outside(signed) }
      buffer.withMutableElements(as: Int32.self) { $0[index] = value }
    case 5:
      guard let value = Int16(exactly: signed) else { throw outside(signed) }
      buffer.withMutableElements(as: Int16.self) { $0[index] = value }
    case 4, 10, 16:
      guard let value = UInt16(exactly: signed) else { throw outside(signed) }
      buffer.withMutableElements(as: UInt16.self) { $0[index] = value }
    case 3:
      guard let value = Int8(exactly: signed) else { throw outside(signed) }
      buffer.withMutableElements(as: Int8.self) { $0[index] = value }
    default:
      guard let value = UInt8(exactly: signed) else { throw outside(signed) }
      buffer.withMutableElements(as: UInt8.self) { $0[index] = value }
    }
    place += 1
  }

  private func outside(_ value: Int64) -> FormatError {
    FormatError(.damaged, "the number \(value) is no \(type.name)")
  }

  private func checkBooleans(_ buffer: inout TensorBuffer, _ count: Int) throws(FormatError) {
    let odd: UInt8? = buffer.withMutableElements(as: UInt8.self) { bytes in
      for index in 0..<count where bytes[index] > 1 { return bytes[index] }
      return nil
    }
    if let odd { throw FormatError(.damaged, "a truth value is \(odd), 0 or 1 was expected") }
  }

  /// A bfloat16 is the upper half of a float.
  private func widened(_ halves: TensorStorage, _ count: Int) throws(FormatError) -> TensorStorage {
    var buffer = try FormatError.converting { () throws(TensorError) in try TensorBuffer(byteCount: 4 * count) }
    halves.withElements(as: UInt16.self) { halves in
      buffer.withMutableElements(as: UInt32.self) { floats in
        for index in 0..<count { floats[index] = UInt32(halves[index]) << 16 }
      }
    }
    return buffer.finish()
  }

  private func finished(_ storage: TensorStorage, _ elementType: ElementType) throws(FormatError) -> Tensor {
    try FormatError.converting { () throws(TensorError) in
      try Tensor(shape: shape, elementType: elementType, order: .rowMajor, storage: storage)
    }
  }

  /// A dense tensor with the numbers of a sparse one at their places, each counted through or given as its indices.
  private func scattered(_ values: Tensor, _ indices: Tensor, _ count: Int) throws(FormatError) -> Tensor {
    let width = values.elementType.byteCount
    let stored = values.elementCount
    let isLinear = indices.shape.count == 1
    guard indices.elementType == .int64, isLinear || indices.shape.count == 2 && indices.shape[1] == shape.count,
      indices.shape.first == stored
    else {
      throw FormatError(
        .damaged, "\(stored) values and indices of the shape \(Tensor.describe(indices.shape)) do not go together")
    }
    let numbers = indices.storage.withElements(as: Int64.self) { span in span.indices.map { Int(span[$0]) } }
    var places: [Int] = []
    for index in 0..<stored {
      guard !isLinear else {
        places.append(numbers[index])
        continue
      }
      var place = 0
      for (axis, length) in shape.enumerated() {
        let part = numbers[index * shape.count + axis]
        guard part >= 0, part < length else { throw FormatError(.damaged, "there is no index \(part)") }
        place = place * length + part
      }
      places.append(place)
    }
    if let odd = places.first(where: { $0 < 0 || $0 >= count }) {
      throw FormatError(.damaged, "there is no index \(odd) of \(count) elements")
    }
    var buffer = try FormatError.converting { () throws(TensorError) in try TensorBuffer(byteCount: count * width) }
    values.storage.withElements(as: UInt8.self) { bytes in
      buffer.withMutableElements(as: UInt8.self) { target in
        for (index, place) in places.enumerated() {
          for byte in 0..<width { target[place * width + byte] = bytes[index * width + byte] }
        }
      }
    }
    return try finished(buffer.finish(), values.elementType)
  }
}

/// Fills a span with all bytes of a tensor.
private struct NumberSource {
  let read: (inout MutableRawSpan) throws(FormatError) -> Void

  init(_ read: @escaping (inout MutableRawSpan) throws(FormatError) -> Void) { self.read = read }
}
