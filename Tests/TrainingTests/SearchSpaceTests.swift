import Testing
import Training

@Suite struct SearchSpaceTests {
  /// The points of options, as texts.
  private func grid(_ options: (SearchableSetting, String)...) throws -> [[String]] {
    let space = SearchSpace(try options.map { try SearchValues($0.1, for: $0.0) })
    return try space.grid(from: TrainingSettings()).map { point in
      space.dimensions.map { $0.setting.text(in: point.settings) }
    }
  }

  /// The order is that of ``SearchableSetting``, whatever the order of the options.
  @Test func aGridIsEveryCombination() throws {
    #expect(
      try grid((.keepProbabilities, "1,0.9:0.8"), (.hiddenSizes, "20:3,40:10")) == [
        ["20:3", "1"], ["20:3", "0.9:0.8"], ["40:10", "1"], ["40:10", "0.9:0.8"],
      ])
  }

  @Test func thePointsHaveTheSettings() throws {
    let values = [
      try SearchValues("0.25", for: .lambda), try SearchValues("40:10,7", for: .hiddenSizes),
      try SearchValues("none,32", for: .batchSize), try SearchValues("tanh", for: .activation),
    ]
    let points = try SearchSpace(values).grid(from: TrainingSettings())
    #expect(points.map(\.number) == [0, 1, 2, 3])
    #expect(points.map(\.settings.hiddenSizes) == [[40, 10], [40, 10], [7], [7]])
    #expect(points.map(\.settings.batchSize) == [nil, 32, nil, 32])
    #expect(points.allSatisfy { $0.settings.lambda == 0.25 && $0.settings.activation == .tanh })
    #expect(SearchSpace(values).choices == [.hiddenSizes, .batchSize])
  }

  @Test func commasInParenthesesSeparateNothing() throws {
    #expect(
      try grid((.optimizer, "gradient-descent,adam(0.9,0.99,1e-7),momentum(0.5)")) == [
        ["gradient-descent"], ["adam(0.9,0.99,1e-07)"], ["momentum(0.5)"],
      ])
    #expect(try grid((.schedule, "constant,step(10000,0.5)")) == [["constant"], ["step(10000,0.5)"]])
  }

  @Test func whatIsTheSameIsTriedOnce() throws {
    #expect(try grid((.lambda, "0,0.0,0.1,1e-1")) == [["0"], ["0.1"]])
  }

  /// The text of every setting of the initial settings is one that is taken.
  @Test(arguments: SearchableSetting.allCases) func textsAreTakenBack(setting: SearchableSetting) throws {
    var settings = TrainingSettings()
    try setting.set(setting.text(in: settings), in: &settings)
    #expect(settings == TrainingSettings())
  }

  @Test(arguments: [
    (SearchableSetting.lambda, "0,abc", "--lambda: 'abc' is not a number"),
    (.lambda, "", "--lambda: a value is missing in ''"),
    (.lambda, "0,,1", "--lambda: a value is missing in '0,,1'"),
    (.hiddenSizes, "20:3.5", "--hidden: '3.5' is not a whole number"),
    (.hiddenSizes, "20:", "--hidden: '' is not a whole number"),
    (.optimizer, "adam(0.9", "--optimizer has no value 'adam(0.9'"),
    (.initialization, "random", "--init has no value 'random'"),
    (.learningRate, "1..0.1", "--learning-rate: the range 1..0.1 must go from a number to a larger one"),
    (.learningRate, "0.1..", "--learning-rate: '0.1..' is not a range of numbers such as 0.01..1"),
    (.learningRate, "0.1..inf", "--learning-rate: '0.1..inf' is not a range of numbers such as 0.01..1"),
    (.batchSize, "1.5..8", "--batch-size: the ends of 1.5..8 must be whole numbers"),
    (.activation, "relu..tanh", "--activation: 'relu..tanh' is a range, but there is no order to names"),
  ])
  func aWrongValueIsNamed(setting: SearchableSetting, text: String, sentence: String) {
    #expect(throws: TrainingError(.settings, sentence)) { try SearchValues(text, for: setting) }
  }

  @Test func aCombinationOutOfRangeIsNamed() throws {
    let error = #expect(throws: TrainingError.self) {
      try grid((.hiddenSizes, "20:3,40"), (.keepProbabilities, "0.9:0.8"), (.lambda, "0"))
    }
    #expect(error?.description == "keep_prob has 2 values for 1 hidden layers; the settings are hidden 40")
  }

  @Test func rangesNeedDrawing() {
    let error = #expect(throws: TrainingError.self) { try grid((.lambda, "0,0.1..1")) }
    #expect(error?.description == "--lambda has a range, from which --random N draws N settings")
  }

  @Test func aGridBeyondReasonIsRefused() {
    let many = (0..<2000).map { "\($0)" }.joined(separator: ",")
    let error = #expect(throws: TrainingError.self) { try grid((.lambda, many), (.l1, many)) }
    #expect(error?.description == "the grid has more than 1000000 settings; --random N tries N of them")
  }
}

