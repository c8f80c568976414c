import ArgumentParser
import TensorFiles
import ToolSupport

/// `reg manual`: the manual pages of section 1, made of the options themselves, for whoever installs them.
struct Manual: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Print a manual page, or the names of all pages.",
    shouldDisplay: false)

  @Argument(help: "A page, such as reg-train.1.")
  var page: String?

  func run() throws {
    var pages: [(name: String, command: any ParsableCommand.Type)] = []
    for command in [Reg.self] + Tools.all { if let name = command.name { pages.append((name + ".1", command)) } }
    var output = try OutputFile(path: "-")
    if let page {
      guard let found = pages.first(where: { $0.name == page }) else {
        throw ValidationError(
          "there is no page '\(page)'\(NearestName.question(page, among: pages.map(\.name))); there are "
            + pages.map(\.name).joined(separator: ", "))
      }
      try output.write(try ManualPage(found.command._dumpHelp()).text)
    } else {
      try output.write(pages.map { $0.name + "\n" }.joined())
    }
    try output.commit()
  }
}
