import FoundationEssentials
import Testing

import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What scikit-learn says of the same predictions: `Reference/metrics.json`, written by `Reference/metrics.py`.
struct EvaluationReferenceTests {
  struct Reference: Decodable {
    let cases: [Case]
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let kind: String
    let labels: Numbers
    let outputs: Numbers
    let weights: [Double]?
    let metrics: [String: Double?]
    let truePositives: Int?
    let curve: [[Double]]?
    let resamples: Int?
    let seed: UInt32?
    let intervals: [String: [Double]]?

    enum CodingKeys: String, CodingKey {
      case name, kind, labels, outputs, weights, metrics, curve, resamples, seed, intervals
      case truePositives = "true_positives"
    }

    var testDescription: String { "\(name), \(kind)" }
  }

  /// A number for each row, or a row of them.
  struct Numbers: Decodable, Sendable {
    let rows: [[Double]]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let numbers = try? container.decode([Double].self) {
        rows = numbers.map { [$0] }
      } else {
        rows = try container.decode([[Double]].self)
      }
    }
  }

  static let cases: [Case] = {
    let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    do {
      let data = try Data(contentsOf: URL(filePath: "/\(folder)/Reference/metrics.json"))
      return try JSONDecoder().decode(Reference.self, from: data).cases
    } catch {
      Issue.record("Reference/metrics.json: \(error)")
      return []
    }
  }()

  /// All rows of a case in one evaluator, or in blocks of so many that are put together.
  static func evaluator(_ of: Case, activation: Activation? = nil, block: Int = .max, keeps: Bool = false) -> Evaluator
  {
    let units = of.outputs.rows.first?.count ?? 1
    let (labels, usual): (LabelKind, Activation) =
      switch of.kind {
      // Its loss is computed from probabilities, so that these may be 0 and 1.
      case "binary": (.binary, .hardSigmoid(slope: 0.2, offset: 0.5))
      case "classes": (.classes(units), .softmax)
      default: (.values(units), .linear)
      }
    let task = EvaluationTask(
      labels: labels, activation: activation ?? usual, loss: of.kind == "values" ? .squared : .crossEntropy)
    let outputs = of.outputs.rows.flatMap(\.self)
    let z = outputs.map { of.kind == "binary" ? log($0) - log1p(-$0) : log($0) }
    var whole = Evaluator(task, keepsPredictions: keeps)
    var part = whole
    for row in of.labels.rows.indices {
      let weight = of.weights?[row] ?? 1
      let label = of.labels.rows[row]
      if of.kind == "values" {
        part.add(values: label[...], weight: weight, outputs: outputs, row: row)
      } else {
        part.add(class: Int(label[0]), weight: weight, outputs: outputs, z: z, row: row)
      }
      if part.rowCount >= block || row == of.labels.rows.count - 1 {
        whole.add(part)
        part = Evaluator(task, keepsPredictions: keeps)
      }
    }
    return whole
  }

  static func isClose(_ found: Double?, _ expected: Double?) -> Bool {
    guard let found, let expected else { return found == nil && expected == nil }
    return abs(found - expected) <= 1e-12 * max(1, abs(expected))
  }

  @Test(arguments: cases) func numbersAreThoseOfScikitLearn(_ of: Case) throws {
    for block in [Int.max, 1, 7] {
      let evaluation = Self.evaluator(of, block: block).evaluation
      #expect(evaluation.examples == of.labels.rows.count)
      for (name, expected) in of.metrics {
        let metric = try #require(Metric(rawValue: name))
        #expect(Self.isClose(evaluation[metric], expected), "\(name), blocks of \(block): \(evaluation[metric] as Any)")
      }
      #expect(evaluation.metrics.values.allSatisfy { !$0.isNaN })
      #expect(evaluation.confusion?[1, 1].count == of.truePositives || of.kind != "binary")
    }
    #expect(of.metrics.count == (of.kind == "values" ? 4 : 8))
  }

  /// The loss from z is that of the probabilities.
  @Test(arguments: cases.filter { of in of.kind == "binary" && of.outputs.rows.allSatisfy { 0 < $0[0] && $0[0] < 1 } })
  func theLossOfASigmoidIsThatOfItsProbability(_ of: Case) {
    let evaluation = Self.evaluator(of, activation: .sigmoid).evaluation
    #expect(Self.isClose(evaluation.logLoss, of.metrics["log_loss"] ?? nil) && evaluation.cost == evaluation.logLoss)
  }

  @Test(arguments: cases.filter { $0.curve != nil }) func reliabilityIsThatOfTheCalibrationCurve(_ of: Case) throws {
    let bins = try #require(Self.evaluator(of).evaluation.calibration).bins.filter { $0.count > 0 }
    let curve = try #require(of.curve)
    #expect(bins.count == curve[0].count && bins.reduce(0) { $0 + $1.count } == of.labels.rows.count)
    for (bin, (frequency, probability)) in zip(bins, zip(curve[0], curve[1])) {
      #expect(Self.isClose(bin.frequency, frequency) && Self.isClose(bin.probability, probability))
    }
  }

  @Test(arguments: cases.filter { $0.resamples != nil }) func intervalsAreThoseOfThePlainBootstrap(_ of: Case) throws {
    let bootstrap = Bootstrap(resamples: of.resamples ?? 0, seed: of.seed ?? 0)
    var ranges: [[Metric: ClosedRange<Double>]] = []
    for threads in [1, 3] {
      let evaluation = try Self.evaluator(of, block: 50, keeps: true).evaluation(bootstrap: bootstrap, threads: threads)
      ranges.append(try #require(evaluation.intervals).ranges)
    }
    #expect(ranges[0] == ranges[1])
    for (name, expected) in try #require(of.intervals) {
      let metric = try #require(Metric(rawValue: name))
      let range = try #require(ranges[0][metric])
      #expect(Self.isClose(range.lowerBound, expected[0]) && Self.isClose(range.upperBound, expected[1]), "\(name)")
    }
  }
}
