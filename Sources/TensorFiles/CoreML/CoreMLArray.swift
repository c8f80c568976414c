import Tensors

/// A WeightParams: how many numbers it has, and where they stand.
struct CoreMLArray {
  /// Where the numbers stand.
  enum Place {
    /// In the field `floatValue` of the message that is these bytes.
    case floats(Range<Int>)
    /// In the bytes `float16Value`.
    case halves(Range<Int>)
    /// As whole numbers of so many bits and a scale.
    case quantised(bits: Int)
    /// In a layer whose arrays are not listed one by one, of a kind.
    case unread(String)
  }

  let layer: String
  let name: String
  private(set) var place: Place
  /// The number of elements.
  private(set) var count = 0
  var shape: [Int] = []

  init(layer: String, _ name: String, _ range: Range<Int>, _ input: ProtobufInput) throws(FormatError) {
    self.layer = layer
    self.name = name
    place = .floats(range)
    var fields = ProtobufFields(input, in: range)
    var isQuantised = false
    var bits = 8
    while let field = try fields.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let bytes)):
        guard bytes.count % 4 == 0 else {
          throw FormatError(
            .damaged, at: .byte(field.offset), "\(bytes.count) bytes are no whole number of floats")
        }
        count += bytes.count / 4
      case (1, .fixed32): count += 1
      case (2, .bytes(let bytes)) where !bytes.isEmpty:
        guard bytes.count % 2 == 0 else {
          throw FormatError(
            .damaged, at: .byte(field.offset), "\(bytes.count) bytes are no whole number of halves of a float")
        }
        count = bytes.count / 2
        place = .halves(bytes)
      case (30, .bytes(let bytes)), (31, .bytes(let bytes)):
        if !bytes.isEmpty { isQuantised = true }
      case (40, .bytes):
        var quantisation = try field.message
        while let field = try quantisation.next() {
          if field.number == 1 { bits = try field.integer }
        }
      default: break
      }
    }
    if isQuantised { place = .quantised(bits: bits) }
  }

  /// The arrays of a layer that are not read.
  init(layer: String, unread kind: String) {
    (self.layer, name, place) = (layer, "", .unread(kind))
  }

  /// The line that lists the array.
  func entry(_ name: String) -> TensorEntry {
    switch place {
    case .floats: TensorEntry(name: name, shape: shape, content: .numbers(.float32, storedAs: nil))
    case .halves: TensorEntry(name: name, shape: shape, content: .numbers(.float16, storedAs: nil))
    case .quantised(let bits):
      TensorEntry(
        name: name, shape: [],
        content: .other(
          className: "array quantised to \(bits) bits", remedy: "save the model without quantising its weights"))
    case .unread(let kind): TensorEntry(name: name, shape: [], content: .other(className: kind, remedy: nil))
    }
  }

  /// The numbers.
  func tensor(_ input: ProtobufInput, limits: Limits) throws(FormatError) -> Tensor {
    let type: ElementType = if case .halves = place { .float16 } else { .float32 }
    let width = type.byteCount
    try limits.charge(bytes: count * width, at: .file)
    var buffer = try FormatError.converting { () throws(TensorError) in try TensorBuffer(byteCount: count * width) }
    switch place {
    case .halves(let range):
      try buffer.withMutableBytes { (span) throws(FormatError) in try input.read(at: range.lowerBound, into: &span) }
    case .floats(let range):
      var fields = ProtobufFields(input, in: range)
      var done = 0
      while let field = try fields.next() {
        guard field.number == 1 else { continue }
        switch field.value {
        case .bytes(let bytes):
          try buffer.withMutableBytes { (span) throws(FormatError) in
            var part = span._mutatingExtracting(done..<done + bytes.count)
            try field.readBytes(into: &part)
          }
          done += bytes.count
        case .fixed32(let bits):
          buffer.withMutableElements(as: UInt32.self) { $0[done / 4] = bits.littleEndian }
          done += 4
        default: break
        }
      }
    case .quantised, .unread: throw FormatError(.unsupported, "these numbers are not read")
    }
    if isHostBigEndian { buffer.swapBytes(width: width, count: count) }
    let storage = buffer.finish()
    return try FormatError.converting { () throws(TensorError) in
      try Tensor(shape: shape, elementType: type, order: .rowMajor, storage: storage)
    }
  }
}
