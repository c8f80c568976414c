/// What rows are made of, for the loop that writes them.
@unsafe struct RowParts {
  let format: NumberFormat
  let delimiter: UInt8
  let point: UInt8
  let width: Int
  let leadingCount: Int
  let place: AppendedColumns.ClassPlace

  /// Writes rows from `out` on, which is moved behind the last one that could be written whole.
  @inline(__always)
  func write(
    _ rows: Range<Int>, records: UnsafePointer<Range<Int>>?, of source: UnsafePointer<UInt8>,
    leading: UnsafePointer<Double>?, numbers: UnsafePointer<Double>?, classes: UnsafePointer<Int32>?,
    fields: UnsafePointer<UInt8>, starts: UnsafePointer<Int>, isOpen: inout Bool, misses: inout Int,
    to out: inout UnsafeMutablePointer<UInt8>
  ) -> Int {
    let format = unsafe self.format
    let digits = if case .fixed(let digits) = format { digits } else { -1 }
    var row = rows.lowerBound
    var place = unsafe out
    while row < rows.upperBound {
      let wasOpen = isOpen
      if let records = unsafe records {
        if isOpen { unsafe separate(&place) }
        let record = unsafe records[row]
        unsafe RowParts.copy(source + record.lowerBound, record.count, to: &place)
        isOpen = true
      }
      if let leading = unsafe leading {
        for index in unsafe 0..<leadingCount {
          if isOpen { unsafe separate(&place) }
          unsafe place = NumberWriting.shortest(
            leading[row &* leadingCount &+ index], point: point, misses: &misses, to: place)
          isOpen = true
        }
      }
      if unsafe self.place == .first, let classes = unsafe classes {
        if isOpen { unsafe separate(&place) }
        let number = unsafe Int(classes[row])
        unsafe RowParts.copy(fields + starts[number], starts[number &+ 1] &- starts[number], to: &place)
        isOpen = true
      }
      if let numbers = unsafe numbers {
        for index in unsafe 0..<width {
          if isOpen { unsafe separate(&place) }
          let value = unsafe numbers[row &* width &+ index]
          if digits < 0 {
            unsafe place = NumberWriting.shortest(value, point: point, misses: &misses, to: place)
          } else {
            guard let next = unsafe NumberWriting.fixed(value, digits: digits, point: point, to: place) else {
              isOpen = wasOpen
              return row
            }
            unsafe place = next
          }
          isOpen = true
        }
      }
      if unsafe self.place == .last, let classes = unsafe classes {
        if isOpen { unsafe separate(&place) }
        let number = unsafe Int(classes[row])
        unsafe RowParts.copy(fields + starts[number], starts[number &+ 1] &- starts[number], to: &place)
      }
      unsafe place.pointee = UInt8(ascii: "\n")
      unsafe place += 1
      unsafe out = place
      isOpen = false
      row &+= 1
    }
    return row
  }

  @inline(__always)
  private func separate(_ place: inout UnsafeMutablePointer<UInt8>) {
    unsafe place.pointee = delimiter
    unsafe place += 1
  }

  /// Copies bytes sixteen at a time: up to 15 behind them are read and written too.
  @inline(__always)
  private static func copy(
    _ source: UnsafePointer<UInt8>, _ count: Int, to place: inout UnsafeMutablePointer<UInt8>
  ) {
    var done = 0
    while done < count {
      let some = unsafe UnsafeRawPointer(source + done).loadUnaligned(as: SIMD16<UInt8>.self)
      unsafe UnsafeMutableRawPointer(place + done).storeBytes(of: some, as: SIMD16<UInt8>.self)
      done &+= 16
    }
    unsafe place += count
  }
}
