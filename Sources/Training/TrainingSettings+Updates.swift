extension TrainingSettings {
  /// The updates of a training with so many examples, at least one: the setting `iterations`, or those of the epochs,
  /// the last batch of each holding the rest.
  public func updateCount(examples: Int) -> Int {
    guard let epochs, let batchSize else { return iterations }
    let (count, overflow) = epochs.multipliedReportingOverflow(by: (examples - 1) / max(1, batchSize) + 1)
    return overflow ? .max : count
  }
}
