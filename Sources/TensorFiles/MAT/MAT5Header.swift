import Tensors

/// What stands before the numbers of a variable: flags, dimensions and name (MAT-File Format, table 1-2).
struct MAT5Header {
  /// The number of the class, which need not be one that there is.
  let classNumber: Int
  let isComplex: Bool
  let isLogical: Bool
  /// Whether what follows is a sparse matrix.
  private(set) var isSparse = false
  /// The lengths of the dimensions; empty for an opaque value, which has none in the file.
  var shape: [Int] = []
  var name = ""
  /// The name of the class that an object or opaque value says it is of.
  var objectClass: String?
  /// The tag of the real part of a numeric array or of the row indices of a sparse one, whose data come next; nil where
  /// there is none.
  var data: MAT5Tag?

  /// The class, if it is one that there is.
  var arrayClass: MAT5Class? { MAT5Class(rawValue: classNumber) }

  /// Names longer than this are damage: MATLAB's have at most 63 bytes.
  private static let mostNameBytes = 4096
  private static let mostDimensions = 64

  /// Takes the header from the beginning of an element; of a numeric array, the real part's data come next.
  init(from element: MAT5Element) throws(FormatError) {
    // Array flags: miUINT32, eight bytes. SWAN writes miINT32.
    let flags = try element.tag()
    guard flags.type == .uint32 || flags.type == .int32, flags.count == 8 else {
      throw element.damaged(
        "a variable begins with 8 bytes of array flags of type 6, found \(flags.count) of type \(flags.number)")
    }
    var words = try element.take(8)
    let word = try words.integer(UInt32.self)
    classNumber = Int(word & MAT5Flags.classMask)
    isComplex = word & MAT5Flags.complex != 0
    isLogical = word & MAT5Flags.logical != 0

    if arrayClass == .opaque {
      // No dimensions: the name, the system of types ("MCOS", "java") and the class.
      name = try MAT5Header.text(from: element, "the name")
      _ = try MAT5Header.text(from: element, "the system of types")
      objectClass = try MAT5Header.text(from: element, "the class name")
      return
    }
    shape = try MAT5Header.dimensions(from: element)
    name = try MAT5Header.text(from: element, "the name")
    if arrayClass == .object { objectClass = try MAT5Header.text(from: element, "the class name") }
    isSparse = arrayClass == .sparse
    guard arrayClass?.elementType != nil || isSparse, element.remaining > 0 else { return }
    let data = try element.tag()
    self.data = data
    // Octave gives a sparse logical the class of a full one. It is told by the row indices in the place of the numbers
    // and by what follows them, which a full array never has.
    if arrayClass == .uint8, isLogical, shape.count == 2, data.type == .int32,
      element.remaining >= data.count + data.padding + 8
    {
      isSparse = true
    }
  }

  /// The type of the array's numbers; nil where it has none or none that is read.
  var elementType: ElementType? {
    // MATLAB has sparse doubles and sparse logicals, of two dimensions.
    guard let type = isSparse && shape.count == 2 ? .float64 : arrayClass?.elementType else { return nil }
    switch (isLogical, isComplex) {
    case (true, true): return nil
    case (true, false): return .bool
    case (false, false): return type
    case (false, true):
      return type == .float64 ? .complex128 : type == .float32 ? .complex64 : nil
    }
  }

  /// Dimensions: miINT32, four bytes each; miUINT32 is met too.
  private static func dimensions(from element: MAT5Element) throws(FormatError) -> [Int] {
    let tag = try element.tag()
    guard tag.type == .int32 || tag.type == .uint32, tag.count % 4 == 0, tag.count > 0 else {
      throw element.damaged(
        "the dimensions should be numbers of four bytes of type 5, found \(tag.count) bytes of type \(tag.number)")
    }
    guard tag.count / 4 <= mostDimensions else {
      throw element.damaged("\(tag.count / 4) dimensions are more than \(mostDimensions)")
    }
    var cursor = try element.take(tag.count)
    var shape: [Int] = []
    while cursor.remaining > 0 {
      let length = try cursor.integer(Int32.self)
      guard length >= 0 else { throw element.damaged("dimension \(shape.count + 1) is negative: \(length)") }
      shape.append(Int(length))
    }
    try element.skipPadding(tag)
    // Every MATLAB array has two dimensions: one is the length of a column.
    if shape.count == 1 { shape.append(1) }
    do { _ = try Tensor.byteCount(shape: shape, elementType: .complex128) } catch {
      throw element.damaged(error.description)
    }
    return shape
  }

  /// A name: miINT8; miUINT8 and miUTF8 are met too. What is not UTF-8 is replaced.
  private static func text(from element: MAT5Element, _ what: String) throws(FormatError) -> String {
    let tag = try element.tag()
    guard tag.type == .int8 || tag.type == .uint8 || tag.type == .utf8 else {
      throw element.damaged("\(what) should be of type 1, found type \(tag.number)")
    }
    guard tag.count <= mostNameBytes else {
      throw element.damaged("\(what) has \(tag.count) bytes, more than \(mostNameBytes)")
    }
    var cursor = try element.take(tag.count)
    let bytes = try cursor.take(tag.count)
    try element.skipPadding(tag)
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension MAT5Header {
  /// How the variable is listed. A sparse matrix that would be too large as a full one is listed as what it is.
  func entry(limits: Limits) -> TensorEntry {
    if isSparse, let elementType {
      // The room is what stands before the elements themselves, which may be fewer.
      return MATLABSparse.entry(
        name: name, rows: shape[0], columns: shape[1], type: elementType,
        stored: "at most \((data?.count ?? 0) / 4) stored",
        limits: limits)
    }
    if let elementType {
      // Of a complex array, the type of each part says whether it is stored as another.
      let own = isLogical ? ElementType.uint8 : arrayClass?.elementType
      let stored = data?.type?.elementType
      return TensorEntry(
        name: name, shape: shape, content: .numbers(elementType, storedAs: stored == own ? nil : stored))
    }
    return listedClass.entry(name: name, shape: shape)
  }

  /// The class of what is not an array of numbers that is read.
  private var listedClass: MATLABClass {
    let complex = isComplex ? "complex " : ""
    return switch arrayClass {
    case .cell: .cell
    case .structure: .structure
    case .object: .oldObject(objectClass ?? "")
    case .char: .char
    case .sparse: .sparse(isLogical: isLogical, isComplex: isComplex)
    case .function: .function
    case .opaque: .object(objectClass ?? "")
    case .some(let number):
      .numbers(isLogical ? "\(complex)logical" : "\(complex)\(number.elementType?.rawValue ?? "")")
    case nil: .unknown("\(classNumber)")
    }
  }
}
