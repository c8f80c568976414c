import Tensors

/// A message from one process to another: fields one after the other, integers little-endian.
struct FrameWriter {
  private(set) var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

  mutating func integer(_ value: Int) {
    var rest = UInt64(bitPattern: Int64(value))
    for _ in 0..<8 {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  mutating func text(_ value: String) {
    integer(value.utf8.count)
    bytes += value.utf8
  }

  /// A value that may be missing.
  mutating func optional<Value>(_ value: Value?, _ write: (inout FrameWriter, Value) -> Void) {
    flag(value != nil)
    if let value { write(&self, value) }
  }

  mutating func list<Value>(_ values: [Value], _ write: (inout FrameWriter, Value) -> Void) {
    integer(values.count)
    for value in values { write(&self, value) }
  }

  mutating func raw(_ storage: TensorStorage) {
    storage.withElements(as: UInt8.self) { span in
      bytes.reserveCapacity(bytes.count + span.count)
      for index in span.indices { bytes.append(span[index]) }
    }
  }
}

/// A place in a message that may say anything: every field is checked.
struct FrameCursor {
  private let bytes: [UInt8]
  private var position: Int

  init(_ bytes: [UInt8], from position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var remaining: Int { bytes.count - position }

  mutating func byte() throws(FormatError) -> UInt8 {
    guard remaining > 0 else { throw .impossibleAnswer }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func flag() throws(FormatError) -> Bool {
    let value = try byte()
    guard value <= 1 else { throw .impossibleAnswer }
    return value == 1
  }

  mutating func integer() throws(FormatError) -> Int {
    guard remaining >= 8 else { throw .impossibleAnswer }
    var value: UInt64 = 0
    for index in 0..<8 { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += 8
    return Int(Int64(bitPattern: value))
  }

  /// A number of things of which each takes some bytes here: so no more than there are bytes.
  mutating func count(ofBytes each: Int = 1, atMost most: Int = .max) throws(FormatError) -> Int {
    let count = try integer()
    guard count >= 0, count <= most, count <= remaining / each else { throw .impossibleAnswer }
    return count
  }

  mutating func take(_ count: Int) throws(FormatError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw .impossibleAnswer }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func text() throws(FormatError) -> String {
    let raw = try take(count())
    guard let text = String(validating: raw, as: UTF8.self) else { throw .impossibleAnswer }
    return text
  }

  mutating func optional<Value>(
    _ read: (inout FrameCursor) throws(FormatError) -> Value
  ) throws(FormatError) -> Value? {
    try flag() ? try read(&self) : nil
  }

  mutating func list<Value>(
    ofBytes each: Int = 1, atMost most: Int = .max, _ read: (inout FrameCursor) throws(FormatError) -> Value
  ) throws(FormatError) -> [Value] {
    let count = try count(ofBytes: each, atMost: most)
    var values: [Value] = []
    for _ in 0..<count { values.append(try read(&self)) }
    return values
  }

  /// Throws unless this was all.
  func finish() throws(FormatError) {
    guard remaining == 0 else { throw .impossibleAnswer }
  }
}

extension FormatError {
  /// What a process is told to say by a file that has taken it over, and no process that reads says.
  static var impossibleAnswer: FormatError {
    FormatError(.damaged, "the process that read this gave an answer that cannot be; the file is damaged or hostile")
  }
}
