import HDF5

/// Names of columns as Python pickles them with protocol 0: lists and tuples of texts and integers.
///
/// Only what makes such lists is understood, and nothing is ever called: anything else is no list of names.
struct PickledNames {
  /// A value on the stack, or the mark that a list or tuple begins at.
  private enum Value {
    case mark
    case name(String)
    case list([Value])
  }

  private let value: Value?

  /// What an attribute holds; no names where there is none, or where it is no text.
  init(_ attributes: borrowing HDF5Attributes, _ name: String) throws(HDF5Error) {
    guard try attributes.text(name) != nil, let bytes = try attributes.attribute(name).readStringBytes().first else {
      self.init(pickle: [])
      return
    }
    self.init(pickle: bytes)
  }

  /// What a pickle holds.
  init(pickle bytes: [UInt8]) {
    // The protocol's text is Latin-1.
    value = PickledNames.parse(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })))
  }

  /// The names of a list of names.
  var flat: [String]? { value.flatMap(PickledNames.names) }

  /// The names of the columns in a list of axes: the first one is a tuple of its number and its names.
  var columns: [String]? {
    guard case .list(let axes)? = value, axes.count == 1, case .list(let axis) = axes[0], axis.count == 2 else {
      return nil
    }
    return PickledNames.names(axis[1])
  }

  private static func names(_ value: Value) -> [String]? {
    guard case .list(let values) = value else { return nil }
    var names: [String] = []
    for value in values {
      guard case .name(let name) = value else { return nil }
      names.append(name)
    }
    return names
  }

  private static func parse(_ text: String) -> Value? {
    var stack: [Value] = []
    var rest = Substring(text)
    while let operation = rest.popFirst() {
      switch operation {
      case "(": stack.append(.mark)
      case "l", "t":
        guard let mark = stack.lastIndex(where: { if case .mark = $0 { true } else { false } }) else { return nil }
        let values = Array(stack[(mark + 1)...])
        stack.removeSubrange(mark...)
        stack.append(.list(values))
      case "a":
        guard let last = stack.popLast(), case .list(let values)? = stack.popLast() else { return nil }
        stack.append(.list(values + [last]))
      case "p": _ = line(of: &rest)
      case "V":
        guard let name = line(of: &rest), let unescaped = unescaped(name) else { return nil }
        stack.append(.name(unescaped))
      case "I", "L":
        guard let number = line(of: &rest), let integer = Int(number.hasSuffix("L") ? number.dropLast() : number) else {
          return nil
        }
        stack.append(.name(String(integer)))
      case ".": return stack.count == 1 && rest.isEmpty ? stack[0] : nil
      default: return nil
      }
    }
    return nil
  }

  private static func line(of rest: inout Substring) -> Substring? {
    guard let end = rest.firstIndex(of: "\n") else { return nil }
    defer { rest = rest[rest.index(after: end)...] }
    return rest[..<end]
  }

  /// Text in Python's raw-unicode-escape: `\u` and four hexadecimal digits, or `\U` and eight, for a character.
  private static func unescaped(_ text: Substring) -> String? {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let kind = rest.first, kind == "u" || kind == "U" else {
        result.append(scalar)
        continue
      }
      let digits = rest.dropFirst().prefix(kind == "u" ? 4 : 8)
      guard let number = UInt32(String(digits), radix: 16), let decoded = Unicode.Scalar(number) else { return nil }
      result.append(decoded)
      rest = rest.dropFirst(1 + digits.count)
    }
    return String(result)
  }
}
