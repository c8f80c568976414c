extension ExampleSubset {
  /// A random part of all examples, held out as a test set: the same one for the same seed.
  ///
  /// The order is drawn by a Fisher-Yates shuffle with ``NumPyRandom/rand()``; the first `round(fraction * m)` of it are
  /// the test set. That takes 4 bytes an example for the time of the choice, see ``bytesOfTestChoice(of:)``.
  ///
  /// - Throws: ``TrainingError`` of code `settings` when one of the parts would be empty.
  public static func test(of total: Int, fraction: Double, seed: UInt32) throws(DatasetError) -> ExampleSubset {
    let count = try heldOutCount(of: total, fraction, "test")
    guard total <= UInt32.max else {
      throw DatasetError(.settings, "a test fraction is drawn of at most \(UInt32.max) examples, found \(total)")
    }
    var random = NumPyRandom(seed: seed)
    var order = [UInt32](0..<UInt32(total))
    for last in stride(from: total - 1, to: 0, by: -1) {
      order.swapAt(last, Int(random.rand() * Double(last + 1)))
    }
    var isChosen = [Bool](repeating: false, count: total)
    for example in order[..<count] { isChosen[Int(example)] = true }
    return ExampleSubset(of: total) { isChosen[$0] }
  }

  /// Bytes that ``test(of:fraction:seed:)`` takes while it chooses.
  public static func bytesOfTestChoice(of total: Int) -> Int { total.multipliedReportingOverflow(by: 5).partialValue }

  /// The second word of the key of the stream from which a dev set is drawn.
  private static let devStream: UInt32 = 0x6465_7600

  /// A random part of these examples, held out as a dev set: the same one for the same seed.
  ///
  /// Of the examples that are left, one after the other is taken with the probability (how many are wanted still) / (how
  /// many are left), so that exactly `round(fraction * count)` are (Knuth, The Art of Computer Programming, volume 2,
  /// 3.4.2, algorithm S). The random number of an example is Philox's at its number, with a stream of its own.
  ///
  /// - Throws: ``TrainingError`` of code `settings` when one of the parts would be empty.
  public func dev(fraction: Double, seed: UInt32) throws(DatasetError) -> ExampleSubset {
    var wanted = try ExampleSubset.heldOutCount(of: count, fraction, "dev")
    var left = count
    let random = Philox(key: SIMD2(seed, ExampleSubset.devStream))
    return ExampleSubset(of: total) { example in
      guard contains(example) else { return false }
      let words = random.words(
        at: SIMD4(UInt32(truncatingIfNeeded: example), UInt32(truncatingIfNeeded: example >> 32), 0, 0))
      let uniform = (Double(words.x >> 5) * 67_108_864 + Double(words.y >> 6)) / 9_007_199_254_740_992
      let isChosen = uniform * Double(left) < Double(wanted)
      left -= 1
      if isChosen { wanted -= 1 }
      return isChosen
    }
  }

  /// How many examples a fraction is.
  private static func heldOutCount(of total: Int, _ fraction: Double, _ set: String) throws(DatasetError) -> Int {
    guard fraction > 0, fraction < 1 else {
      throw DatasetError(.settings, "the \(set) fraction must be between 0 and 1, found \(fraction)")
    }
    let count = Int((fraction * Double(total)).rounded())
    guard count > 0, count < total else {
      throw DatasetError(
        .settings,
        "a \(set) fraction of \(fraction) leaves \(total - count) of \(total) examples for training and \(count) for the "
          + (set == "test" ? "test" : "dev set"))
    }
    return count
  }
}
