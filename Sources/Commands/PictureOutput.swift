import ArgumentParser
import Plotting
import TensorFiles
import ToolSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a picture goes: checked before the work, written after it.
struct PictureOutput {
  private let options: PictureOptions
  private let format: PictureFormat?
  private let program: Gnuplot?

  /// - Parameter inputs: the files that are read, none of which may be the output.
  /// - Throws: where the file could not be created, is one of the inputs, or there is no gnuplot to draw it.
  init(_ options: PictureOptions, inputs: [String]) throws {
    self.options = options
    format = try options.format
    let path = options.output ?? "-"
    try PictureOutput.check(path, inputs: inputs)
    if path == "-", format == .png || format == .pdf, isatty(STDOUT_FILENO) == 1 {
      throw ValidationError("the picture is binary and standard output is a terminal; name a file or a pipe")
    }
    program = format == nil || format == .gnuplot ? nil : try Gnuplot()
    // Not committed: nothing is left of it.
    _ = try OutputFile(path: path)
  }

  /// - Throws: a usage error where an output is one of the inputs.
  static func check(_ path: String, inputs: [String]) throws {
    if let same = inputs.first(where: { FilePaths.areSame($0, path) }) {
      throw ValidationError("\(same) is read; the picture would take its place, so name another file")
    }
  }

  /// Draws a picture and writes it, complete or not at all.
  func write(_ picture: Picture) throws {
    let size = options.size.map { (width: $0.width, height: $0.height) }
    var bytes: [UInt8]
    switch format {
    case nil: bytes = Array(terminalText(picture).utf8)
    case .gnuplot: bytes = Array(GnuplotScript(picture, as: .svg, size: size).text.utf8)
    case .svg: bytes = try drawn(picture, .svg, size)
    case .png: bytes = try drawn(picture, .png, size)
    case .pdf: bytes = try drawn(picture, .pdf, size)
    }
    var output = try OutputFile(path: options.output ?? "-")
    try output.write(bytes)
    bytes = []
    try output.commit()
  }

  private func drawn(
    _ picture: Picture, _ kind: GnuplotScript.Output, _ size: (width: Int, height: Int)?
  ) throws(PlotError) -> [UInt8] {
    try program?.draw(picture, as: kind, size: size) ?? []
  }

  private func terminalText(_ picture: Picture) -> String {
    let screen = TerminalSize.current
    // The line of the prompt stays.
    let (columns, rows) = options.size.map { ($0.width, $0.height) } ?? (screen.columns, screen.rows - 1)
    return TerminalPicture(picture, columns: columns, rows: rows, hasColors: TerminalSize.hasColors).text
  }
}
