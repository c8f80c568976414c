import ArgumentParser

/// Figures that can be had only inside one process; `python3 -m Benchmarks` starts it.
///
/// Each figure checks its result before it is timed, and prints a line `figure`, its name, the smallest and the median
/// seconds and how often it was timed, separated by tabs.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reg-benchmark", abstract: "Time parts of the libraries inside one process.",
    subcommands: [
      TrainFigure.self, ReadFigure.self, WriteFigure.self, ParseFigure.self, FormatFigure.self, CheckNumbers.self,
      MultiplyAddFigure.self, SpinFigure.self,
    ])
}

/// What a figure found to be wrong before it was timed.
struct WrongResult: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
