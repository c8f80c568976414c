import NetworkFiles
import TensorFiles
import ToolSupport

/// The manual page of a command, in the language of man(7): everything in it comes from the definitions of the options
/// and from the lists of formats and exit codes, so it is never behind them.
struct ManualPage {
  /// The page.
  let text: String

  /// The page of a command.
  ///
  /// - Parameter description: what the parser knows of the command, in JSON: it says it in no other way.
  init(_ description: String) throws(FormatError) {
    let document = try JSONValue(parsing: Array(description.utf8))
    let command = document["command"] ?? .null
    let name = command["commandName"]?.textValue ?? ""
    let discussion = Discussion(command["discussion"]?.textValue ?? "")
    // The tools of reg have pages of their own, the commands of a tool stand on its page.
    let parts = name == Reg.name ? [] : Reg.tools(of: command)
    var page = ".TH \(name.uppercased()) 1 \(RegTools.date) \"reg-tools \(RegTools.version)\" \"reg-tools\"\n"
    // Words are not divided, since they may be names, and lines end where they end.
    page += ".nh\n.ad l\n"
    page += ".SH NAME\n" + Roff.filled("\(name) - \(ManualPage.phrase(command["abstract"]?.textValue ?? ""))")
    page +=
      ".SH SYNOPSIS\n"
      + (parts.isEmpty
        ? ManualPage.synopsis(command, name)
        : parts.map { ManualPage.synopsis($0.description, "\(name) \($0.name)") }.joined(separator: ".br\n"))
    page += ".SH DESCRIPTION\n" + ManualPage.description(command, discussion)
    if name == Reg.name { page += ManualPage.tools(of: command) }
    page += ".SH OPTIONS\n"
    page += parts.isEmpty ? ManualPage.options(command) : ManualPage.options(of: parts, name)
    page += ManualPage.formats(for: name)
    page += ".SH EXIT STATUS\n"
    page += ExitStatus.meanings.map { ".TP\n.B \($0.code)\n\(Roff.filled($0.meaning))" }.joined()
    var examples = discussion.examples
    for part in parts {
      examples += Discussion(part.description["discussion"]?.textValue ?? "").examples.filter { !examples.contains($0) }
    }
    page += ".SH EXAMPLES\n" + examples.map { $0.roff }.joined(separator: ".PP\n")
    text = page + ".SH SEE ALSO\n" + ManualPage.references(from: name)
  }

  /// A sentence as what stands behind the name in lists: without its capital and its full stop.
  private static func phrase(_ sentence: String) -> String {
    let body = sentence.hasSuffix(".") ? sentence.dropLast() : sentence[...]
    return body.prefix(1).lowercased() + body.dropFirst()
  }

  private static func references(from name: String) -> String {
    var pages: [String] = []
    for tool in [Reg.self] + Tools.all { if let other = tool.name, other != name { pages.append(other + "(1)") } }
    return (pages.sorted() + ["reg-parameters(5)"]).map { Roff.reference($0) }.joined(separator: ",\n") + "\n"
  }

