import Tensors

/// An open file of level 5: its variables from their headers, their numbers on request.
final class MAT5Reader: TensorReader {
  private(set) var entries: [TensorEntry] = []
  private(set) var damage: FormatError?
  private(set) var notes: [String] = []

  private let input: InputFile
  let limits: Limits
  private let isBigEndian: Bool
  /// Where the variable of each name lies, the place of its entry, and how many variables have the name.
  private var places: [String: (place: MAT5Place, entry: Int, count: Int)] = [:]

  /// Lists the variables of a file.
  ///
  /// - Throws: ``FormatError`` with code `unrecognized` when the header is not that of level 5.
  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.input = input
    self.limits = limits
    guard let isBigEndian = MAT5Format.isBigEndian(try input.prefix(MAT5Format.headerLength)) else {
      throw FormatError(.unrecognized, "the first 128 bytes are not the header of a MAT file of level 5")
    }
    self.isBigEndian = isBigEndian
    let size = try input.size()
    do throws(FormatError) { try list(size: size) } catch { damage = error.naming(input.name) }
    notes += entries.compactMap { MATLABNames.note(on: $0.name, times: places[$0.name]?.count ?? 1) }
  }

  func entry(_ name: String) throws(FormatError) -> TensorEntry {
    guard let found = places[name] else { throw missing(name) }
    return entries[found.entry]
  }

  func tensor(_ name: String) throws(FormatError) -> Tensor {
    do throws(FormatError) {
      let entry = try entry(name)
      guard let found = places[name], case .numbers(let type, _) = entry.content else { throw notNumeric(entry) }
      return try numbers(of: entry, type, at: found.place)
    } catch {
      throw error.naming(input.name)
    }
  }
}

/// The list.
extension MAT5Reader {
  private func list(size: Int) throws(FormatError) {
    var offset = MAT5Format.headerLength
    while let place = try place(at: offset, size: size) {
      guard entries.count < limits.objects else {
        throw FormatError(.limit, at: .byte(offset), "there are more than \(limits.objects) variables, the limit")
      }
      if let header = try header(at: place) { add(header, at: place) }
      offset = place.offset + 8 + place.count
    }
  }

  /// The top-level element at a byte; nil at the end of the file, which zeros may stand before.
  private func place(at offset: Int, size: Int) throws(FormatError) -> MAT5Place? {
    let left = size - offset
    guard left > 0 else { return nil }
    var cursor = ByteCursor(try input.bytes(at: offset, count: min(8, left)), at: offset, isBigEndian: isBigEndian)
    // Zeros too: a big-endian tag begins with three of them.
    guard left >= 8 else {
      throw FormatError(.truncated, at: .byte(offset), "the file ends \(8 - left) bytes short of the next tag")
    }
    let number = Int(try cursor.integer(UInt32.self))
    let count = Int(try cursor.integer(UInt32.self))
    if number == 0, count == 0, try isRest(from: offset, to: size) { return nil }
    guard let type = MAT5Type(rawValue: number), type == .matrix || type == .compressed else {
      throw FormatError(
        .damaged, at: .byte(offset), "a variable (type 14 or 15) should begin here, found type \(number)")
    }
    let place = MAT5Place(offset: offset, count: min(count, left - 8), isCompressed: type == .compressed)
    guard count <= left - 8 else {
      let name = nameOfCut(place)
      throw FormatError(
        .truncated, at: .byte(offset),
        "\(name.map { "variable '\($0)'" } ?? "the variable that begins here") takes \(count) bytes, "
          + "the file ends \(count - (left - 8)) bytes short of them")
    }
    return place
  }

  /// The name of a variable that the file's end cuts, if its header is there.
  private func nameOfCut(_ place: MAT5Place) -> String? {
    do throws(FormatError) { return try header(at: place)?.name } catch { return nil }
  }

  /// What a variable says of itself; nil for one without a name, which belongs to MATLAB's own objects.
  private func header(at place: MAT5Place) throws(FormatError) -> MAT5Header? {
    guard place.count > 0 else { return nil }
    let header = try MAT5Header(from: MAT5Element(place, of: input, isBigEndian: isBigEndian))
    return header.name.isEmpty ? nil : header
  }

  /// Of two variables of one name the last counts, as in MATLAB; it is listed in the place of the first.
  private func add(_ header: MAT5Header, at place: MAT5Place) {
    let earlier = places[header.name]
    let index = earlier?.entry ?? entries.count
    let entry = header.entry(limits: limits)
    if index < entries.count { entries[index] = entry } else { entries.append(entry) }
    places[header.name] = (place, index, (earlier?.count ?? 0) + 1)
  }

  /// Whether only zeros follow up to the end of the file, which some programs write.
  private func isRest(from offset: Int, to end: Int) throws(FormatError) -> Bool {
    guard try input.isZero(from: offset, to: end) else { return false }
    notes.append("\(end - offset) zero bytes after the last variable are passed over")
    return true
  }
}

