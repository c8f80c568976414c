/// The values of a setting that a search tries, as one option tells them.
///
/// Commas outside parentheses separate values, `:` joins the parts of one: `20:3,40:10`, `adam,adam(0.9,0.99,1e-8)`.
/// A part may be a range, `0.01..1`, from which numbers are drawn.
package struct SearchValues: Sendable, Hashable {
  /// A part of a value.
  enum Part: Sendable, Hashable {
    case text(String)
    case range(NumberRange)
  }

  /// The setting.
  package let setting: SearchableSetting
  /// The option's text.
  package let text: String
  /// The values, each with its parts.
  let values: [[Part]]

  /// Reads the values of an option.
  ///
  /// - Throws: ``TrainingError`` of code `settings` with a sentence that begins with the option.
  package init(_ text: String, for setting: SearchableSetting) throws(TrainingError) {
    (self.setting, self.text) = (setting, text)
    var values: [[Part]] = []
    for value in SearchValues.separated(text) {
      if value.isEmpty { throw TrainingError(.settings, "\(setting.option): a value is missing in '\(text)'") }
      let parts = try SearchValues.parts(value, of: setting)
      if !parts.contains(where: { if case .range = $0 { true } else { false } }) {
        // A value is refused where it stands, not when it is drawn.
        var settings = TrainingSettings()
        try setting.set(value, in: &settings)
      }
      values.append(parts)
    }
    self.values = values
  }

  /// Whether there are ranges, from which numbers must be drawn.
  package var hasRanges: Bool {
    values.contains { $0.contains { if case .range = $0 { true } else { false } } }
  }

  /// Whether a search has a choice here.
  package var isChoice: Bool { values.count > 1 || hasRanges }

  /// The texts of the values; those of ranges are left out.
  var texts: [String] {
    values.compactMap { parts in
      let texts = parts.compactMap { part in if case .text(let text) = part { text } else { nil } }
      return texts.count == parts.count ? texts.joined(separator: ":") : nil
    }
  }

  /// A value, with numbers from 0 to below 1: the first chooses among the values, part i takes number i + 1.
  func draw(_ uniform: (Int) -> Double) -> String {
    let value = values[min(values.count - 1, Int(uniform(0) * Double(values.count)))]
    return value.enumerated().map { index, part in
      switch part {
      case .text(let text): text
      case .range(let range): range.text(at: uniform(index + 1))
      }
    }.joined(separator: ":")
  }

  private static func parts(_ value: String, of setting: SearchableSetting) throws(TrainingError) -> [Part] {
    if case .name = setting.content {
      guard !value.contains("..") else {
        throw TrainingError(.settings, "\(setting.option): '\(value)' is a range, but there is no order to names")
      }
      return [.text(value)]
    }
    var parts: [Part] = []
    for part in value.split(separator: ":", omittingEmptySubsequences: false) {
      if part.contains("..") {
        parts.append(.range(try NumberRange(String(part), of: setting)))
      } else {
        parts.append(.text(String(part)))
      }
    }
    return parts
  }

  /// The texts between the commas that stand in no parentheses.
  private static func separated(_ text: String) -> [String] {
    var (values, depth) = ([""], 0)
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 { values.append("") } else { values[values.count - 1].append(character) }
    }
    return values
  }
}
