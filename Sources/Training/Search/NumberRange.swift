#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A range of numbers, `0.01..1`, from which a search draws.
///
/// Where both ends are positive and the larger is at least ten times the smaller, all orders of magnitude are as likely
/// (log-uniform, as the sizes of penalties and learning rates are); else all numbers are (uniform). What is drawn is
/// rounded to four digits, so that the number in the table is the number that was trained with.
struct NumberRange: Sendable, Hashable {
  let low: Double
  let high: Double
  let isWhole: Bool

  /// - Throws: ``TrainingError`` of code `settings`.
  init(_ text: String, of setting: SearchableSetting) throws(TrainingError) {
    let ends = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false).compactMap { Double($0) }
    guard ends.count == 2, ends.allSatisfy(\.isFinite) else {
      throw TrainingError(.settings, "\(setting.option): '\(text)' is not a range of numbers such as 0.01..1")
    }
    (low, high) = (ends[0], ends[1])
    guard low < high else {
      throw TrainingError(.settings, "\(setting.option): the range \(text) must go from a number to a larger one")
    }
    if case .wholeNumbers = setting.content { isWhole = true } else { isWhole = false }
    guard !isWhole || (low == low.rounded() && high == high.rounded() && abs(low) < 1e15 && abs(high) < 1e15) else {
      throw TrainingError(.settings, "\(setting.option): the ends of \(text) must be whole numbers")
    }
  }

  /// Whether all orders of magnitude are as likely.
  var isLogarithmic: Bool { low > 0 && high / low >= 10 }

  /// The number at a place from 0, the lower end, to below 1, as a text.
  func text(at place: Double) -> String {
    if isWhole {
      // Each whole number has the same room around it, also the ends.
      let (from, to) = (low - 0.5, high + 0.5)
      let number = isLogarithmic ? exp(log(from) + place * log(to / from)) : from + place * (to - from)
      return String(Int(min(max(number.rounded(), low), high)))
    }
    let number = isLogarithmic ? exp(log(low) + place * log(high / low)) : low + place * (high - low)
    return "\(min(max(NumberRange.fourDigits(number), low), high))"
  }

  /// The nearest number of four decimal digits.
  private static func fourDigits(_ number: Double) -> Double {
    guard number != 0, number.isFinite else { return number }
    let exponent = Int(log10(abs(number)).rounded(.down)) - 3
    let scaled = (number * pow(10, Double(-exponent))).rounded()
    // Next to 0 a power of ten is beyond all numbers.
    guard scaled.isFinite else { return number }
    let digits = Int(scaled)
    // Reading the text rounds once; the product of digits and a power of ten would round twice.
    return Double("\(digits)e\(exponent)") ?? number
  }
}
