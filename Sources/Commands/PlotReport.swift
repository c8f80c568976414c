import ArgumentParser
import NetworkFiles
import Plotting
import TensorFiles
import ToolSupport
import Training

/// `reg-plot report`: a page about models and the data.
struct PlotReport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a page of HTML: how well models do, their pictures, their settings.",
    discussion: """
      Examples:
        reg-plot report -m model.h5 data.mat -o report.html
        reg-plot report -m plain.h5 -m l2.h5 -m dropout.h5 data.mat -o report.html \\
          --xlim=-0.75,0.40 --ylim=-0.75,0.65

      The page is one file, without scripts and without anything from elsewhere.
      """)

  @Argument(help: "The examples, as for reg-train; - is standard input.", completion: .dataFile)
  var data: String

  @OptionGroup var models: ModelFiles

  @Option(name: .shortAndLong, help: "The page, .html; - is standard output.", completion: .file(extensions: ["html"]))
  var output: String

  @Option(help: "What stands above the page. (default: the models and the data)")
  var heading: String?

  @Option(help: "The colours: clear (for colour-blind people too) or notebook (red and blue).")
  var style: Style = .clear

  @OptionGroup(title: "Axes") var plane: PlaneOptions
  @OptionGroup(title: "Data") var dataOptions: DataOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if output.isEmpty { throw ValidationError("-o needs the name of a file, found none") }
    if models.model.contains("-") && data == "-" { throw ValidationError(DataOptions.onlyOnce) }
  }

  func run() throws {
    try PictureOutput.check(output, inputs: models.model + [data] + dataOptions.otherFiles)
    let program = try Gnuplot()
    _ = try OutputFile(path: output)
    let read = try PlottedModels.read(models)
    let loaded = try LoadedForModels(data, dataOptions, read, threads: threads.count)
    for note in loaded.dataset.notes { Message.note(note) }
    let page = ReportPage(models: read, data: loaded, plane: plane, style: style, threads: threads.count)
    let html = try page.html(heading: heading, program: program)
    if html.utf8.count > ReportPage.mostBytes {
      Message.warning("\(output): the page has \(html.utf8.count) bytes; fewer models make a smaller one")
    }
    var file = try OutputFile(path: output)
    try file.write(html)
    try file.commit()
  }
}
