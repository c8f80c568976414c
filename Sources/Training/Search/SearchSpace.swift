/// The settings that a search tries.
package struct SearchSpace: Sendable, Hashable {
  /// One of the settings that are tried.
  package struct Point: Sendable, Hashable {
    /// Its number, from 0, in the order of the grid or of the draws.
    package let number: Int
    /// All settings.
    package let settings: TrainingSettings
  }

  /// What is chosen, in the order of ``SearchableSetting``.
  package let dimensions: [SearchValues]

  /// The most settings that one search tries.
  static let largest = 1_000_000

  /// A space of the given values.
  package init(_ dimensions: [SearchValues]) {
    self.dimensions = SearchableSetting.allCases.compactMap { setting in
      dimensions.last { $0.setting == setting }
    }
  }

  /// The settings that differ from point to point.
  package var choices: [SearchableSetting] { dimensions.filter(\.isChoice).map(\.setting) }

  /// Every combination of the values, those of the last setting changing first.
  ///
  /// - Throws: ``TrainingError`` of code `settings` where a combination is out of range, there are ranges or more than a
  ///   million combinations.
  package func grid(from base: TrainingSettings) throws(TrainingError) -> [Point] {
    if let range = dimensions.first(where: \.hasRanges) {
      throw TrainingError(.settings, "\(range.setting.option) has a range, from which --random N draws N settings")
    }
    let lists = dimensions.map(\.texts)
    var count = 1
    for list in lists {
      let (product, overflow) = count.multipliedReportingOverflow(by: list.count)
      guard !overflow, product <= SearchSpace.largest else {
        throw TrainingError(
          .settings, "the grid has more than \(SearchSpace.largest) settings; --random N tries N of them")
      }
      count = product
    }
    var points = PointList(base: base, dimensions: dimensions)
    for number in 0..<count {
      var (rest, texts) = (number, [String]())
      for list in lists.reversed() {
        texts.append(list[rest % list.count])
        rest /= list.count
      }
      try points.add(texts.reversed())
    }
    return points.points
  }

  /// Settings drawn from the values: a value of a list is as likely as any other, a number of a range as
  /// ``NumberRange`` says.
  ///
  /// What is drawn for a setting is a function of the seed, the number of the draw and the setting's name: it does not
  /// depend on what else is searched. Settings that were drawn before are drawn anew, so there are fewer where there
  /// are not as many.
  ///
  /// - Throws: ``TrainingError`` of code `settings` where what was drawn is out of range.
  package func draws(_ count: Int, seed: UInt32, from base: TrainingSettings) throws(TrainingError) -> [Point] {
    guard (1...SearchSpace.largest).contains(count) else {
      throw TrainingError(.settings, "--random must be from 1 to \(SearchSpace.largest), found \(count)")
    }
    let philox = Philox(key: SIMD2(seed, SearchSpace.drawingKey))
    var points = PointList(base: base, dimensions: dimensions)
    for draw in 0..<(20 * count + 100) where points.points.count < count {
      try points.add(
        dimensions.map { values in
          let name = SearchSpace.hash(values.setting.rawValue)
          return values.draw { part in
            philox.uniform(at: SIMD4(UInt32(draw), name, UInt32(truncatingIfNeeded: part), 0))
          }
        })
    }
    return points.points
  }

  /// "draw": no other stream of random numbers has this key.
  private static let drawingKey: UInt32 = 0x6472_6177

  /// FNV-1a of 32 bits (draft-eastlake-fnv, §2).
  private static func hash(_ text: String) -> UInt32 {
    text.utf8.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}

/// Points without repetitions.
private struct PointList {
  let base: TrainingSettings
  let dimensions: [SearchValues]
  var points: [SearchSpace.Point] = []
  var seen: Set<TrainingSettings> = []

  init(base: TrainingSettings, dimensions: [SearchValues]) {
    (self.base, self.dimensions) = (base, dimensions)
  }

  /// Adds the point with these values of the dimensions, unless it is there.
  mutating func add(_ texts: [String]) throws(TrainingError) {
    var settings = base
    for (values, text) in zip(dimensions, texts) { try values.setting.set(text, in: &settings) }
    guard seen.insert(settings).inserted else { return }
    do { try settings.validate() } catch {
      let choices = zip(dimensions, texts).filter { $0.0.isChoice }
      guard !choices.isEmpty, !isRefused(texts, with: error) else { throw error }
      let which = choices.map { "\($0.0.setting.rawValue) \($0.1)" }.joined(separator: ", ")
      throw TrainingError(error.code, "\(error.message); the settings are \(which)")
    }
    points.append(SearchSpace.Point(number: points.count, settings: settings))
  }

  /// Whether the values that are no choice are refused for the same reason without the others.
  private func isRefused(_ texts: [String], with error: TrainingError) -> Bool {
    var settings = base
    do {
      for (values, text) in zip(dimensions, texts) where !values.isChoice {
        try values.setting.set(text, in: &settings)
      }
      try settings.validate()
      return false
    } catch let other {
      return other == error
    }
  }
}

extension Philox {
  /// A number from 0 to below 1, of 53 random bits.
  func uniform(at counter: SIMD4<UInt32>) -> Double {
    let words = words(at: counter)
    return Double(UInt64(words.x) << 32 | UInt64(words.y) & ~0x7ff) / 0x1p64
  }
}
