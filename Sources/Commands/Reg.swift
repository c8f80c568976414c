import ArgumentParser
import NetworkFiles
import ToolSupport

/// `reg`: all tools in one program, so that what they share is there once.
struct Reg: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reg",
    abstract: "Train, inspect and run regularized neural networks on scientific data files.",
    discussion: """
      reg train is the same as reg-train, and so on.

      Examples:
        reg train data.mat --lambda 0.7 -o l2.h5
        reg predict -m l2.h5 positions.csv
        reg inspect l2.h5
        reg convert l2.h5 l2.onnx
        reg tune data.mat
        reg plot boundary -m l2.h5 data.mat -o boundary.svg
      """,
    version: "reg (reg-tools) \(RegTools.version)",
    subcommands: Tools.all.map { subcommand($0) } + [Manual.self])

  /// Says in time that a word names no tool.
  ///
  /// - Parameter word: the first word of the command line; nil where there is none.
  static func checkTool(_ word: String?) throws {
    if word == nil { throw ValidationError("name a tool: \(subcommandNames.joined(separator: ", "))") }
    try checkSubcommand(word, is: "tool")
  }

  private static func subcommand<Command: ParsableCommand>(_ type: Command.Type) -> any ParsableCommand.Type {
    Subcommand<Command>.self
  }
}

/// A tool under its name within `reg`: `train`, where the program of its own is called `reg-train`.
struct Subcommand<Command: ParsableCommand>: ParsableCommand {
  static var configuration: CommandConfiguration {
    var configuration = Command.configuration
    configuration.commandName = configuration.commandName.map { String($0.dropFirst("reg-".count)) }
    return configuration
  }

  @OptionGroup var command: Command

  mutating func run() throws { try command.run() }
}
