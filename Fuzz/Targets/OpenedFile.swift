import NetworkFiles
import TensorFiles
import Tensors

/// A file as the tools meet it: opened, listed, every array read in every way, written and read again.
enum OpenedFile {
  /// What reading may cost: far more than the bytes that are shown can hold.
  static let limits = Limits(memory: 1 << 24, objects: 10_000, spool: 1 << 26, threads: 1)

  /// The name of the input in messages.
  static let name = "file"

  /// What libhdf5 would read: it is no parser of ours, and falls over some bytes.
  private static let library: Set<String> = ["h5", "mat73", "caffe-data", "keras"]

  /// Looks at bytes in a format, or in the one that they are recognised to have.
  static func look(at bytes: [UInt8], as format: String?) {
    do throws(FormatError) {
      let input = InputFile(bytes: bytes, name: name)
      let name = if let format { format } else { try FileFormats.recognize(input).name }
      if format == nil, library.contains(name) { return }
      try look(at: FileFormats.open(input, from: name, limits: limits))
    } catch {
      check(error)
    }
  }

  /// Reads all that is in a file.
  static func look(at file: OpenFile) throws(FormatError) {
    let reader = file.reader
    if let damage = reader.damage { check(damage) }
    var names: Set<String> = []
    var isWhole = reader.damage == nil
    for entry in reader.entries {
      guard names.insert(entry.name).inserted else { broken("two entries have the name \(entry.name)") }
      do throws(FormatError) { try ReadArray.check(entry, in: file) } catch {
        check(error)
        isWhole = isWhole && !entry.isNumeric
      }
    }
    for path in [""] + reader.groups + reader.entries.map(\.name) {
      do throws(FormatError) { _ = try reader.attributes(of: path) } catch { check(error) }
    }
    if let table = reader as? any TableReader { ReadTable.check(table) }
    if isWhole { WrittenFile.check(file) }
    WrittenNetwork.check(file)
  }

  /// Checks an error: one line, which says something and steers no terminal.
  static func check(_ error: FormatError) {
    let text = error.description
    guard !text.isEmpty, !error.sentence.isEmpty else { broken("an error says nothing") }
    guard !text.unicodeScalars.contains(where: \.steersTerminals) else { broken("this steers a terminal: \(text)") }
    guard error.file == nil || error.file == name else { broken("an error of \(error.file ?? "")") }
    // What the bytes say is no reason for what only a disk does.
    let ofDisks: [FormatError.Code] = [.inputOutput, .cannotCreate, .noInput, .closedPipe]
    guard !ofDisks.contains(error.code) else { broken(text) }
  }
}