  private static func synopsis(_ command: JSONValue, _ name: String) -> String {
    if name == Reg.name {
      return ".B \(Roff.text(name))\n.I tool\n.RI [ arguments ]\n"
        + ".br\n.BI \(Roff.text("reg-"))tool\n.RI [ arguments ]\n"
    }
    var lines = [".B \(Roff.text(name))"]
    let arguments = arguments(of: command)
    for argument in arguments where argument.isOption && !argument.isOptional {
      lines.append("\\fB\(Roff.text(argument.names[0]))\\fR \\fI\(Roff.text(argument.valueName))\\fR")
    }
    lines.append(".RI [ options ]")
    for argument in arguments where argument.isPositional {
      let value = "\\fI\(Roff.text(argument.valueName))\\fR" + (argument.isRepeating ? " ..." : "")
      lines.append(argument.isOptional ? "[\(value)]" : value)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func description(_ command: JSONValue, _ discussion: Discussion) -> String {
    let paragraphs = [command["abstract"]?.textValue ?? ""] + discussion.paragraphs
    return paragraphs.map { Roff.filled($0) }.joined(separator: ".PP\n")
  }

  private static func tools(of command: JSONValue) -> String {
    ".SH TOOLS\n"
      + Reg.tools(of: command).map { tool in
        ".TP\n.B \(tool.name)\n" + Roff.filled(tool.abstract) + "See\n\(Roff.reference("reg-\(tool.name)(1)")).\n"
      }.joined()
  }

  private static func arguments(of command: JSONValue) -> [ManualArgument] {
    (command["arguments"]?.arrayValue ?? []).map(ManualArgument.init).filter(\.isShown)
  }

  /// Arguments first, then the options under the titles that `--help` has too.
  private static func options(_ command: JSONValue) -> String {
    let arguments = arguments(of: command)
    var titles: [String] = []
    for argument in arguments where !titles.contains(argument.title) { titles.append(argument.title) }
    // Those without a title close the list, as in `--help`.
    titles = titles.filter { $0 != "Arguments" && $0 != "Options" }
    titles = ["Arguments"] + titles + ["Options"]
    var text = ""
    for title in titles {
      let members = arguments.filter { $0.title == title }
      if !members.isEmpty { text += ".SS \(title == "Options" && titles.count > 2 ? "Other options" : title)\n" }
      text += list(members)
    }
    return text
  }

  /// For each command of a tool what it does and what it alone has, then what several have, with their names.
  private static func options(of parts: [Part], _ name: String) -> String {
    var all: [(argument: ManualArgument, owners: [String])] = []
    for part in parts {
      for argument in arguments(of: part.description) {
        if let place = all.firstIndex(where: { $0.argument.isSame(as: argument) }) {
          all[place].owners.append(part.name)
        } else {
          all.append((argument, [part.name]))
        }
      }
    }
    var text = ""
    for part in parts {
      text += ".SS \(Roff.text("\(name) \(part.name)"))\n"
      text += ([part.abstract] + Discussion(part.description["discussion"]?.textValue ?? "").paragraphs)
        .map { Roff.filled($0) }.joined(separator: ".PP\n")
      text += list(all.filter { $0.owners == [part.name] }.map { $0.argument })
    }
    text += ".SS Options of several commands\n"
    for (argument, owners) in all where owners.count > 1 {
      let note = owners.count == parts.count ? "" : " (\(owners.joined(separator: ", ")))"
      text += ".TP\n" + argument.head + "\n" + Roff.filled(argument.body + note)
    }
    return text
  }

  private static func list(_ members: [ManualArgument]) -> String {
    var text = ""
    var isAlias = false
    for (index, member) in members.enumerated() {
      // A flag and its opposite mean what stands under both.
      let continues = index + 1 < members.count && members[index + 1].body == member.body
      text += (isAlias ? ".TQ\n" : ".TP\n") + member.head + "\n" + (continues ? "" : Roff.filled(member.body))
      isAlias = continues
    }
    return text
  }

  private static func formats(for name: String) -> String {
    guard ["reg", "reg-convert", "reg-inspect"].contains(name) else {
      return ".SH FORMATS\n"
        + Roff.filled(
          "The formats and their names are those that reg-inspect --formats lists; parameters are described in")
        + Roff.reference("reg-parameters(5)") + ",\nthe others in\n" + Roff.reference("reg-convert(1)") + ".\n"
    }
    let data = FileFormats.all.map { ($0.name, $0.title, $0.pathExtensions, $0.writes) }
    let networks = NetworkFormats.all.map { ($0.name, $0.title, $0.pathExtensions, $0.writes) }
    var text = ".SH FORMATS\n"
    for (title, list) in [("Arrays and tables", data), ("Networks", networks)] {
      text += ".SS \(title)\n"
      for (name, title, endings, writes) in list {
        let ending = endings.isEmpty ? "" : " (\(endings.map { "." + $0 }.joined(separator: " ")))"
        text += ".TP\n.B \(Roff.text(name))\n"
        text += Roff.filled("\(title)\(ending), \(writes ? "read and written" : "read")")
      }
    }
    return text
  }
}

/// An argument of a command, as the parser describes it.
private struct ManualArgument {
  private let description: JSONValue

  init(_ description: JSONValue) { self.description = description }

  private func text(_ member: String) -> String? { description[member]?.textValue }

  var isShown: Bool { description["shouldDisplay"]?.boolValue ?? true }
  var isPositional: Bool { text("kind") == "positional" }
  var isOption: Bool { text("kind") == "option" }
  var isOptional: Bool { description["isOptional"]?.boolValue ?? false }
  var isRepeating: Bool { description["isRepeating"]?.boolValue ?? false }
  var valueName: String { text("valueName") ?? "" }
  /// Where it stands.
  var title: String { isPositional ? "Arguments" : text("sectionTitle") ?? "Options" }

  /// `-o`, `--output`: short ones first.
  var names: [String] {
    let names = (description["names"]?.arrayValue ?? []).compactMap { name in
      name["name"]?.textValue.map { (name["kind"]?.textValue == "long" ? "--" : "-") + $0 }
    }
    return names.filter { !$0.hasPrefix("--") } + names.filter { $0.hasPrefix("--") }
  }

  /// Whether it is the same of another command.
  func isSame(as other: ManualArgument) -> Bool { head == other.head && body == other.body }

  /// The argument as it is written.
  var head: String {
    var head = names.map { "\\fB\(Roff.text($0))\\fR" }.joined(separator: ", ")
    if isPositional || isOption { head += (head.isEmpty ? "" : " ") + "\\fI\(Roff.text(valueName))\\fR" }
    return head
  }

  /// What it means, what holds without it, and what it may be.
  var body: String {
    var body = text("abstract") ?? ""
    if let details = text("discussion") { body += " " + details }
    if let value = text("defaultValue") { body += " (default: \(value))" }
    if let values = description["allValues"]?.arrayValue {
      body += " One of: \(values.compactMap(\.textValue).joined(separator: ", "))."
    }
    return body
  }
}

/// A command within another.
private struct Part {
  let name: String
  let abstract: String
  let description: JSONValue
}

extension Reg {
  /// The commands within a command; none for most tools.
  fileprivate static func tools(of command: JSONValue) -> [Part] {
    (command["subcommands"]?.arrayValue ?? []).filter { $0["shouldDisplay"]?.boolValue ?? true }.compactMap { tool in
      guard let name = tool["commandName"]?.textValue, let abstract = tool["abstract"]?.textValue else { return nil }
      // The parser has one of its own.
      return name == "help" ? nil : Part(name: name, abstract: abstract, description: tool)
    }
  }
}