@Suite struct SearchDrawsTests {
  private func draws(_ count: Int, seed: UInt32 = 1, _ options: (SearchableSetting, String)...) throws -> [[String]] {
    let space = SearchSpace(try options.map { try SearchValues($0.1, for: $0.0) })
    return try space.draws(count, seed: seed, from: TrainingSettings()).map { point in
      space.dimensions.map { $0.setting.text(in: point.settings) }
    }
  }

  /// The numbers are part of what a search promises: the same seed draws the same settings in every version.
  @Test func theDrawsOfASeedAreTheSame() throws {
    #expect(
      try draws(
        4, (.hiddenSizes, "5..50:2..8"), (.learningRate, "0.1,0.3"), (.lambda, "0.01..10"),
        (.keepProbabilities, "0.5..1")) == SearchDrawsTests.expected)
  }

  /// Computed with Python, from the description of ``SearchSpace/draws(_:seed:from:)``.
  static let expected = [
    ["31:4", "0.1", "4.927", "0.9507"], ["30:6", "0.3", "2.712", "0.5577"], ["18:4", "0.3", "1.801", "0.5292"],
    ["12:3", "0.3", "0.05386", "0.8927"],
  ]

  @Test func aDrawDoesNotDependOnWhatElseIsDrawn() throws {
    let alone = try draws(5, (.lambda, "0.01..10")).map { $0[0] }
    #expect(try draws(5, (.lambda, "0.01..10"), (.learningRate, "0.1..0.5")).map { $0[1] } == alone)
    #expect(try Array(draws(9, (.lambda, "0.01..10")).prefix(5)).map { $0[0] } == alone)
    #expect(try draws(5, seed: 2, (.lambda, "0.01..10")).map { $0[0] } != alone)
  }

  /// A decade has as many as any other where the ends are far apart, and a tenth of the width as many where they are not.
  @Test func rangesAreLogarithmicOrNot() throws {
    let wide = try draws(3000, (.lambda, "0.001..1")).compactMap { Double($0[0]) }
    for end in [0.001, 0.01, 0.1] {
      let share = Double(wide.count { $0 >= end && $0 < 10 * end }) / 3000
      #expect(abs(share - 1.0 / 3) < 0.03)
    }
    let narrow = try draws(3000, (.keepProbabilities, "0.5..1")).compactMap { Double($0[0]) }
    #expect(narrow.allSatisfy { $0 >= 0.5 && $0 <= 1 })
    #expect(abs(Double(narrow.count { $0 < 0.75 }) / Double(narrow.count) - 0.5) < 0.03)
    let fromZero = try draws(3000, (.lambda, "0..10")).compactMap { Double($0[0]) }
    #expect(abs(Double(fromZero.count { $0 < 5 }) / Double(fromZero.count) - 0.5) < 0.03)
  }

  /// Four digits, so that the number in the table is the number that was trained with.
  @Test func numbersAreShort() throws {
    for text in try draws(200, (.lambda, "1e-7..1e7")).map({ $0[0] }) {
      let digits = text.prefix { $0 != "e" }.filter(\.isNumber)
      #expect(String(digits.drop { $0 == "0" }).count <= 8, "\(text)")
      let number = try #require(Double(text))
      #expect(number >= 1e-7 && number <= 1e7)
    }
  }

  @Test func wholeNumbersReachBothEnds() throws {
    #expect(Set(try draws(9, (.batchSize, "2..5")).map { $0[0] }) == ["2", "3", "4", "5"])
    #expect(Set(try draws(2, (.hiddenSizes, "1..2")).map { $0[0] }) == ["1", "2"])
  }

  /// Values of a list and ranges may be mixed; each is as likely as the others.
  @Test func listsAndRangesMix() throws {
    let space = SearchSpace([
      try SearchValues("0,0.01..1", for: .lambda), try SearchValues("0.1..0.9", for: .keepProbabilities),
    ])
    let points = try space.draws(400, seed: 1, from: TrainingSettings())
    #expect(points.count == 400)
    #expect(abs(Double(points.count { $0.settings.lambda == 0 }) / 400 - 0.5) < 0.1)
  }

  @Test func nothingIsDrawnTwice() throws {
    #expect(try draws(50, (.lambda, "0,1,2")).map { $0[0] }.sorted() == ["0", "1", "2"])
  }

  @Test func whatIsOutOfRangeIsNamed() throws {
    let error = #expect(throws: TrainingError.self) { try draws(20, (.keepProbabilities, "0.5..1.5")) }
    #expect(error?.description.hasPrefix("keep_prob must be greater than 0 and at most 1, found 1.") == true)
  }
}
