import ArgumentParser
import NetworkFiles
import Plotting
import TensorFiles
import ToolSupport
import Training

/// `reg-plot data`: the examples as points.
struct PlotData: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Draw the examples as points, in the colours and marks of their classes.",
    discussion: """
      Examples:
        reg-plot data data.mat
        reg-plot data data.mat -o data.svg --style notebook
        reg-plot data flowers.csv --labels species --axes width,length -o f.png
      """)

  @Argument(
    help: "The examples: MAT, HDF5, NPZ, CSV and more (reg-inspect --formats), told by content; - is standard input.",
    completion: .dataFile)
  var data: String

  @Option(help: "What stands above the picture. (default: the name of the file)")
  var title: String?

  @OptionGroup(title: "Picture") var picture: PictureOptions
  @OptionGroup(title: "Axes") var plane: PlaneOptions
  @OptionGroup(title: "Data") var dataOptions: DataOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var common: CommonOptions

  /// Whole numbers of more classes are rather values.
  private static let mostNumbers = 20

  /// Of a test set that is held out: that of reg-train.
  private static let seed = TrainingSettings().seed

  func run() throws {
    let output = try PictureOutput(picture, inputs: [data] + dataOptions.otherFiles)
    let file = try dataOptions.open(data, threads: threads.count)
    let loaded = try load(file)
    for note in loaded.notes { Message.note(note) }
    do {
      try draw(loaded, name: file.input.baseName, to: output)
    } catch let error as PlotError where error.code == .data {
      throw FormatError(error, file: file.input.name)
    }
  }

  /// Labels may be classes of any number, or values.
  private func load(_ file: OpenFile) throws -> LoadedDataset {
    do {
      let loaded = try dataOptions.load(file, wanted: .classes, seed: PlotData.seed, threads: threads.count)
      if let names = loaded.classes?.names, names.count > PlotData.mostNumbers, names.allSatisfy({ Double($0) != nil })
      {
        return try dataOptions.load(file, wanted: .values, seed: PlotData.seed, threads: threads.count)
      }
      return loaded
    } catch let error as FormatError where error.code == .unsuitable {
      // What is wrong with values too is wrong with the file.
      do { return try dataOptions.load(file, wanted: .values, seed: PlotData.seed, threads: threads.count) } catch {
        throw (error as? FormatError)?.withoutLosses ?? error
      }
    }
  }

  private func draw(_ loaded: LoadedDataset, name: String, to output: PictureOutput) throws {
    let examples = try PlottedExamples(
      loaded, axes: plane.axes, names: nil, classNames: loaded.classes?.names ?? ["0", "1"], classNumbers: { $0 })
    let labels = examples.labels
    var panel = Panel(
      title: (title ?? name).escapingControls, xLabel: labels.x, yLabel: labels.y, window: try examples.window(plane),
      layers: examples.scatter.layers(picture.style))
    panel.subtitle = (examples.notes + [examples.restNote(of: nil)].compactMap(\.self)).joined(separator: "; ")
    try output.write(
      Picture(
        "\(panel.title): \(examples.total) examples, \(labels.y) against \(labels.x)", panels: [panel], columns: 1))
  }
}
