import ArgumentParser
import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `reg-convert`: arrays from one format to another.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reg-convert",
    abstract: "Convert data files and trained networks: MAT, HDF5, NPZ, CSV, Keras, ONNX and more, exactly.",
    discussion: """
      Every array of numbers keeps its name, type, shape and values. What the output cannot hold is an error before \
      anything is written.

      Examples:
        reg-convert data.mat data.npz
        reg-convert data.mat train.csv --arrays X,y
        reg-convert field.csv field.mat --labels kick
        reg-convert data.h5 data.mat --to mat73 --rename train/X=X --transpose X
        reg-convert big.csv.gz big.h5 --type float32 --compress 4
        reg-convert data.mat caffe.h5 --to caffe-data --arrays X,y --rename X=data --rename y=label
        reg-convert data.mat - --arrays X | head
        reg-convert model.h5 model.onnx
        reg-convert model.keras model.h5 --model
        reg-convert model.h5 model.safetensors --model --type float32 --allow-loss
      """,
    version: "reg-convert (reg-tools) \(RegTools.version)")

  @Argument(help: "The file to read, recognised by content; - is standard input.", completion: .anyFile)
  var input: String

  @Argument(
    help: "The file to write, whose ending tells the format; - is standard output, as CSV without --to.",
    completion: .anyOutput)
  var output: String

  @OptionGroup(title: "Arrays") var changes: ArrayOptions
  @OptionGroup(title: "Tables") var tables: TableReadingOptions

  @Option(help: ArgumentHelp("The format of the input, when its content does not tell it.", valueName: "format"))
  var from: AnyFormatName?

  @Option(help: ArgumentHelp("The format of the output, when its ending does not tell it.", valueName: "format"))
  var to: AnyOutputFormatName?

  @Option(help: ArgumentHelp("The level of compression, 0 (none) to 9, where the format has one.", valueName: "0…9"))
  var compress: Int?

  @Flag(help: "Whatever would be left out or written otherwise than it is, is an error.")
  var strict = false

  @Flag(help: "The input is trained parameters: write them in the output's own form for networks.")
  var model = false

  @Flag(help: "Write nothing: say what would be written, and how.")
  var dryRun = false

  @OptionGroup var network: NetworkOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let compress, !(0...9).contains(compress) {
      throw ValidationError("--compress must be from 0 to 9, found \(compress)")
    }
    if output.isEmpty { throw ValidationError("the name of the output is empty") }
    if !isNetwork, network.activations != nil || network.classes != nil {
      throw ValidationError("--activations and --classes are for networks; --model converts one")
    }
    guard !FilePaths.areSame(input, output) else {
      throw ValidationError("\(input) is the input; the output would take its place, so name another one")
    }
    if isNetwork, let option = (changes.given + tables.given).first(where: { !NetworkConversion.options.contains($0) })
    {
      throw ValidationError("a network is converted whole: \(option) has no use with --model")
    }
  }

  func run() throws {
    guard !isNetwork else {
      return try NetworkConversion(
        input: input, from: from, output: output, to: to, options: network, type: changes.type,
        allowsLoss: changes.allowLoss, isStrict: strict, compression: compress, isDryRun: dryRun, limits: limits
      ).run()
    }
    let format = try outputFormat()
    guard dryRun || output != "-" || isatty(STDOUT_FILENO) == 0 || format.isText else {
      throw ValidationError(
        "\(format.name) is binary and standard output is a terminal; name a file, or send the output through a pipe")
    }
    let source = try InputFile(path: input, limits: limits)
    // What comes through a pipe is kept first.
    let file = try ProgressBar.whileReading(source) { () throws(FormatError) in
      try Reading.open(source, from: from?.arrays?.name, limits: limits, tables: tables.options)
    }
    for note in file.reader.notes { Message.note("\(file.input.name): \(note)") }
    if let form = NetworkFormats.recognize(file), !(form is ParametersFormat && format is HDF5Format) {
      Message.note(
        "\(file.input.name): this is a network (\(form.title)), whose arrays are copied; --model converts it as one")
    }
    var archive = try arrays(of: file)
    try checkArrays(archive, of: file)
    try checkCompanion(of: format)
    let changed: [String]
    do throws(FormatError) { changed = try format.changes(writing: archive) } catch { throw error.naming(outputName) }
    try sayWhatIsLeftOut(of: file)
    for change in changed { try say(change) }
    if dryRun {
      try ConvertPlan(archive, of: file, as: format, to: output).write()
      if let damage = file.reader.damage { throw damage.naming(file.input.name) }
      return
    }
    let bar = ProgressBar("converting", unit: "B", total: Convert.byteCount(of: archive))
    defer { bar.finish() }
    var done = 0
    archive.members = archive.members.map { member in
      let source = ObservedTensor(
        member.source, readingWhole: { read in try ProgressBar.whileReading(file.input) { () throws in try read() } }
      ) { bytes in
        done += bytes
        bar.update(done: done)
      }
      return ArchiveSource.Member(name: member.name, source: source)
    }
    let options = WritingOptions(compression: compress, threads: threads.count)
    try FileFormats.write(archive, to: output, as: format, options: options)
    if let damage = file.reader.damage {
      Message.warning("\(outputName) has the arrays that were asked for; the rest of \(file.input.name) is damaged")
      throw damage.naming(file.input.name)
    }
  }

  private var limits: Limits { Reading.limits(memory: memory.memoryLimit?.bytes, threads: threads.count) }

  /// The output in messages.
  private var outputName: String { output == "-" ? "standard output" : output }

  /// Whether it is a network that is converted: when the user says so, or the output can hold nothing else.
  private var isNetwork: Bool {
    if model { return true }
    if let to { return to.arrays == nil }
    if from.map({ $0.arrays == nil }) == true { return true }
    return output != "-" && NetworkFormats.isOfNetworksAlone(path: output)
  }

  private func outputFormat() throws -> any FileFormat {
    guard let to = to?.arrays else {
      if output == "-" { return DelimitedFormat.csv }
      do throws(FormatError) { return try FileFormats.forWriting(path: output) } catch {
        let networks = NetworkFormats.all.flatMap(\.pathExtensions).filter {
          NetworkFormats.isOfNetworksAlone(path: "network." + $0)
        }
        let others = "; for networks .\(networks.joined(separator: " ."))"
        throw ValidationError(
          error.description + (error.code == .unrecognized ? others + "; or --to names one" : ""))
      }
    }
    return to
  }

  /// The arrays that are written.
  private func arrays(of file: OpenFile) throws -> ArchiveSource {
    if changes.arrays == nil, let damage = file.reader.damage {
      let names = file.reader.entries.filter(\.isNumeric).map(\.name)
      let sound = names.isEmpty ? "" : "; --arrays \(names.prefix(20).joined(separator: ",")) converts what is whole"
      throw FormatError(damage.code, at: damage.location, damage.sentence + sound, file: damage.file ?? file.input.name)
    }
    let archive: ArchiveSource
    if let table = file.reader as? any TableReader, tables.choosesColumns {
      let columns = try TableArrays(tables, of: table, file: file.input.name)
      if let classes = columns.classes, !columns.areDeclared { Message.note(classes.summary) }
      archive = columns.archive
    } else {
      if !(file.reader is any TableReader), let option = tables.given.first {
        throw FormatError(
          .unsuitable,
          "\(option) is for tables, and this file is of the format \(file.format.name); --arrays chooses arrays",
          file: file.input.name)
      }
      archive = try file.archiveSource()
    }
    return try changes.apply(to: archive, of: file)
  }

  /// Names what is no array of numbers, unless it was not asked for.
  private func sayWhatIsLeftOut(of file: OpenFile) throws {
    guard changes.arrays == nil else { return }
    let others = file.reader.entries.filter { !$0.isNumeric }
    for entry in others.prefix(20) {
      let error = file.reader.notNumeric(entry)
      guard !strict else { throw error.naming(file.input.name) }
      Message.warning(error.naming(file.input.name).description)
    }
    if others.count > 20 { Message.warning("\(others.count - 20) more are left out; reg-inspect lists them") }
  }

  /// Checks that there is something to write, and says what is special about it.
  private func checkArrays(_ archive: ArchiveSource, of file: OpenFile) throws(FormatError) {
    if archive.members.isEmpty {
      if let other = file.reader.entries.first { throw file.reader.notNumeric(other).naming(file.input.name) }
      throw FormatError(.unsuitable, "there is no array of numbers to convert", file: file.input.name)
    }
    let names = Set(archive.members.map(\.name))
    for entry in file.reader.entries where names.contains(entry.name) {
      if let remark = entry.remark { Message.note("\(file.input.name): \(entry.name): \(remark)") }
    }
  }

  /// Checks that the list that goes beside the output takes no other file's place.
  private func checkCompanion(of format: any FileFormat) throws(FormatError) {
    guard output != "-", let companion = format.companion(of: output), FilePaths.exists(companion.path) else { return }
    let isList = try InputFile(path: companion.path).contents(limit: 1 << 20) == Array(companion.text.utf8)
    guard !isList else { return }
    throw FormatError(
      .cannotCreate, "this file is there and is not the list that belongs to \(output); give the output another name",
      file: companion.path)
  }

  /// Says what is written otherwise than it is.
  private func say(_ change: String) throws(FormatError) {
    guard !strict else { throw FormatError(.unsuitable, change, file: outputName) }
    Message.warning("\(outputName): \(change)")
  }

  /// The bytes of all arrays; nil where they are too many to count, which whoever reads them will say.
  private static func byteCount(of archive: ArchiveSource) -> Int? {
    var sum = 0
    for member in archive.members {
      guard let bytes = try? member.source.byteCount else { return nil }
      let (next, overflow) = sum.addingReportingOverflow(bytes)
      if overflow { return nil }
      sum = next
    }
    return sum
  }
}
