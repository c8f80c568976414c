import ArgumentParser
import ToolSupport

/// The tools as their programs start them: each parses the command line, works, and ends the process.
package enum Tools {
  /// Every tool: the one list that `reg`, its links, completions and manual pages are made of.
  static let all: [any ParsableCommand.Type] = [
    Train.self, Predict.self, Inspect.self, Convert.self, Tune.self, Plot.self,
  ]

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

  /// `reg`: the tool by whose name it is called, `reg-train` and so on, or the one that its first word names.
  package static func reg() -> Never {
    let name = CommandLine.arguments.first?.split(separator: "/").last
    if let tool = all.first(where: { $0.name == name.map(String.init) }) { Tool.main(tool) }
    do { try Reg.checkSubcommand(CommandLine.arguments.dropFirst().first) } catch { Tool.end(Reg.self, error) }
    Tool.main(Reg.self)
  }
}

extension ParsableCommand {
  /// What the command is called on the command line.
  static var name: String? { configuration.commandName }
}
