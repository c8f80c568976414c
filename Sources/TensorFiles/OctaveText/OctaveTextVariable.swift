import Tensors

/// What the comments before a variable's numbers say of it.
struct OctaveTextVariable {
  /// How the numbers follow one another.
  enum Layout: Hashable {
    /// Every number, row by row.
    case rows
    /// Every number, the first index running fastest.
    case columns
    /// Those of the diagonal.
    case diagonal
    /// For each column (or row) of a permutation the row (or column) of its one.
    case permutation(ofColumns: Bool)
    /// Base, limit and increment.
    case range
    /// Row, column and number of each element.
    case sparse(count: Int)
  }

  /// What it is.
  enum Content {
    case numbers(ElementType, Layout)
    case other(MATLABClass)
  }

  var shape: [Int]
  var content: Content
  /// Where its numbers begin.
  var place: OctaveTextScanner.Place
}

/// A type of Octave's in words: `float complex matrix`, `int32 scalar`, `sparse bool matrix`.
struct OctaveTextType {
  enum Form {
    case scalar, matrix, diagonal, permutation, range, sparse, string, cell, structure(isScalar: Bool), function
    case object
    case unknown
  }

  let form: Form
  let elementType: ElementType

  init(_ text: String) {
    var words = text.split(separator: " ")
    if words.first == "global" { words.removeFirst() }
    var type = ElementType.float64
    func finish(_ form: Form) -> (Form, ElementType) { (form, type) }
    let isSparse = words.first == "sparse"
    if isSparse { words.removeFirst() }
    let isSingle = words.first == "float"
    if isSingle { words.removeFirst() }
    if isSingle { type = .float32 }
    if words.first == "complex" {
      words.removeFirst()
      type = isSingle ? .complex64 : .complex128
    } else if words.first == "bool" {
      type = .bool
      words.removeFirst()
      // A logical scalar is a `bool` and nothing more.
      if words.isEmpty { words = ["scalar"] }
    } else if let first = words.first, words.count == 2, let integer = ElementType(rawValue: String(first)),
      String(first).contains("int")
    {
      type = integer
      words.removeFirst()
    }
    (form, elementType) =
      switch (words.joined(separator: " "), isSparse) {
      case ("matrix", true): finish(.sparse)
      case ("scalar", false): finish(.scalar)
      case ("matrix", false): finish(.matrix)
      case ("diagonal matrix", false): finish(.diagonal)
      case ("permutation matrix", false): finish(.permutation)
      case ("range", false) where type.isRealFloat, ("double_range", false) where type.isRealFloat: finish(.range)
      case ("string", false), ("sq_string", false): finish(.string)
      case ("cell", false): finish(.cell)
      case ("struct", false): finish(.structure(isScalar: false))
      case ("scalar struct", false): finish(.structure(isScalar: true))
      case ("function handle", false): finish(.function)
      case ("object", false): finish(.object)
      default: finish(.unknown)
      }
  }
}

extension ElementType {
  /// Whether these are the numbers of ranges: Octave has none of truth values, whole numbers and complex numbers.
  fileprivate var isRealFloat: Bool { self == .float64 || self == .float32 }
}
