/// Why there is no picture.
package struct PlotError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it was.
  package enum Code: Sendable {
    /// The numbers cannot be drawn.
    case data
    /// There is no gnuplot, or it failed.
    case gnuplot
  }

  /// What kind of failure it was.
  package let code: Code
  /// What was found and how to mend it; without a full stop at the end.
  package let description: String

  /// A failure.
  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
