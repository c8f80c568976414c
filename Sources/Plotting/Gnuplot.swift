#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The program that draws: a child process.
package struct Gnuplot {
  /// Where the program is.
  private let path: String

  /// What to do where there is none.
  private static let remedy =
    "install it (apt install gnuplot-nox; brew install gnuplot), or print the script with "
    + "--to gnuplot, or draw in the terminal with --terminal"
  /// The most bytes of a picture.
  private static let mostBytes = 1 << 28

  /// Finds the program.
  ///
  /// - Throws: ``PlotError`` of code `gnuplot` where it is not in PATH.
  package init() throws(PlotError) {
    // What is not an absolute path would depend on the folder.
    let folders = (Gnuplot.variable("PATH") ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
    guard let path = folders.map({ "\($0)/gnuplot" }).first(where: ChildProcess.canRun) else {
      throw PlotError(.gnuplot, "gnuplot, which draws the pictures, is not in PATH: \(Gnuplot.remedy)")
    }
    self.path = path
  }

  /// Draws a picture.
  ///
  /// - Returns: the bytes of the file.
  /// - Throws: ``PlotError`` of code `gnuplot` with what the program said.
  package func draw(
    _ picture: Picture, as output: GnuplotScript.Output, size: (width: Int, height: Int)? = nil
  ) throws(PlotError) -> [UInt8] {
    let script = GnuplotScript(picture, as: output, size: size).text
    // Without its own files (-d), and with nothing of the environment that changes what it draws.
    let variables = ["PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH"].compactMap {
      name in
      Gnuplot.variable(name).map { "\(name)=\($0)" }
    }
    let result = try ChildProcess.run(
      path, ["gnuplot", "-d"], variables: variables + ["LC_ALL=C.UTF-8"], input: Array(script.utf8),
      mostBytes: Gnuplot.mostBytes)
    let bytes = result.output
    guard result.isSuccess, Gnuplot.isWhole(bytes, output) else {
      // The last lines say what is wrong; those before repeat the script.
      let said = String(decoding: result.errors, as: UTF8.self).split(separator: "\n").map { line in
        String(line.drop { $0 == " " || $0 == "\t" })
      }.filter { !$0.isEmpty && $0 != "^" }.suffix(3).joined(separator: "; ")
      throw PlotError(
        .gnuplot,
        "\(path) failed (\(result.ending)): \(said.isEmpty ? "it said nothing" : String(said.suffix(600)))")
    }
    switch output {
    case .svg: return Gnuplot.finished(bytes, description: picture.description)
    case .png: return bytes
    case .pdf: return Gnuplot.withoutDate(bytes)
    }
  }

  /// Whether a file has its beginning and its end: gnuplot may leave half of one and call it a success.
  private static func isWhole(_ bytes: [UInt8], _ output: GnuplotScript.Output) -> Bool {
    let (start, end): (String, String) =
      switch output {
      case .svg: ("<?xml", "</svg>")
      case .png: ("PNG", "IEND")
      case .pdf: ("%PDF", "%%EOF")
      }
    let last = String(decoding: bytes.suffix(40), as: UTF8.self)
    return String(decoding: bytes.prefix(8), as: UTF8.self).contains(start) && last.contains(end)
  }

  /// An SVG that says what it shows, and whose letters are there on every machine.
  private static func finished(_ bytes: [UInt8], description: String) -> [UInt8] {
    var text = String(decoding: bytes, as: UTF8.self)
    text = text.replacing(
      "<title>Gnuplot</title>", with: "<title>\(XML.escaped(description))</title>", maxReplacements: 1)
    text = text.replacing(
      "font-family=\"Arial\"", with: "font-family=\"Arial, Liberation Sans, Helvetica, sans-serif\"")
    return Array(text.utf8)
  }

  /// A PDF with blanks in the place of the time at which it was made: equal commands make equal files.
  private static func withoutDate(_ bytes: [UInt8]) -> [UInt8] {
    let name = Array("/CreationDate (".utf8)
    // It stands near the end, in the document's information.
    let end = bytes.count - name.count
    guard
      let start = stride(from: end, through: 0, by: -1).first(where: { bytes[$0..<$0 + name.count].elementsEqual(name) }
      ),
      let close = bytes[start...].prefix(80).firstIndex(of: UInt8(ascii: ")"))
    else { return bytes }
    var result = bytes
    for place in start...close { result[place] = UInt8(ascii: " ") }
    return result
  }

  private static func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
}
