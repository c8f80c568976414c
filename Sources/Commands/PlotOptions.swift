import ArgumentParser
import Plotting
import TensorFiles
import ToolSupport

extension Style: ExpressibleByArgument {}

/// What kind of file a picture becomes.
enum PictureFormat: String, CaseIterable, ExpressibleByArgument {
  case svg, png, pdf, gnuplot
}

/// The width and height of a picture, `800x600`.
struct PictureSize: ExpressibleByArgument {
  let width: Int
  let height: Int

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1], width > 0, height > 0 else { return nil }
    (self.width, self.height) = (width, height)
  }
}

/// The ends of an axis, `-0.75,0.40`.
struct AxisLimits: Sendable {
  let range: ClosedRange<Double>

  /// - Throws: a usage error that says what is expected.
  @Sendable static func parsed(_ argument: String) throws -> AxisLimits {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 2, let low = parts[0], let high = parts[1], low < high, low.isFinite, high.isFinite else {
      throw ValidationError("expected two numbers, the lower one first, such as -0.75,0.40")
    }
    return AxisLimits(range: low...high)
  }
}

/// Where pictures go and how they look.
struct PictureOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, help: "The picture, .svg, .png or .pdf; - is standard output.",
    completion: .file(extensions: ["svg", "png", "pdf"]))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The kind of file, when the ending does not tell it; gnuplot is the script with its data.", valueName: "format"))
  var to: PictureFormat?

  @Flag(help: "Draw in the terminal, in half blocks, braille dots and marks.")
  var terminal = false

  @Option(help: "The size in pixels, of PDF in points, in the terminal in characters: 800x600.")
  var size: PictureSize?

  @Option(help: "The colours: clear (for colour-blind people too) or notebook (red and blue).")
  var style: Style = .clear

  func validate() throws {
    if terminal && (output != nil || to != nil) {
      throw ValidationError("--terminal draws in the terminal; leave \(output != nil ? "-o" : "--to") out")
    }
    if output == "" { throw ValidationError("-o needs the name of a file, found none") }
    _ = try format
    if let size {
      let most = isTerminal ? 1000 : 20_000
      let least = isTerminal ? 8 : 80
      guard size.width <= most, size.height <= most, size.width >= least, size.height >= least else {
        throw ValidationError(
          "--size must be from \(least)x\(least) to \(most)x\(most), found \(size.width)x\(size.height)")
      }
    }
  }

  /// Whether the picture is drawn in the terminal.
  var isTerminal: Bool { terminal || output == nil && to == nil }

  /// The kind of file; nil for the terminal.
  var format: PictureFormat? {
    get throws {
      guard !isTerminal else { return nil }
      if let to { return to }
      guard let output, output != "-" else { return .svg }
      let name = output.split(separator: "/").last ?? ""
      let ending = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last?.lowercased() ?? ""
      switch ending {
      case "svg": return .svg
      case "png": return .png
      case "pdf": return .pdf
      case "gnuplot", "gp", "plt": return .gnuplot
      default:
        throw ValidationError(
          "'\(name)' does not end in .svg, .png, .pdf or .gnuplot; --to names the kind of file")
      }
    }
  }
}

/// The models of a picture.
struct ModelFiles: ParsableArguments {
  @Option(
    name: .shortAndLong, help: "The parameters, in any format that reg-inspect reads; repeat it for several models.",
    completion: .modelFile)
  var model: [String] = []

  @Option(help: "What a model is called; repeat it as often as -m. (default: the names of the files)")
  var title: [String] = []

  @OptionGroup var network: NetworkOptions

  func validate() throws {
    if model.isEmpty { throw ValidationError("-m names a model, found none") }
    if title.count > model.count {
      throw ValidationError("there are \(title.count) titles for \(model.count) models; each --title belongs to a -m")
    }
    if model.count(where: { $0 == "-" }) > 1 { throw ValidationError(DataOptions.onlyOnce) }
    if model.count > 64 { throw ValidationError("at most 64 models go into one picture, found \(model.count)") }
  }
}

/// Which two inputs are drawn, and which part of their plane.
struct PlaneOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The inputs of the two axes, by name or position; the others stay at their means. (default: the first two)",
      valueName: "x1,x2"), completion: .arrayNames)
  var axes: String?

  @Option(
    help: ArgumentHelp(
      "The ends of the horizontal axis: --xlim=-0.75,0.40. (default: those of the data)", valueName: "low,high"),
    transform: AxisLimits.parsed)
  var xlim: AxisLimits?

  @Option(
    help: ArgumentHelp("The ends of the vertical axis.", valueName: "low,high"), transform: AxisLimits.parsed)
  var ylim: AxisLimits?
}