/// The numbers.
extension MAT5Reader {
  private func numbers(
    of entry: TensorEntry, _ type: ElementType, at place: MAT5Place
  ) throws(FormatError) -> Tensor {
    do throws(FormatError) {
      return try numbers(type, at: place)
    } catch {
      let location = error.location == .file ? .byte(place.offset) : error.location
      throw FormatError(error.code, at: location, "variable '\(entry.name)': \(error.sentence)")
    }
  }

  private func numbers(_ type: ElementType, at place: MAT5Place) throws(FormatError) -> Tensor {
    let element = try MAT5Element(place, of: input, isBigEndian: isBigEndian)
    let announced = element.remaining
    let header = try MAT5Header(from: element)
    // All of this is checked before the allocation: the file may say anything.
    try element.checkAnnounced(in: place)
    if header.isSparse {
      if let data = header.data, element.remaining <= MAT5Reader.mostSparse(header, data, type) {
        element.inflateAll(
          of: place, in: input, announced: announced, memory: limits.memory - element.remaining)
      }
      return try sparse(header, type, in: element)
    }
    let bytes = try FormatError.converting { () throws(TensorError) in
      try Tensor.byteCount(shape: header.shape, elementType: type)
    }
    let count = bytes / type.byteCount
    var stored: ElementType?
    if let data = header.data {
      stored = try storage(of: data, count: count, in: element)
    } else if count > 0 {
      throw element.damaged("the array has no numbers")
    }
    try limits.charge(bytes: bytes, at: .byte(place.offset))
    let isInPlace = stored == type && isBigEndian == isHostBigEndian
    // Only what the array needs is inflated: a variable may announce any number of bytes.
    if let data = header.data, element.remaining <= MAT5Reader.most(count, data, type) {
      element.inflateAll(
        of: place, in: input, announced: announced, memory: limits.memory - (isInPlace ? 0 : bytes))
    }

    if isInPlace, let data = header.data, let storage = element.takeInPlace(bytes) {
      try element.skipPadding(data)
      try element.finish()
      return try FormatError.converting { () throws(TensorError) in
        try Tensor(shape: header.shape, elementType: type, order: .columnMajor, storage: storage)
      }
    }
    var buffer = try FormatError.converting { () throws(TensorError) in try TensorBuffer(byteCount: bytes) }
    if let data = header.data { try read(data, count: count, type, into: &buffer, from: element) }
    try element.finish()
    let storage = buffer.finish()
    return try FormatError.converting { () throws(TensorError) in
      try Tensor(shape: header.shape, elementType: type, order: .columnMajor, storage: storage)
    }
  }

  /// The most bytes that follow the tag of the first part of an array: an imaginary part may be stored in another type.
  private static func most(_ count: Int, _ data: MAT5Tag, _ type: ElementType) -> Int {
    data.count + data.padding + (type.isComplex ? 16 + 8 * count : 0)
  }

  /// The most bytes that follow the tag of a sparse matrix's row indices, where there is room for no more elements.
  private static func mostSparse(_ header: MAT5Header, _ data: MAT5Tag, _ type: ElementType) -> Int {
    data.count + data.padding + 4 * (header.shape[1] + 1) + 16 + (type.isComplex ? 2 : 1) * (2 * data.count + 16)
  }

  /// The real part and, of complex numbers, the imaginary part after it.
  private func read(
    _ data: MAT5Tag, count: Int, _ type: ElementType, into buffer: inout TensorBuffer, from element: MAT5Element
  ) throws(FormatError) {
    let parts = type.isComplex ? 2 : 1
    let partType: ElementType = type == .complex128 ? .float64 : type == .complex64 ? .float32 : type
    for part in 0..<parts {
      guard part == 0 || element.remaining > 0 else { throw element.damaged("the imaginary part is missing") }
      let tag = part == 0 ? data : try element.tag()
      let stored = try storage(of: tag, count: count, in: element)
      try element.readNumbers(
        storedAs: stored, as: partType, into: &buffer, .init(count: count, first: part, stride: parts))
      try element.skipPadding(tag)
    }
  }

  /// The type in which the numbers of one part are stored.
  ///
  /// - Throws: ``FormatError`` with code `damaged` when they are not numbers or not as many as the dimensions say.
  func storage(of tag: MAT5Tag, count: Int, in element: MAT5Element) throws(FormatError) -> ElementType {
    guard let stored = tag.type?.elementType else {
      throw element.damaged("the numbers are stored as type \(tag.number), which is none of numbers")
    }
    let (expected, overflow) = count.multipliedReportingOverflow(by: stored.byteCount)
    guard !overflow, tag.count == expected else {
      throw element.damaged(
        "\(count) numbers stored as \(stored.rawValue) take \(overflow ? "too many" : "\(expected)") bytes, "
          + "found \(tag.count)")
    }
    guard tag.count <= element.remaining else {
      throw element.damaged(
        "the numbers take \(tag.count) bytes, the variable has only \(element.remaining) left")
    }
    return stored
  }
}
