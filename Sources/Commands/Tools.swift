import ToolSupport

/// The tools as their programs start them: each parses the command line, works, and ends the process.
package enum Tools {
  /// `reg-train`
  package static func train() -> Never { Tool.main(Train.self) }
  /// `reg-predict`
  package static func predict() -> Never { Tool.main(Predict.self) }
  /// `reg-inspect`
  package static func inspect() -> Never { Tool.main(Inspect.self) }
  /// `reg-convert`
  package static func convert() -> Never { Tool.main(Convert.self) }
  /// `reg-tune`
  package static func tune() -> Never { Tool.main(Tune.self) }
  /// `reg-plot`
  package static func plot() -> Never { Tool.main(Plot.self) }
}
