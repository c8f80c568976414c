public import TensorFiles
import Tensors
import Training

extension Checkpoint {
  /// Reads a checkpoint, of which nothing is believed: every number that would be gone on from is checked.
  ///
  /// - Throws: `FormatError`: `unsuitable` where the file is none, `damaged` at what is wrong.
  public init(_ file: OpenFile) throws(FormatError) {
    do throws(FormatError) {
      self = try Checkpoint.read(file)
    } catch {
      throw error.naming(file.input.name)
    }
  }

  private static func read(_ file: OpenFile) throws(FormatError) -> Checkpoint {
    if let damage = file.reader.damage { throw damage }
    guard ParameterFile.recognizes(file.reader.entries) else { throw ParameterFile.notFound(in: file) }
    guard file.reader.groups.contains(group) else {
      throw FormatError(
        .unsuitable,
        "these are parameters and no checkpoint: there is no group '\(group)'; reg-train --checkpoint writes one")
    }
    let known = ParameterFile.knownPaths(file.reader.entries)
    var archive = try file.reader.archive { known.contains($0) }
    let parameters = try ParameterFile(archive)
    guard let record = parameters.training else {
      throw FormatError(.damaged, at: .object(TrainingRecord.group), "there is no record of the training")
    }
    for attribute in try file.reader.attributes(of: group) {
      archive.setAttribute(attribute.name, of: group, to: attribute.value)
    }
    let network = parameters.network
    let settings = try record.trainingSettings(of: network)
    let count = network.parameterCount
    var optimizer: [String: [Double]] = [:]
    for name in settings.optimizer.stateNames {
      let numbers = try vector("\(group)/\(name)", in: file, &archive, count: count) {
        "the optimizer \(settings.optimizer.name) needs it"
      }
      if name == "second_moment", let place = numbers.firstIndex(where: { $0 < 0 }) {
        throw FormatError(
          .damaged, at: .object("\(group)/\(name)"),
          "number \(place + 1) is \(numbers[place]), a mean of squares is not "
            + "negative")
      }
      optimizer[name] = numbers
    }
    let done = try integer("iterations_done", in: archive, 0...Int(UInt32.max))
    var state = TrainingState(iterationsDone: done, network: network, optimizer: optimizer)
    state.costs = try costs(record.costs, upTo: done)
    state.devCosts = try devCosts(in: file, &archive, upTo: done)
    state.best = try best(in: file, &archive, network, upTo: done)
    guard archive.attribute(checksum, of: group)?.text == (try checksum(of: archive)) else {
      throw FormatError(
        .damaged, at: .object(group),
        "the numbers are not those that were written: the file is damaged, or was changed since")
    }
    var trained = TrainedNetwork(network: network, training: record)
    trained.training?.iterationsDone = done
    return Checkpoint(trained, state: state)
  }

  /// An array of so many finite doubles, whose shape is checked before it is read.
  private static func vector(
    _ name: String, in file: OpenFile, _ archive: inout TensorArchive, count: Int, why: () -> String
  ) throws(FormatError) -> [Double] {
    guard let entry = file.reader.entries.first(where: { $0.name == name }) else {
      throw FormatError(.damaged, at: .object(name), "there is no such array; \(why())")
    }
    guard entry.shape == [count], entry.elementType == .float64 else {
      throw FormatError(
        .damaged, at: .object(name),
        "the array is \(Tensor.describe(entry.shape)) \(entry.elementType?.rawValue ?? "of no numbers"), expected "
          + "\(count) float64, one for each parameter")
    }
    let numbers = try doubles(name, in: file, &archive)
    if let place = numbers.firstIndex(where: { !$0.isFinite }) {
      throw FormatError(
        .damaged, at: .object(name), "number \(place + 1) is \(numbers[place]), expected a finite number")
    }
    return numbers
  }

  private static func doubles(
    _ name: String, in file: OpenFile, _ archive: inout TensorArchive
  ) throws(FormatError) -> [Double] {
    let tensor = try file.reader.tensor(name)
    archive.set(name, to: tensor)
    do { return try tensor.doublesInStorageOrder() } catch { throw FormatError(error, at: .object(name)) }
  }

  private static func integer(
    _ name: String, in archive: TensorArchive, _ range: ClosedRange<Int>
  ) throws(FormatError) -> Int {
    guard let value = archive.attribute(name, of: group) else {
      throw FormatError(.damaged, at: .object(group), "there is no attribute \(name)")
    }
    guard let number = value.integer, range.contains(number) else {
      let found = value.double.map { Int(exactly: $0).map(String.init) ?? "\($0)" } ?? "no number"
      throw FormatError(
        .damaged, at: .object(group),
        "\(name) is \(found), expected a whole number from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return number
  }

  /// The recorded costs, which must be of iterations that were done, in their order.
  private static func costs(_ costs: [CostRecord], upTo done: Int) throws(FormatError) -> [CostRecord] {
    var last = -1
    for record in costs {
      guard record.iteration > last, record.iteration < max(done, 1), record.cost.isFinite else {
        throw FormatError(
          .damaged, at: .object(TrainingRecord.iterations),
          "the cost \(record.cost) at iteration \(record.iteration) is none of a training that has done \(done)")
      }
      last = record.iteration
    }
    return costs
  }

  private static func devCosts(
    in file: OpenFile, _ archive: inout TensorArchive, upTo done: Int
  ) throws(FormatError) -> [CostRecord] {
    let entries = file.reader.entries.filter { $0.name == devIterations || $0.name == devCosts }
    guard entries.count == 2, entries[0].shape == entries[1].shape, entries[0].shape.count == 1,
      entries[0].shape[0] <= done
    else {
      throw FormatError(
        .damaged, at: .object(devCosts),
        "\(devIterations) and \(devCosts) must be there and of one length, at most the \(done) iterations done")
    }
    let iterations = try doubles(devIterations, in: file, &archive)
    let costs = try doubles(devCosts, in: file, &archive)
    var result: [CostRecord] = []
    for (iteration, cost) in zip(iterations, costs) {
      guard let number = Int(exactly: iteration), number > result.last?.iteration ?? 0, number <= done else {
        throw FormatError(
          .damaged, at: .object(devIterations),
          "iteration \(iteration) is not among the \(done) done, in their order")
      }
      result.append(CostRecord(iteration: number, cost: cost))
    }
    return result
  }

  private static func best(
    in file: OpenFile, _ archive: inout TensorArchive, _ network: Network, upTo done: Int
  ) throws(FormatError) -> TrainingState.Best? {
    let isThere = file.reader.entries.contains { $0.name == best }
    guard isThere || archive.attribute("best_iterations_done", of: group) != nil else { return nil }
    let numbers = try vector(best, in: file, &archive, count: network.parameterCount) {
      "the group has the cost of the best parameters, but not them"
    }
    let iteration = try integer("best_iterations_done", in: archive, 1...max(1, done))
    guard let cost = archive.attribute("best_dev_cost", of: group)?.double, cost.isFinite else {
      throw FormatError(.damaged, at: .object(group), "best_dev_cost is no finite number")
    }
    var result = network
    var place = 0
    for index in result.layers.indices {
      for path in [\Layer.weights, \Layer.biases] {
        let length = result.layers[index][keyPath: path].elements.count
        result.layers[index][keyPath: path].elements = Array(numbers[place..<place + length])
        place += length
      }
    }
    return TrainingState.Best(network: result, iterationsDone: iteration, devCost: cost)
  }
}
