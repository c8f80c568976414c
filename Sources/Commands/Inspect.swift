import ArgumentParser
import NetworkFiles
import TensorFiles
import ToolSupport

/// `reg-inspect`: what is in a file.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reg-inspect",
    abstract: "Show what is in a data or parameter file.",
    discussion: """
      Without options the arrays are not read: a large file answers as fast as a small one.

      Examples:
        reg-inspect data.mat
        reg-inspect model.h5
        reg-inspect model.h5 --values W1
        reg-inspect --stats --format json data.mat | jq .arrays
      """,
    version: "reg-inspect (reg-tools) \(RegTools.version)")

  @Argument(help: "The files; - is standard input.")
  var files: [String] = []

  @Flag(help: "Read the arrays: minimum, maximum, mean, standard deviation, zeros, NaN and infinities.")
  var stats = false

  @Option(help: ArgumentHelp("Print one array, as CSV or with --format json as JSON.", valueName: "name"))
  var values: String?

  @Flag(help: "List the formats that are read and written.")
  var formats = false

  @Option(help: "The report: text or json.")
  var format: ReportFormat = .text

  @Option(help: ArgumentHelp("The format of the files, when their content does not tell it.", valueName: "format"))
  var from: FormatName?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if files.isEmpty && !formats { throw ValidationError("name a file, or - for standard input") }
    if values != nil && files.count > 1 { throw ValidationError("--values prints an array of one file") }
  }

  func run() throws {
    var output = try OutputFile(path: "-")
    if formats { try output.write(format == .text ? FormatList.text : FormatList.json.text + "\n") }
    var firstBadCode: Int32 = 0
    for path in files {
      do {
        try inspect(path, to: &output)
      } catch let error as FormatError where error.code != .closedPipe && ExitStatus.code(for: error) != 74 {
        // A bad file does not stop the rest: what is known of it has been said.
        try output.flush()
        Message.error(error.naming(path).description)
        if firstBadCode == 0 { firstBadCode = ExitStatus.code(for: error) }
      }
    }
    try output.commit()
    if firstBadCode != 0 { throw ExitCode(firstBadCode) }
  }

  private func inspect(_ path: String, to output: inout OutputFile) throws {
    let file = try FileFormats.open(path, from: from?.format.name)
    if let values {
      try ArrayPrinter(file, values).write(format, to: &output)
    } else {
      let report = FileReport(file, withStatistics: stats)
      switch format {
      case .text: try output.write(report.text)
      case .json: try output.write(try report.json.text + "\n")
      }
      if let damage = report.damage { throw damage.naming(file.input.name) }
    }
    if let damage = file.reader.damage { throw damage.naming(file.input.name) }
  }
}
