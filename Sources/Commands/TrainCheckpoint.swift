import ArgumentParser
import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// Where a training is kept on its way, and from where it goes on.
struct CheckpointOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep the training here on its way (HDF5): parameters and all that --resume needs.", valueName: "file"))
  var checkpoint: String?

  @Option(
    help: ArgumentHelp("How often: after N iterations, or a time such as 30s, 5m, 2h. (default: 60s)", valueName: "n"))
  var checkpointEvery: CheckpointInterval?

  @Option(
    help: ArgumentHelp(
      "Go on from a checkpoint, to the same bits as without the break, and keep it on. Its settings need not be "
        + "repeated; --iterations or --epochs may be changed unless the schedule is cosine.", valueName: "file"))
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

  /// - Parameter trained: the network's names, and settings and data of its training.
  /// - Throws: when the file cannot be created, so that no training is in vain.
  init(path: String, every interval: CheckpointInterval?, _ trained: TrainedNetwork) throws {
    self.path = path
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
    try checkpoint.write(to: path)
    lastWritten = done
    if case .seconds(let seconds) = interval { nextTime = ProgressBar.now() + seconds }
  }

  /// Whether the file has what was done.
  func has(_ iterationsDone: Int) -> Bool { lastWritten == iterationsDone }
}
