internal import CHDF5

/// Moves texts between Swift and the memory forms of HDF5: fixed lengths side by side, or pointers.
///
/// The memory type is always the file's own, so the library copies bytes and converts nothing: conversion between
/// character sets fails, and between paddings it cuts the last byte of a text that fills its length.
struct StringTransfer {
  private enum Form {
    case fixed(Int, HDF5StringFormat.Padding)
    case variable
    /// Sequences (`hvl_t`) of one-byte strings or characters.
    case sequence
  }

  private let form: Form
  private let format: HDF5StringFormat
  private let elementCount: Int
  private let limit: Int
  private let call: String
  private let object: String

  /// Throws `unsupportedType` if the stored type is no text, `tooLarge` if it cannot fit the limit in bytes.
  init(
    _ stored: HDF5Datatype, elements: Int, limit: Int, call: String, object: String
  ) throws(HDF5Error) {
    switch stored {
    case .string(let format):
      self.format = format
      switch format.length {
      case .fixed(let size): form = .fixed(size, format.padding)
      case .variable: form = .variable
      }
    case .variableLength(of: .string(let format)) where format.length == .fixed(1):
      self.format = format
      form = .sequence
    default:
      throw HDF5Error(.unsupportedType, call: call, object: object, reason: "has the type \(stored), which is not text")
    }
    elementCount = elements
    self.limit = limit
    self.call = call
    self.object = object
    try Transfer.checkLimit(limit, elements: elements, elementSize: elementSize, call: call, object: object)
  }

  /// The bytes of an element in memory.
  private var elementSize: Int {
    switch form {
    case .fixed(let size, _): size
    case .variable: unsafe MemoryLayout<UnsafePointer<CChar>?>.size
    case .sequence: unsafe MemoryLayout<hvl_t>.size
    }
  }

  /// Reads all elements by a call that fills a buffer with them.
  ///
  /// - Parameters:
  ///   - type: The file's type, which is the memory's too.
  ///   - space: The dataspace of what the library allocated itself and shall free; nil if the caller frees it.
  func read(
    _ type: borrowing Identifier, space: hid_t?, _ body: (hid_t, UnsafeMutableRawPointer) -> herr_t
  ) throws(HDF5Error) -> [[UInt8]] {
    guard elementCount > 0 else { return [] }
    let typeID = type.value
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: elementCount * elementSize, alignment: 16)
    defer { unsafe buffer.deallocate() }
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
    guard let start = buffer.baseAddress else { return [] }
    try Library.call(call, on: object) { unsafe body(typeID, start) }
    switch form {
    case .fixed(let size, let padding):
      return (0..<elementCount).map { index in
        unsafe Self.unpadded(Array(buffer[(index * size)..<((index + 1) * size)]), padding)
      }
    case .variable, .sequence:
      let (texts, isOverLimit) = unsafe pointedTexts(start)
      if let spaceID = space {
        _ = Library.perform { unsafe H5Dvlen_reclaim(typeID, spaceID, chdf5_default(), start) }
      }
      guard !isOverLimit else {
        throw HDF5Error(
          .tooLarge, call: call, object: object, reason: "has texts of more than the limit of \(limit) bytes")
      }
      return texts
    }
  }

  /// Copies what the pointers in the buffer point to, as long as the limit is kept.
  private func pointedTexts(_ start: UnsafeMutableRawPointer) -> (texts: [[UInt8]], isOverLimit: Bool) {
    var texts: [[UInt8]] = []
    texts.reserveCapacity(elementCount)
    var sum = 0
    for index in 0..<elementCount {
      var address: UnsafeRawPointer?
      var count = 0
      if case .sequence = form {
        let sequence = unsafe start.loadUnaligned(fromByteOffset: index * elementSize, as: hvl_t.self)
        unsafe address = UnsafeRawPointer(sequence.p)
        unsafe count = sequence.len
      } else {
        unsafe address = start.load(fromByteOffset: index * elementSize, as: UnsafeRawPointer?.self)
        while let bytes = unsafe address, unsafe bytes.load(fromByteOffset: count, as: UInt8.self) != 0 { count += 1 }
      }
      let (next, overflow) = sum.addingReportingOverflow(count)
      guard !overflow, next <= limit else { return (texts, true) }
      sum = next
      unsafe texts.append(Array(UnsafeRawBufferPointer(start: address, count: address == nil ? 0 : count)))
    }
    return (texts, false)
  }

  private static func unpadded(_ bytes: [UInt8], _ padding: HDF5StringFormat.Padding) -> [UInt8] {
    switch padding {
    case .nullTerminated: return Array(bytes.prefix { $0 != 0 })
    case .nullPadded: return Array(bytes[..<((bytes.lastIndex { $0 != 0 } ?? -1) + 1)])
    case .spacePadded: return Array(bytes[..<((bytes.lastIndex { $0 != 0x20 } ?? -1) + 1)])
    }
  }

  /// Writes all elements by a call that takes a buffer of them.
  func write(
    _ texts: [String], _ type: borrowing Identifier, _ body: (hid_t, UnsafeRawPointer) -> herr_t
  ) throws(HDF5Error) {
    guard texts.count == elementCount else {
      throw HDF5Error(
        .wrongSize, call: call, object: object, reason: "needs \(elementCount) texts, but \(texts.count) were given")
    }
    for text in texts { try check(text) }
    guard elementCount > 0 else { return }
    let typeID = type.value
    let ends = format.padding == .spacePadded ? UInt8(ascii: " ") : 0
    switch form {
    case .fixed(let size, _):
      var bytes: [UInt8] = []
      bytes.reserveCapacity(texts.count * size)
      for text in texts {
        bytes += text.utf8
        bytes += repeatElement(ends, count: size - text.utf8.count)
      }
      try Library.call(call, on: object) { unsafe body(typeID, bytes) }
    case .variable:
      // All texts in one block, each with its zero, and a pointer to the start of each.
      var bytes: [UInt8] = []
      for text in texts {
        bytes += text.utf8
        bytes.append(0)
      }
      try Library.call(call, on: object) {
        unsafe bytes.withUnsafeBytes { block in
          var start = block.baseAddress
          let pointers = unsafe texts.map { text in
            defer { unsafe start = start.map { unsafe $0 + text.utf8.count + 1 } }
            return unsafe start
          }
          return unsafe body(typeID, pointers)
        }
      }
    case .sequence:
      throw HDF5Error(.unsupportedType, call: call, object: object, reason: "holds sequences, which are only read")
    }
  }

  /// Throws unless a text survives being written and read again.
  private func check(_ text: String) throws(HDF5Error) {
    var reason: String?
    if format.characterSet == .ascii, !text.utf8.allSatisfy({ $0 < 0x80 }) {
      reason = "is ASCII and cannot hold other characters"
    }
    if text.utf8.contains(0) { reason = "cannot hold text with a zero byte inside" }
    if case .fixed(let size, let padding) = form {
      if text.utf8.count > size { reason = "has room for \(size) bytes, but a text has \(text.utf8.count)" }
      if padding == .spacePadded, text.utf8.last == UInt8(ascii: " ") { reason = "cannot keep a space at the end" }
    }
    if let reason { throw HDF5Error(.invalidArgument, call: call, object: object, reason: reason) }
  }
}
