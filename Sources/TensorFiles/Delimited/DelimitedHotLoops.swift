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
  static func lineCount(_ bytes: [UInt8], _ range: Range<Int>) -> Int { lines(bytes, range).count }

  /// The number of line ends in a range, and whether every line is seen to be a record at its first byte: no line is
  /// blank, begins with a blank or a comment, or ends in a carriage return alone.
  static func lines(_ bytes: [UInt8], _ range: Range<Int>) -> (count: Int, areRecords: Bool) {
    precondition(range.upperBound <= bytes.count)
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, !range.isEmpty else { return (0, true) }
      var count = 0
      var index = range.lowerBound
      // Blanks, line ends, quotes and number signs are all up to this.
      let highest = UInt8(ascii: "#")
      var areRecords = unsafe base[index] > highest
      let none = SIMD16<UInt8>(repeating: 0)
      // Sixteen bytes at a time, each with the one behind it, in sums that are added up before they overflow.
      while range.upperBound - index > 16 {
        var sums = none
        // Words: as bytes they are taken apart in the loop for the question at its end.
        var doubts = SIMD2<UInt64>(repeating: 0)
        for _ in 0..<min(255, (range.upperBound - index - 1) / 16) {
          let here = unsafe UnsafeRawPointer(base + index).loadUnaligned(as: SIMD16<UInt8>.self)
          let next = unsafe UnsafeRawPointer(base + index + 1).loadUnaligned(as: SIMD16<UInt8>.self)
          let feeds = unsafe bits(here .== SIMD16(repeating: 10))
          sums &-= feeds
          let isLow = unsafe bits(next .<= SIMD16(repeating: highest))
          let isReturn = unsafe bits(here .== SIMD16(repeating: 13))
          let isNoFeed = unsafe bits(next .!= SIMD16(repeating: 10))
          doubts |= unsafe unsafeBitCast((feeds & isLow) | (isReturn & isNoFeed), to: SIMD2<UInt64>.self)
          index &+= 16
        }
        count += sum(sums)
        if doubts.x | doubts.y != 0 { areRecords = false }
      }
      while index < range.upperBound {
        let byte = unsafe base[index]
        index += 1
        if byte == UInt8(ascii: "\n") {
          count += 1
          if unsafe index < range.upperBound && base[index] <= highest { areRecords = false }
        } else if byte == UInt8(ascii: "\r") {
          if unsafe index >= range.upperBound || base[index] != UInt8(ascii: "\n") { areRecords = false }
        }
      }
      if areRecords { return (count, true) }
      guard unsafe memchr(base + range.lowerBound, 13, range.count) != nil else { return (count, false) }
      for index in range where unsafe base[index] == UInt8(ascii: "\r") {
        if unsafe index + 1 >= range.upperBound || base[index + 1] != UInt8(ascii: "\n") { count += 1 }
      }
      return (count, false)
    }
  }

  /// All bits of each lane where a comparison holds.
  @unsafe @inline(__always)
  private static func bits(_ mask: SIMDMask<SIMD16<Int8>>) -> SIMD16<UInt8> {
    unsafe unsafeBitCast(mask, to: SIMD16<UInt8>.self)
  }

  private static func sum(_ bytes: SIMD16<UInt8>) -> Int {
    var sum = 0
    for index in 0..<16 { sum += Int(bytes[index]) }
    return sum
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

  /// Copies a part of an array over a part of another.
  static func copy(_ source: [UInt8], _ range: Range<Int>, to target: inout [UInt8], at place: Int) {
    precondition(range.lowerBound >= 0 && range.upperBound <= source.count)
    precondition(place >= 0 && range.count <= target.count - place)
    unsafe source.withUnsafeBytes { source in
      unsafe target.withUnsafeMutableBytes { target in
        guard !range.isEmpty, let from = source.baseAddress, let to = target.baseAddress else { return }
        unsafe (to + place).copyMemory(from: from + range.lowerBound, byteCount: range.count)
      }
    }
  }

  /// Copies numbers over others.
  static func copy(_ source: [Double], _ range: Range<Int>, to target: inout MutableSpan<Double>, at place: Int) {
    precondition(range.lowerBound >= 0 && range.upperBound <= source.count)
    precondition(place >= 0 && range.count <= target.count - place)
    unsafe source.withUnsafeBufferPointer { source in
      unsafe target.withUnsafeMutableBufferPointer { target in
        guard !range.isEmpty, let from = source.baseAddress, let to = target.baseAddress else { return }
        unsafe (to + place).update(from: from + range.lowerBound, count: range.count)
      }
    }
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
        guard let base = buffer.baseAddress, let targetBase = targets.baseAddress else { return 0 }
        let textEnd = unsafe base + block.length
        let fieldCount = targets.count
        var place = unsafe base + position
        var row = unsafe values
        var rows = 0
        records: while unsafe rows < capacity && place < textEnd {
          let start = unsafe place
          if unsafe place.pointee == UInt8(ascii: "#") { break }
          var column = 0
          while true {
            let field = unsafe place
            if unsafe place.pointee <= 32 { unsafe place = afterBlanks(place, blank) }
            let target = unsafe Int(targetBase[column])
            if target >= 0 {
              let isQuoted = unsafe place.pointee == UInt8(ascii: "\"") && (isBlanks || place == field)
              if isQuoted { unsafe place += 1 }
              guard let next = unsafe NumberReading.number(place, point, into: row + target) else { break records }
              unsafe place = next
              if isQuoted {
                guard unsafe place.pointee == UInt8(ascii: "\"") else { break records }
                unsafe place += 1
              }
            } else {
              if unsafe place.pointee == UInt8(ascii: "\"") { break records }
              while unsafe !isFieldEnd(place.pointee, delimiter, isBlanks) { unsafe place += 1 }
            }
            let end = unsafe place
            if unsafe place.pointee <= 32 { unsafe place = afterBlanks(place, blank) }
            column &+= 1
            if column == fieldCount { break }
            if isBlanks {
              if unsafe place == end { break records }
            } else {
              if unsafe place.pointee != delimiter { break records }
              unsafe place += 1
            }
          }
          let end = unsafe place
          if unsafe place.pointee == 10 {
            unsafe place += 1
          } else {
            guard unsafe place.pointee == 13 else { break records }
            unsafe place += 1
            if unsafe place.pointee == 10 { unsafe place += 1 }
          }
          if let ranges = unsafe ranges { unsafe ranges[rows] = (start - base)..<min(end - base, block.length) }
          rows &+= 1
          unsafe row += width
          position = unsafe min(place - base, block.length)
        }
        return rows
      }
    }
  }

  @unsafe @inline(__always)
  private static func afterBlanks(_ start: UnsafePointer<UInt8>, _ blank: UInt8) -> UnsafePointer<UInt8> {
    var place = unsafe start
    while unsafe place.pointee == 32 || place.pointee == blank { unsafe place += 1 }
    return unsafe place
  }

  @inline(__always)
  private static func isFieldEnd(_ byte: UInt8, _ delimiter: UInt8, _ isBlanks: Bool) -> Bool {
    byte == delimiter || byte == 10 || byte == 13 || (isBlanks && byte == 9)
  }
}
