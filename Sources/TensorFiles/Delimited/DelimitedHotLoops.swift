#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The loops that see every byte: the one file of this folder that works on pointers.
///
/// Each takes an array and a range inside it, checks the range once and stays inside. What is not plain is left to the
/// careful code: these loops only say that they did not understand it.
enum DelimitedHotLoops {
  /// The number of line ends: line feeds, and carriage returns that no line feed follows in the range.
  static func lineCount(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    precondition(range.upperBound <= bytes.count)
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, !range.isEmpty else { return 0 }
      var count = 0
      var index = range.lowerBound
      // Eight bytes at a time, in sums of one byte each that are added up before they overflow.
      let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
      while range.upperBound - index >= 8 {
        var sums: UInt64 = 0
        for _ in 0..<min(255, (range.upperBound - index) / 8) {
          let word = unsafe UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self) ^ 0x0A0A_0A0A_0A0A_0A0A
          // The high bit of each byte that was a line feed, and of no other.
          sums &+= (~((word & low) &+ low | word) & ~low) >> 7
          index += 8
        }
        // 2^16 is 1 modulo 2^16 - 1: the remainder is the sum of the 16-bit parts, which is below 1021.
        count += Int(sums & 0x00FF_00FF_00FF_00FF) % 0xFFFF + Int(sums >> 8 & 0x00FF_00FF_00FF_00FF) % 0xFFFF
      }
      while index < range.upperBound {
        if unsafe base[index] == UInt8(ascii: "\n") { count += 1 }
        index += 1
      }
      guard unsafe memchr(base + range.lowerBound, 13, range.count) != nil else { return count }
      for index in range where unsafe base[index] == UInt8(ascii: "\r") {
        if unsafe index + 1 >= range.upperBound || base[index + 1] != UInt8(ascii: "\n") { count += 1 }
      }
      return count
    }
  }

  /// Whether a byte occurs in a range.
  static func contains(_ byte: UInt8, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    precondition(range.upperBound <= bytes.count)
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return false }
      return unsafe memchr(base + range.lowerBound, Int32(byte), range.count) != nil
    }
  }

  /// Appends a part of an array to another.
  static func append(_ range: Range<Int>, of bytes: [UInt8], to text: inout [UInt8]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    unsafe bytes.withUnsafeBufferPointer { unsafe text.append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
  }

  /// The end of the last line that ends in a range and the beginning of the next; nil where none ends.
  static func endOfLastLine(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
    precondition(range.upperBound <= bytes.count)
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return nil }
      var index = range.upperBound
      while index > range.lowerBound {
        index -= 1
        let byte = unsafe base[index]
        if byte == UInt8(ascii: "\n") { return index + 1 }
        // The last byte may be the first half of a line end.
        if byte == UInt8(ascii: "\r"), index + 1 < range.upperBound { return index + 1 }
      }
      return nil
    }
  }

  /// The line that begins at `start`, without its end, and where the next one begins.
  static func line(_ bytes: [UInt8], from start: Int, to end: Int) -> (range: Range<Int>, next: Int) {
    precondition(start >= 0 && start <= end && end <= bytes.count)
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return (start..<end, end) }
      let found = unsafe memchr(base + start, 10, end - start)
      let feed = unsafe found.map { unsafe UnsafeRawPointer($0) - UnsafeRawPointer(base) } ?? end
      let next = min(feed + 1, end)
      if let lone = unsafe memchr(base + start, 13, feed - start) {
        let index = unsafe UnsafeRawPointer(lone) - UnsafeRawPointer(base)
        return (start..<index, index + 1 == feed ? next : index + 1)
      }
      return (start..<feed, next)
    }
  }

  /// Parses plain records, one after the other, until there are `capacity` rows or a record is not plain: anything but
  /// the expected number of fields, plain numbers in the chosen ones, and a delimiter after each.
  ///
  /// - Parameters:
  ///   - position: where the next line begins; moved behind the last record that was parsed.
  ///   - values: the place of the next row; rows follow one another.
  ///   - ranges: the place of the next record's range, if they are wanted.
  /// - Returns: the number of rows.
  @unsafe static func parse(
    _ block: RecordBlock, _ selection: ColumnSelection, position: inout Int, capacity: Int,
    values: UnsafeMutablePointer<Double>, ranges: UnsafeMutablePointer<Range<Int>>?
  ) -> Int {
    precondition(block.length + RecordBlock.padding <= block.bytes.count && position >= 0)
    let isBlanks = block.dialect.delimiter == .blanks
    let delimiter: UInt8 = if case .character(let byte) = block.dialect.delimiter { byte } else { 32 }
    // A tab beside a number is as good as a space only between blanks; elsewhere the careful code looks at it.
    let blank: UInt8 = isBlanks ? 9 : 32
    let point = UInt8(ascii: block.dialect.hasDecimalComma ? "," : ".")
    let width = selection.columns.count
    return unsafe block.bytes.withUnsafeBufferPointer { buffer in
      unsafe selection.targets.withUnsafeBufferPointer { targets in
        guard let base = buffer.baseAddress else { return 0 }
        var row = unsafe values
        var rows = 0
        var index = position
        records: while rows < capacity, index < block.length {
          let start = index
          if unsafe base[index] == UInt8(ascii: "#") { break }
          var column = 0
          while true {
            let field = index
            while unsafe base[index] == 32 || base[index] == blank { index += 1 }
            let target = unsafe targets[column]
            if target >= 0 {
              let isQuoted = unsafe base[index] == UInt8(ascii: "\"") && (isBlanks || index == field)
              if isQuoted { index += 1 }
              guard let next = unsafe number(base, index, point, &row[Int(target)]) else { break records }
              index = next
              if isQuoted {
                guard unsafe base[index] == UInt8(ascii: "\"") else { break records }
                index += 1
              }
            } else {
              if unsafe base[index] == UInt8(ascii: "\"") { break records }
              while unsafe !isFieldEnd(base[index], delimiter, isBlanks) { index += 1 }
            }
            let end = index
            while unsafe base[index] == 32 || base[index] == blank { index += 1 }
            column += 1
            if column == targets.count { break }
            if isBlanks {
              if index == end { break records }
            } else {
              if unsafe base[index] != delimiter { break records }
              index += 1
            }
          }
          let end = index
          if unsafe base[index] == 13 { index += 1 } else if unsafe base[index] != 10 { break records }
          if unsafe base[index] == 10 { index += 1 }
          if let ranges = unsafe ranges { unsafe ranges[rows] = start..<min(end, block.length) }
          rows += 1
          unsafe row += width
          position = min(index, block.length)
        }
        return rows
      }
    }
  }

  @inline(__always)
  private static func isFieldEnd(_ byte: UInt8, _ delimiter: UInt8, _ isBlanks: Bool) -> Bool {
    byte == delimiter || byte == 10 || byte == 13 || (isBlanks && byte == 9)
  }

  /// Reads a number of at most 19 significant digits, and gives the byte after it; nil where it is not plain.
  ///
  /// Up to 8 bytes beyond the number are read: ``RecordBlock/padding`` covers them.
  @inline(__always)
  private static func number(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ point: UInt8, _ value: inout Double
  ) -> Int? {
    var index = start
    let isNegative = unsafe base[index] == UInt8(ascii: "-")
    if isNegative { index += 1 } else if unsafe base[index] == UInt8(ascii: "+") { index += 1 }
    let first = index
    var digits: UInt64 = 0
    var digit = unsafe base[index] &- 48
    while digit < 10 {
      digits = digits &* 10 &+ UInt64(digit)
      index += 1
      digit = unsafe base[index] &- 48
    }
    var count = index - first
    var exponent = 0
    if unsafe base[index] == point {
      index += 1
      let fraction = index
      var word = unsafe UInt64(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
      while areDigits(word) {
        digits = digits &* 100_000_000 &+ eightDigits(word)
        index += 8
        word = unsafe UInt64(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
      }
      digit = unsafe base[index] &- 48
      while digit < 10 {
        digits = digits &* 10 &+ UInt64(digit)
        index += 1
        digit = unsafe base[index] &- 48
      }
      exponent = fraction - index
      count -= exponent
    }
    if count > 19 {
      // Zeros before the first digit do not count.
      var place = first
      while unsafe base[place] == 48 || base[place] == point {
        if unsafe base[place] == 48 { count -= 1 }
        place += 1
      }
    }
    guard count > 0, count <= 19 else { return nil }
    if unsafe base[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      let isBelow = unsafe base[index] == UInt8(ascii: "-")
      if isBelow { index += 1 } else if unsafe base[index] == UInt8(ascii: "+") { index += 1 }
      let firstDigit = index
      var power = 0
      digit = unsafe base[index] &- 48
      while digit < 10, power < 10_000 {
        power = power * 10 + Int(digit)
        index += 1
        digit = unsafe base[index] &- 48
      }
      guard index > firstDigit, digit >= 10 else { return nil }
      exponent += isBelow ? -power : power
    }
    guard let magnitude = DecimalToDouble.nearest(digits, exponent: exponent) else { return nil }
    value = isNegative ? -magnitude : magnitude
    return index
  }

  /// Whether all eight bytes are digits.
  @inline(__always)
  private static func areDigits(_ word: UInt64) -> Bool {
    let high = word & 0xF0F0_F0F0_F0F0_F0F0
    let above = (word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0
    return high == 0x3030_3030_3030_3030 && above == 0x3030_3030_3030_3030
  }

  /// The value of eight digits, the first in the lowest byte: pairs, then fours, then all.
  @inline(__always)
  private static func eightDigits(_ word: UInt64) -> UInt64 {
    var value = word &- 0x3030_3030_3030_3030
    value = value &* 10 &+ (value >> 8)
    let low = (value & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let high = ((value >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return (low &+ high) >> 32
  }
}
