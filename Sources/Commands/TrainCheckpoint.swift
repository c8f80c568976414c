import ArgumentParser
import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// Where a training is kept on its way, and from where it goes on.
struct CheckpointOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep the training here on its way (HDF5): parameters and all that --resume needs.", valueName: "file"),
    completion: .file(extensions: HDF5Format().pathExtensions))
  var checkpoint: String?

  @Option(
    help: ArgumentHelp("How often: after N iterations, or a time such as 30s, 5m, 2h. (default: 60s)", valueName: "n"))
  var checkpointEvery: CheckpointInterval?

  @Option(
    help: ArgumentHelp(
      "Go on from a checkpoint, to the same bits as without the break, and keep it on. Its settings need not be "
        + "repeated; --iterations or --epochs may be changed unless the schedule is cosine.", valueName: "file"),
    completion: .file(extensions: HDF5Format().pathExtensions))
  var resume: String?

  func validate() throws {
    if checkpointEvery != nil && path == nil {
      throw ValidationError("--checkpoint-every is for --checkpoint, which is not there")
    }
    guard let path else { return }
    let option = checkpoint == nil ? "--resume" : "--checkpoint"
    if path == "-" || FilePaths.isSpecial(path) {
      throw ValidationError("\(option) needs a file that can be replaced, found \(path)")
    }
    // By its content it is one in any case; a name that says something else would mislead.
    let name = (path.split(separator: "/").last ?? "").lowercased()
    let others = FileFormats.all.filter { $0.name != "h5" }.flatMap(\.pathExtensions) + ["gz", "keras", "onnx"]
    let isHDF5 = HDF5Format().pathExtensions.contains { name.hasSuffix(".\($0)") }
    if !isHDF5, let ending = others.first(where: { name.hasSuffix(".\($0)") }) {
      throw ValidationError("\(path): a checkpoint is an HDF5 file, not .\(ending); name it .h5")
    }
  }

  /// The file that is written; nil for none.
  var path: String? { checkpoint ?? resume }

  /// Makes sure that --checkpoint replaces nothing that is worth something.
  ///
  /// - Throws: ``FormatError`` for a file that is no checkpoint, and for one of a training that can go on.
  func checkReplaced() throws(FormatError) {
    guard resume == nil, let path = checkpoint, FilePaths.exists(path) else { return }
    let old: Checkpoint
    do throws(FormatError) {
      let input = try InputFile(path: path)
      // As mktemp makes one.
      if input.knownSize == 0 { return }
      old = try Checkpoint(try Reading.open(input))
    } catch {
      throw FormatError(
        .cannotCreate,
        "the file is there already and is not replaced, because no checkpoint can be read from it: "
          + "\(error.sentence); name another file, or remove it", file: path)
    }
    guard old.trained.training?.isInterrupted == false else {
      throw FormatError(
        .cannotCreate,
        "this is the checkpoint of a training that has not come to its end, after \(old.state.iterationsDone) iterations: "
          + "--resume \(path) goes on from it; name another file, or remove it to begin again", file: path)
    }
    Message.warning("\(path) is the checkpoint of a finished training and will be replaced")
  }
}

/// How often a checkpoint is written.
enum CheckpointInterval: ExpressibleByArgument, Equatable {
  case iterations(Int)
  case seconds(Double)

  init?(argument: String) {
    if let count = Int(argument) {
      guard count >= 1 else { return nil }
      self = .iterations(count)
      return
    }
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    guard let unit = argument.last.flatMap({ units[$0] }), let number = Double(argument.dropLast()),
      number > 0, number.isFinite
    else { return nil }
    self = .seconds(number * unit)
  }

  var defaultValueDescription: String {
    switch self {
    case .iterations(let count): "\(count)"
    case .seconds(let seconds): "\(seconds)s"
    }
  }
}

/// Writes checkpoints when they are due.
final class CheckpointWriter {
  let path: String
  private let interval: CheckpointInterval
  private let trained: TrainedNetwork
  private var nextTime: Double
  private var lastWritten: Int?
  private let lock: Lock?
  /// Why the last one could not be written.
  private(set) var failure: FormatError?

  /// The lock on the file, held as long as this lives.
  final class Lock {
    private let lock: WriterLock

    /// - Throws: where another process writes to the file; nil where there can be no lock.
    init?(path: String) throws(FormatError) {
      do throws(FormatError) {
        guard let lock = try WriterLock(for: path) else { return nil }
        self.lock = lock
      } catch {
        throw FormatError(error.code, error.sentence, file: path)
      }
    }
  }

  /// - Parameters:
  ///   - trained: the network's names, and settings and data of its training.
  ///   - lastWritten: the iterations of the checkpoint that is there and gone on from.
  /// - Throws: when the file cannot be created, so that no training is in vain.
  init(
    path: String, every interval: CheckpointInterval?, _ trained: TrainedNetwork, lock: Lock?, lastWritten: Int?
  ) throws {
    self.path = path
    self.lock = lock
    self.lastWritten = lastWritten
    self.interval = interval ?? .seconds(60)
    self.trained = trained
    if case .seconds(let seconds) = self.interval { nextTime = ProgressBar.now() + seconds } else { nextTime = 0 }
    // Not committed: nothing is left of it.
    _ = try OutputFile(path: path)
  }

  /// Writes the training where it is time to, where it is at its end, and where it is asked to stop.
  func update(_ progress: TrainingProgress, isStopping: Bool) throws {
    let done = progress.iterationsDone
    let isDue =
      switch interval {
      case .iterations(let count): done % count == 0
      case .seconds: ProgressBar.now() >= nextTime
      }
    guard isDue || isStopping || done == progress.totalIterations else { return }
    var trained = trained
    trained.training?.isInterrupted = done < progress.totalIterations
    let checkpoint = Checkpoint(trained, state: progress.state)
    // The training itself will notice soon, and end; the file before it is the one to go on from.
    guard checkpoint.isFinite else { return }
    do throws(FormatError) {
      try checkpoint.write(to: path)
      lastWritten = done
      failure = nil
    } catch {
      // What is trained is worth more than the file: a disk that is full now may have room at the next one.
      if failure == nil { Message.warning("\(error); the training goes on, and \(kept)") }
      failure = error
    }
    if case .seconds(let seconds) = interval { nextTime = ProgressBar.now() + seconds }
  }

  /// What there is to go on from: `the checkpoint after 30 iterations is still there`.
  private var kept: String {
    lastWritten.map { "the checkpoint after \($0) iterations is still there" } ?? "there is no checkpoint so far"
  }

  /// Ends a training whose last checkpoint is not in the file.
  func end() throws(FormatError) {
    guard let failure else { return }
    let way = lastWritten == nil ? "" : ": --resume \(path) goes on from it"
    throw FormatError(
      failure.code, at: failure.location, "\(failure.sentence); \(kept)\(way)", file: failure.file)
  }

  /// Whether the file has what was done.
  func has(_ iterationsDone: Int) -> Bool { lastWritten == iterationsDone }
}
