/// The squared error of linear units, of labels that are numbers.
public enum SquaredError {
  /// The loss of one example: the mean of (a - y)² over the units.
  public static func loss(_ values: Span<Double>, labels: Span<Double>) -> Double {
    var sum = 0.0
    for index in values.indices { sum += (values[index] - labels[index]) * (values[index] - labels[index]) }
    return sum / Double(values.count)
  }

  /// Puts dz = 2 (a - y) / units in the place of a = z.
  static func differentiate(_ values: inout MutableSpan<Double>, labels: Span<Double>) {
    let share = 2 / Double(values.count)
    for index in values.indices { values[index] = share * (values[index] - labels[index]) }
  }
}
