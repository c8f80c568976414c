import ArgumentParser
import TensorFiles
import Tensors

/// `reg-benchmark read`: an array of a file into memory, opening included.
struct ReadFigure: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "read")

  @Argument var file: String
  @Argument var array: String
  @Option(help: "The sum of the elements, which is compared first.") var sum: Double
  @Option var rounds = 5
  @Flag(help: "Time that passes, for several threads.") var wall = false

  func run() throws {
    let found = try FileFormats.open(file).reader.tensor(array).doublesInStorageOrder().reduce(0, +)
    // The order of the sum is another one in NumPy.
    guard (found - sum).magnitude <= 1e-6 * max(1, sum.magnitude) else {
      throw WrongResult("\(file): the sum of \(array) is \(found), not \(sum)")
    }
    try printFigure("reading", rounds: rounds, clock: wall ? .wall : .processor) {
      keep(try FileFormats.open(file).reader.tensor(array))
    }
  }
}

/// `reg-benchmark write`: an array in memory into a file that is flushed and renamed.
struct WriteFigure: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "write")

  @Argument var input: String
  @Argument var array: String
  @Argument var output: String
  @Option(help: "The level of compression.") var compression: Int?
  @Option var rounds = 3
  @Flag(help: "Time that passes, for several threads.") var wall = false

  func run() throws {
    let tensor = try FileFormats.open(input).reader.tensor(array)
    var archive = TensorArchive()
    archive.set(array, to: tensor)
    let source = ArchiveSource(archive)
    let options = WritingOptions(compression: compression)
    try FileFormats.write(source, to: output, options: options)
    let back = try FileFormats.open(output).reader.tensor(array)
    guard try back.doublesInStorageOrder().reduce(0, +) == tensor.doublesInStorageOrder().reduce(0, +) else {
      throw WrongResult("\(output): what was written is not what is read")
    }
    try printFigure("writing", rounds: rounds, clock: wall ? .wall : .processor) {
      try FileFormats.write(source, to: output, options: options)
    }
  }
}
