import TensorFiles
import Tensors
import Training

/// Which labels a training takes.
public enum WantedLabels: Sendable, Hashable {
  /// Those of two classes: 0 and 1, or two texts.
  case auto
  /// Those of any number of classes: whole numbers, texts, or one-hot rows.
  case classes
  /// Numbers that stand for themselves, one or several an example.
  case values
}

/// How the numbers that a file has become the numbers of labels.
struct LabelCoding: Sendable {
  /// What the numbers of the file are.
  enum Numbers: Sendable, Hashable {
    /// Those of the label.
    case same
    /// Numbers that name classes: the place of each among them.
    case names([Double: Int])
    /// One number for each class, of which one is 1 and the others are 0.
    case oneHot
  }

  /// What the labels are.
  let kind: LabelKind
  /// What the numbers of the file are.
  let numbers: Numbers
  /// How many numbers of the file make a label.
  let width: Int
  /// The names of the classes.
  let classes: ClassLabels?

  /// Labels of 0 and 1.
  static func binary(_ classes: ClassLabels? = nil) -> LabelCoding {
    LabelCoding(kind: .binary, numbers: .same, width: 1, classes: classes)
  }

  /// Labels that are the numbers of classes with names.
  static func places(_ classes: ClassLabels) -> LabelCoding {
    LabelCoding(kind: .classes(classes.names.count), numbers: .same, width: 1, classes: classes)
  }

  /// Labels that are whole numbers, which are the names of classes, in ascending order.
  static func integers(_ numbers: [Double], column: String) -> LabelCoding {
    let names = numbers.map { Int(exactly: $0).map(String.init) ?? "\($0)" }
    let places = Dictionary(zip(numbers, numbers.indices)) { first, _ in first }
    return LabelCoding(
      kind: .classes(numbers.count), numbers: .names(places), width: 1,
      classes: ClassLabels(column: column, names: names))
  }

  /// Labels that have a number for each class.
  static func oneHot(_ classes: ClassLabels) -> LabelCoding {
    LabelCoding(kind: .classes(classes.names.count), numbers: .oneHot, width: classes.names.count, classes: classes)
  }

  /// Labels that stand for themselves.
  static func values(_ count: Int) -> LabelCoding {
    LabelCoding(kind: .values(count), numbers: .same, width: count, classes: nil)
  }

  /// The same labels in another file, where a label has so many numbers; nil where there are none such.
  func matching(width found: Int) -> LabelCoding? {
    if found == width { return self }
    guard case .classes(let count) = kind, let classes else { return nil }
    // One file may have the classes' numbers and the other one-hot rows.
    if found == count { return .oneHot(classes) }
    return found == 1 ? .places(classes) : nil
  }

  /// Reads the label that begins at a place among the numbers of a file, and puts it into another place.
  ///
  /// - Returns: which of its numbers is wrong, counted from 0; nil where none is.
  func encode(
    _ source: Span<Double>, at place: Int, into target: inout MutableSpan<Double>, at targetPlace: Int
  ) -> Int? {
    switch numbers {
    case .same:
      for index in 0..<width {
        let number = source[place + index]
        guard kind.contains(number) else { return index }
        target[targetPlace + index] = number
      }
    case .names(let places):
      guard let number = places[source[place]] else { return 0 }
      target[targetPlace] = Double(number)
    case .oneHot:
      var found: Int?
      for index in 0..<width {
        let number = source[place + index]
        guard number == 0 || number == 1, number == 0 || found == nil else { return index }
        if number == 1 { found = index }
      }
      guard let found else { return 0 }
      target[targetPlace] = Double(found)
    }
    return nil
  }

  /// What the numbers of a file may be, and what to do about others.
  var expectation: String {
    switch numbers {
    case .same: kind.expectation + (kind == .binary ? LabelCoding.otherLosses : "")
    case .names: "one of the classes " + LabelCoding.list(classes?.names ?? [])
    case .oneHot: "one 1 and otherwise 0 among the \(width) numbers of a label"
    }
  }

  /// What trains with other labels than those of two classes.
  static let otherLosses = "; --loss softmax takes more classes, --loss squared or huber takes values"

  /// Some names, at most ten of them.
  static func list(_ names: [String]) -> String {
    names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
  }
}
