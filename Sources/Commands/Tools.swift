import ArgumentParser
import TensorFiles
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
  package static func plot() -> Never {
    IsolatedReading.serveIfAsked()
    start(Plot.self, CommandLine.arguments.dropFirst())
  }

  /// `reg`: the tool by whose name it is called, `reg-train` and so on, or the one that its first word names.
  package static func reg() -> Never {
    IsolatedReading.serveIfAsked()
    let name = CommandLine.arguments.first?.split(separator: "/").last.map(String.init)
    let words = CommandLine.arguments.dropFirst()
    if let tool = all.first(where: { $0.name == name }) { start(tool, words) }
    do {
      try Reg.checkTool(words.first)
      if let tool = all.first(where: { $0.name == words.first.map { "reg-" + $0 } }) {
        try tool.checkSubcommand(words.dropFirst().first, is: "command")
      }
    } catch {
      Tool.end(Reg.self, error)
    }
    Tool.main(Reg.self)
  }

  private static func start(_ tool: any ParsableCommand.Type, _ words: ArraySlice<String>) -> Never {
    do { try tool.checkSubcommand(words.first, is: "command") } catch { Tool.end(tool, error) }
    Tool.main(tool)
  }
}

extension ParsableCommand {
  /// What the command is called on the command line.
  static var name: String? { configuration.commandName }

  /// The names of its commands that users know.
  static var subcommandNames: [String] {
    configuration.subcommands.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
  }

  /// Says in time that there is no such command, and what may be meant: the parser would only call what follows it
  /// unexpected.
  ///
  /// - Parameters:
  ///   - word: what stands in the place of a command's name; nil where nothing does.
  ///   - noun: what the commands are.
  static func checkSubcommand(_ word: String?, is noun: String) throws {
    let names = subcommandNames
    let all = configuration.subcommands.compactMap { $0.configuration.commandName }
    // `---completion` is how the scripts of the shells ask.
    guard let word, !names.isEmpty, !word.hasPrefix("-"), word != "help", !all.contains(word) else { return }
    throw ValidationError(
      "there is no \(noun) '\(word)'\(NearestName.question(word, among: names)); there are "
        + names.joined(separator: ", "))
  }
}
