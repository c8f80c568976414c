#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where numbers that are not negative stand on a line from left to right.
struct HorizontalAxis {
  private let scale: (Double) -> Double
  private let zero: Double?
  private let numbers: [Double]
  /// Where the gap between 0 and the logarithms begins.
  let gap: Double?

  /// An axis for numbers, between two places.
  init(_ numbers: [Double], from left: Double, to right: Double) {
    let positive = numbers.filter { $0 > 0 }
    let (least, most) = (positive.min() ?? 1, positive.max() ?? 1)
    let hasZero = numbers.contains(0)
    self.numbers = Set(numbers).sorted()
    if least > 0, most / least >= 10 {
      let start = hasZero ? left + 70 : left
      scale = { start + log($0 / least) / log(most / least) * (right - start) }
      (zero, gap) = (hasZero ? left : nil, hasZero ? left + 31 : nil)
    } else {
      let low = hasZero ? 0 : least
      scale = { most > low ? left + ($0 - low) / (most - low) * (right - left) : (left + right) / 2 }
      (zero, gap) = (nil, nil)
    }
  }

  /// The place of a number.
  func place(_ number: Double) -> Double { number == 0 ? zero ?? scale(0) : scale(number) }

  /// Numbers and their places: those of the axis, as far as there is room for their texts.
  var labels: [(Double, Double)] {
    var result: [(Double, Double)] = []
    for number in numbers {
      let place = place(number)
      if let last = result.last, place - last.1 < 38 { continue }
      result.append((number, place))
    }
    return result
  }
}

/// Round numbers around a range.
struct Ticks {
  let low: Double
  let high: Double
  /// From ``low`` to ``high``.
  let numbers: [Double]
  /// The distance of two neighbours.
  let step: Double
  private let digits: Int

  /// Numbers in steps of 1, 2 or 5 times a power of ten, in so many steps at most.
  init(from least: Double, to most: Double, most count: Int = 6) {
    let width = most - least > 1e-9 * abs(most) ? most - least : max(abs(most), 1) * 0.1
    let power = pow(10, log10(width / Double(max(count - 1, 1))).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { width / $0 <= Double(count) } ?? 20 * power
    self.step = step
    let first = (least / step).rounded(.down)
    let last = max((most / step).rounded(.up), first + 1)
    numbers = stride(from: first, through: last, by: 1).map { $0 * step }
    (low, high) = (first * step, last * step)
    digits = max(0, Int(-(log10(step) + 1e-9).rounded(.down)))
  }

  /// A number with as many digits as the steps need.
  func label(_ number: Double) -> String {
    guard digits < 16 else { return "\(number)" }
    let scaled = Int((number * pow(10, Double(digits))).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let text = String(abs(scaled))
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return (scaled < 0 ? "-" : "") + padded.dropLast(digits) + "." + padded.suffix(digits)
  }
}
