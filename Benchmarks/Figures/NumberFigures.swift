import ArgumentParser
import TensorFiles
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The numbers that are parsed and formatted.
enum TimedNumbers: String, CaseIterable, ExpressibleByArgument {
  /// Six decimals, as measured positions have.
  case six
  /// All digits of a double, 16 or 17.
  case full
  /// Probabilities: the outputs of a sigmoid.
  case sigmoid

  /// The same numbers each time.
  func values(_ count: Int) -> [Double] {
    var random = SplitMix(state: 7)
    return (0..<count).map { _ in
      let value = 2 * random.unit() - 1
      return switch self {
      case .six: (value * 1e6).rounded() / 1e6
      case .full: value
      case .sigmoid: 1 / (1 + exp(-6 * value))
      }
    }
  }
}

/// `reg-benchmark parse`: text to doubles, the library's against `strtod`.
struct ParseFigure: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "parse")

  @Argument var numbers = TimedNumbers.six
  @Option var count = 1_000_000
  @Option var rounds = 5

  func run() throws {
    let values = numbers.values(count)
    var text: [UInt8] = []
    var ends: [Int] = [0]
    for value in values {
      NumberFormat.shortest.append(value, to: &text)
      text.append(UInt8(ascii: "\n"))
      ends.append(text.count)
    }
    let sum = values.reduce(0, +)
    try check(alone(text, ends), sum)
    try check(table(text), sum)
    let zeroed = text.map { $0 == UInt8(ascii: "\n") ? 0 : CChar(bitPattern: $0) }
    try check(library(zeroed, ends), sum)
    for _ in 0..<rounds {
      printFigure("parse strtod", rounds: 1, units: count) { keep(library(zeroed, ends)) }
      printFigure("parse alone", rounds: 1, units: count) { keep(alone(text, ends)) }
      try printFigure("parse table", rounds: 1, units: count) { keep(try table(text)) }
    }
  }

  private func check(_ found: Double, _ sum: Double) throws {
    guard found == sum else { throw WrongResult("the sum of the parsed numbers is \(found), not \(sum)") }
  }

  private func alone(_ text: [UInt8], _ ends: [Int]) -> Double {
    let span = text.span
    var sum = 0.0
    for index in 0..<count {
      if case .number(let value) = NumberParsing.parse(span.extracting(ends[index]..<ends[index + 1] - 1)) {
        sum += value
      }
    }
    return sum
  }

  /// As a column of a table, line ends and blocks included.
  private func table(_ text: [UInt8]) throws -> Double {
    let file = try FileFormats.open(InputFile(bytes: text, name: "numbers.csv"), from: "csv")
    guard let reader = file.reader as? any TableReader else { throw WrongResult("a table is no table") }
    let rows = try reader.rows(ofColumns: [0])
    var block = [Double](repeating: 0, count: 8192)
    var sum = 0.0
    while true {
      var span = block.mutableSpan
      let found = try rows.nextRows(into: &span)
      if found == 0 { return sum }
      for index in 0..<found { sum += block[index] }
    }
  }

  private func library(_ text: [CChar], _ ends: [Int]) -> Double {
    unsafe text.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      var sum = 0.0
      for index in 0..<count { unsafe sum += strtod(base + ends[index], nil) }
      return sum
    }
  }
}

/// `reg-benchmark format`: doubles to their shortest text, the library's against `Double.description`.
struct FormatFigure: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "format")

  @Argument var numbers = TimedNumbers.sigmoid
  @Option var count = 1_000_000
  @Option var rounds = 5

  func run() throws {
    let values = numbers.values(count)
    for value in values.prefix(10_000) where Double(NumberFormat.shortest.string(value)) != value {
      throw WrongResult("\(value) is written as \(NumberFormat.shortest.string(value))")
    }
    for _ in 0..<rounds {
      printFigure("format description", rounds: 1, units: count) { keep(description(values)) }
      printFigure("format shortest", rounds: 1, units: count) { keep(formatted(values, .shortest)) }
      printFigure("format 6 decimals", rounds: 1, units: count) { keep(formatted(values, .fixed(6))) }
    }
  }

  private func formatted(_ values: [Double], _ format: NumberFormat) -> Int {
    var text: [UInt8] = []
    var length = 0
    text.reserveCapacity(1 << 16)
    for value in values {
      format.append(value, to: &text)
      if text.count > 1 << 15 {
        length += text.count
        text.removeAll(keepingCapacity: true)
      }
    }
    return length + text.count
  }

  private func description(_ values: [Double]) -> Int {
    var text: [UInt8] = []
    var length = 0
    text.reserveCapacity(1 << 16)
    for value in values {
      text.append(contentsOf: value.description.utf8)
      if text.count > 1 << 15 {
        length += text.count
        text.removeAll(keepingCapacity: true)
      }
    }
    return length + text.count
  }
}
