import ArgumentParser
import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport

/// `reg-inspect`: what is in a file.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reg-inspect",
    abstract: "Show what is in a data or parameter file.",
    discussion: """
      Without options the arrays of data are not read: a large file answers as fast as a small one. Of a network, a \
      unit is called constant when all its weights are 0, unused when the next layer gives it only weights of 0, and \
      dead when it is 0 for every row of --data.

      Examples:
        reg-inspect data.mat
        reg-inspect model.h5
        reg-inspect model.h5 --values W1
        reg-inspect model.h5 --histogram all
        reg-inspect model.keras --data rows.csv
        reg-inspect plain.h5 --diff l2.h5 --data data.mat
        reg-inspect --stats --format json data.mat | jq .arrays
      """,
    version: "reg-inspect (reg-tools) \(RegTools.version)")

  @Argument(help: "The files; - is standard input.", completion: .anyFile)
  var files: [String] = []

  @Flag(help: "Read the arrays: minimum, maximum, mean, standard deviation, zeros, NaN and infinities.")
  var stats = false

  @Option(
    help: ArgumentHelp(
      "Print one array, as CSV or with --format json as JSON: one of the file, or W1, b1 … of its network.",
      valueName: "name"), completion: .arrayName)
  var values: String?

  @Option(
    help: ArgumentHelp("A histogram of one array, or of all.", valueName: "name|all"), completion: .arrayNameOrAll)
  var histogram: String?

  @Option(
    help: ArgumentHelp(
      "Compare with another file, array by array, or network with network in other forms: exit 0 the same, 1 different.",
      valueName: "other"), completion: .anyFile)
  var diff: String?

  @Option(
    help: ArgumentHelp(
      "Rows of inputs: name the dead units of a network, 0 for every row; with --diff count the predictions that change.",
      valueName: "file"), completion: .dataFile)
  var data: String?

  @Flag(help: "List the formats that are read and written.")
  var formats = false

  @Option(help: "The report: text or json.")
  var format: ReportFormat = .text

  @Option(help: ArgumentHelp("The format of the files, when their content does not tell it.", valueName: "format"))
  var from: AnyFormatName?

  @OptionGroup var network: NetworkOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if files.isEmpty && !formats { throw ValidationError("name a file, or - for standard input") }
    if values != nil && files.count > 1 { throw ValidationError("--values prints an array of one file") }
    if diff != nil && files.count != 1 { throw ValidationError("--diff compares one file with another") }
    if data != nil && (values != nil || histogram != nil || files.isEmpty) {
      throw ValidationError("--data belongs to --diff, or to the report of a network")
    }
    let ways = [stats, values != nil, histogram != nil, diff != nil].filter(\.self).count
    if ways > 1 { throw ValidationError("choose one of --stats, --values, --histogram and --diff") }
  }

  func run() throws {
    var output = try OutputFile(path: "-")
    if formats { try output.write(format == .text ? FormatList.text : FormatList.json.text + "\n") }
    if let diff {
      try compare(files[0], diff, to: &output)
      return try output.commit()
    }
    let data = try data.map { try open($0) }
    var firstBadCode: Int32 = 0
    for path in files {
      do {
        try inspect(path, data, to: &output)
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

  private func open(_ path: String, from name: String? = nil) throws(FormatError) -> OpenFile {
    let limits = Reading.limits(memory: memory.memoryLimit?.bytes, threads: threads.count)
    let input = try InputFile(path: path, limits: limits)
    // What comes through a pipe is kept first.
    return try ProgressBar.whileReading(input) { () throws(FormatError) in
      try Reading.open(input, from: name, limits: limits)
    }
  }

  private func inspect(_ path: String, _ data: OpenFile?, to output: inout OutputFile) throws {
    let file = try open(path, from: from?.arrays?.name)
    if let values {
      try ArrayPrinter(values, arrays(of: file).source(of: values)).write(format, to: &output)
    } else if let histogram {
      try draw(histogram, of: file, to: &output)
    } else {
      let report = try ProgressBar.whileReading(file.input) {
        try FileReport(file, withStatistics: stats, as: from?.network, options: network.reading, data: data)
      }
      switch format {
      case .text: try output.write(report.text)
      case .json: try output.write(try report.json.text + "\n")
      }
      if let damage = report.damage { throw damage.naming(file.input.name) }
      if data != nil && !report.hasNetwork {
        throw FormatError(.unsuitable, "there is no network to look into with --data", file: file.input.name)
      }
    }
    if let damage = file.reader.damage { throw damage.naming(file.input.name) }
  }

  private func arrays(of file: OpenFile) -> NamedArrays {
    NamedArrays(file, as: from?.network, options: network.reading)
  }

  private func draw(_ name: String, of file: OpenFile, to output: inout OutputFile) throws {
    let names = name == "all" ? file.reader.entries.filter { $0.elementType?.isComplex == false }.map(\.name) : [name]
    let arrays = arrays(of: file)
    let histograms = try ProgressBar.whileReading(file.input) {
      try names.map { try Histogram($0, of: arrays.source(of: $0)) }
    }
    switch format {
    case .text: try output.write(histograms.map(\.text).joined(separator: "\n"))
    case .json: try output.write(try JSONValue.array(histograms.map(\.json)).text + "\n")
    }
  }

  private func compare(_ first: String, _ second: String, to output: inout OutputFile) throws {
    let file = try open(first, from: from?.arrays?.name)
    let difference = try ProgressBar.whileReading(file.input) {
      try FileDifference(
        file, open(second), as: from?.network, options: network.reading,
        data: data.map { try open($0) })
    }
    switch format {
    case .text: try output.write(difference.text)
    case .json: try output.write(try difference.json.text + "\n")
    }
    try output.flush()
    if !difference.isNone { throw ExitCode(ExitStatus.no) }
  }
}
