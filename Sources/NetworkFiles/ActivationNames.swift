import TensorFiles
import Training

extension Activation {
  /// The activations that a text in a file names: `relu,hard_sigmoid(0.2,0.5)`.
  ///
  /// - Throws: ``FormatError`` with code `unsupported` at `activations` for a name that is unknown.
  static func list(_ text: String) throws(FormatError) -> [Activation] {
    var names = [""]
    var depth = 0
    for character in text where !character.isWhitespace {
      depth += character == "(" ? 1 : character == ")" ? -1 : 0
      if character == ",", depth == 0 { names.append("") } else { names[names.count - 1].append(character) }
    }
    var activations: [Activation] = []
    for name in names {
      guard let activation = Activation(rawValue: name) else {
        throw FormatError(
          .unsupported, at: .object("activations"),
          "there is no activation '\(name)'; there are \(Activation.named.map(\.name).joined(separator: ", "))")
      }
      activations.append(activation)
    }
    return activations
  }
}
