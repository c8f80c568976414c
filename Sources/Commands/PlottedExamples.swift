import ArgumentParser
import NetworkFiles
import Plotting
import TensorFiles
import Tensors
import ToolSupport
import Training

/// The examples of a picture: some of them where they are many, and what is known of all.
struct PlottedExamples {
  /// The inputs of the axes, counted from 0.
  let (x, y): (Int, Int)
  /// The names of the inputs.
  let inputNames: [String]
  /// The mean of each input.
  let means: [Double]
  /// The least and the greatest of the two inputs.
  let (rangeX, rangeY): (ClosedRange<Double>, ClosedRange<Double>)
  /// The points that are drawn.
  let scatter: DatasetScatter
  /// The number of all examples.
  let total: Int
  /// What the picture must say of them; empty for nothing.
  let notes: [String]

  /// The most points of a picture.
  static let most = 20_000
  /// The same where more would hide what is behind them.
  static let mostOnRegions = 4000

  /// Takes the training examples of a dataset.
  ///
  /// - Parameters:
  ///   - names: of the inputs, where the data have none.
  ///   - classNumbers: for each class of the data, the number of the class that it is drawn as.
  ///   - classNames: their names.
  ///   - limit: the most points.
  init(
    _ loaded: LoadedDataset, axes: String?, names: [String]?, classNames: [String],
    classNumbers: (Int) throws -> Int, limit: Int = most
  ) throws {
    let examples = loaded.measuredTrain
    let count = examples.inputCount
    let given = loaded.inputNames ?? names
    inputNames = given ?? (1...count).map { "x\($0)" }
    guard count >= 2 else {
      throw PlotError(.data, "the examples have one input, \(inputNames[0]); a picture of them needs two")
    }
    (x, y) = try PlottedExamples.axes(axes, inputNames)
    total = examples.exampleCount
    var points: [Point] = []
    var labels: [Double] = []
    var sums = [Double](repeating: 0, count: count)
    var (lowX, highX, lowY, highY) = (Double.infinity, -Double.infinity, Double.infinity, -Double.infinity)
    var number = 0
    var chosen = EvenChoice(of: total, atMost: limit)
    let (x, y) = (x, y)
    try PlottedExamples.forEach(examples) { inputs, label in
      for (index, input) in inputs.enumerated() { sums[index] += input / Double(examples.exampleCount) }
      let (px, py) = (inputs[inputs.startIndex + x], inputs[inputs.startIndex + y])
      (lowX, highX, lowY, highY) = (min(lowX, px), max(highX, px), min(lowY, py), max(highY, py))
      if chosen.isNext(number) {
        points.append(Point(px, py))
        labels.append(label)
      }
      number += 1
    }
    means = sums
    guard lowX <= highX, lowY <= highY else {
      throw PlotError(.data, "there are no examples, so there is nothing to draw")
    }
    (rangeX, rangeY) = (lowX...highX, lowY...highY)
    switch examples.kind {
    case .values:
      let name = loaded.labelNames?.first ?? loaded.names.labels
      scatter = try DatasetScatter(points, .values(labels, name: name.escapingControls))
    case .binary, .classes:
      scatter = try DatasetScatter(
        points, .classes(try labels.map { try classNumbers(Int($0)) }, names: classNames.map(\.escapingControls)))
    }
    var notes: [String] = []
    if points.count < total { notes.append("\(points.count) of \(total) examples are drawn") }
    self.notes = notes
  }

  /// What the inputs that are not drawn stay at; nil where there are none.
  func restNote(of network: Network?) -> String? {
    let others = means.indices.filter { $0 != x && $0 != y }
    guard !others.isEmpty else { return nil }
    guard network != nil else { return "\(others.count) other input\(others.count == 1 ? " is" : "s are") not drawn" }
    if others.count == 1 {
      return "\(inputNames[others[0]].escapingControls) at its mean, \(means[others[0]].fourDigits)"
    }
    let shown = others.prefix(4).map { "\(inputNames[$0].escapingControls) = \(means[$0].fourDigits)" }
    return "at the means: " + shown.joined(separator: ", ") + (others.count > 4 ? ", … (\(others.count))" : "")
  }

