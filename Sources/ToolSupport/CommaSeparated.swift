import ArgumentParser

/// Several values in one option, `20,3`.
package struct CommaSeparated<Value: LosslessStringConvertible & Sendable>: ExpressibleByArgument, Sendable {
  /// The values, in order.
  package var values: [Value]

  /// A list of values.
  package init(_ values: [Value]) { self.values = values }

  package init?(argument: String) {
    var values: [Value] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = Value(String(part)) else { return nil }
      values.append(value)
    }
    self.values = values
  }

  package var defaultValueDescription: String { values.map(\.description).joined(separator: ",") }
}