  /// The names of the axes.
  var labels: (x: String, y: String) { (inputNames[x].escapingControls, inputNames[y].escapingControls) }

  /// The window: what is asked for, or that of the examples with a margin.
  func window(_ options: PlaneOptions) throws(PlotError) -> Window {
    let (xName, yName) = labels
    for limits in [options.xlim, options.ylim].compactMap(\.self) {
      try Window.check(limits.range.lowerBound, "the window")
      try Window.check(limits.range.upperBound, "the window")
      let width = limits.range.upperBound - limits.range.lowerBound
      guard width > 1e-9 * max(abs(limits.range.lowerBound), abs(limits.range.upperBound)) else {
        throw PlotError(.data, "the window is too narrow to have numbers at its axes")
      }
    }
    let x = try Window.axis(from: rangeX.lowerBound, to: rangeX.upperBound, name: xName)
    let y = try Window.axis(from: rangeY.lowerBound, to: rangeY.upperBound, name: yName)
    return Window(x: options.xlim?.range ?? x, y: options.ylim?.range ?? y)
  }

  /// The two inputs that an option names; the first two without it.
  private static func axes(_ text: String?, _ names: [String]) throws -> (Int, Int) {
    guard let text else { return (0, 1) }
    let parts = ColumnNames.names(in: text)
    guard parts.count == 2 else {
      throw ValidationError("--axes names two inputs, x1,x2, found '\(text)'")
    }
    var places: [Int] = []
    for part in parts {
      if let place = names.firstIndex(of: part) {
        places.append(place)
      } else if let number = Int(part), names.indices.contains(number - 1) {
        places.append(number - 1)
      } else {
        let list = names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", … (\(names.count))" : "")
        throw ValidationError("--axes: there is no input '\(part)'; the inputs are \(list)")
      }
    }
    guard places[0] != places[1] else { throw ValidationError("--axes names the input '\(parts[0])' twice") }
    return (places[0], places[1])
  }

  /// Hands out the inputs and the first number of the label of each example.
  private static func forEach(_ examples: TrainingExamples, _ body: (ArraySlice<Double>, Double) throws -> Void) throws
  {
    switch examples {
    case .memory(let dataset):
      var inputs = [Double](repeating: 0, count: dataset.inputCount)
      for example in 0..<dataset.exampleCount {
        for index in inputs.indices { inputs[index] = dataset.features[index, example] }
        try body(inputs[...], dataset.labels[0, example])
      }
    case .rows(let rows):
      let source = try rows.open()
      let width = rows.columnCount
      var block = [Double](repeating: 0, count: width * max(1, 65_536 / width))
      while true {
        var span = block.mutableSpan
        let count = try source.nextRows(into: &span)
        if count == 0 { return }
        for row in 0..<count {
          try body(block[row * width..<row * width + rows.inputCount], block[row * width + rows.inputCount])
        }
      }
    }
  }
}

/// Some of many things, one of each stretch of equal length: which one is told by the number of the stretch, so that
/// no period in the order of the things is met.
struct EvenChoice {
  private let total: Int
  private let count: Int
  private var stretch = 0
  private var next = 0

  /// A choice of so many things at most.
  init(of total: Int, atMost most: Int) {
    (self.total, count) = (total, min(total, most))
    next = count > 0 ? place(0) : -1
  }

  /// Whether a thing is chosen; asked for each in order, counted from 0.
  mutating func isNext(_ number: Int) -> Bool {
    guard number == next else { return false }
    stretch += 1
    next = stretch < count ? place(stretch) : -1
    return true
  }

  private func place(_ stretch: Int) -> Int {
    func start(_ stretch: Int) -> Int {
      let (high, low) = total.multipliedFullWidth(by: stretch)
      return count.dividingFullWidth((high, low)).quotient
    }
    let (first, end) = (start(stretch), start(stretch + 1))
    // SplitMix64 of the number of the stretch.
    var bits = UInt64(stretch &+ 1) &* 0x9e37_79b9_7f4a_7c15
    bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
    return first + Int((bits ^ bits >> 31) % UInt64(end - first))
  }
}
