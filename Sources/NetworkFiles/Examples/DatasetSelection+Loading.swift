import TensorFiles
import Tensors
import Training

/// From the sets that were found to examples in memory, or to be read.
extension DatasetSelection {
  func loaded(_ found: FoundSets) throws(FormatError) -> LoadedDataset {
    let memory = found.all.reduce(0) { sum, place in
      let (sum, overflow) = sum.addingReportingOverflow(place.memory)
      return overflow ? .max : sum
    }
    let memoryLimit = memoryLimit ?? .max
    let isStreamed = memory > memoryLimit || ranks > 1
    if isStreamed { for place in found.all { (place.memoryLimit, place.isSharedOut) = (memoryLimit, ranks > 1) } }
    let coding = try coding(of: found.train, nil)
    let train = ExampleSet(found.train, coding)
    let test = try found.test.map { place throws(FormatError) in ExampleSet(place, try self.coding(of: place, coding)) }
    let dev = try found.dev.map { place throws(FormatError) in ExampleSet(place, try self.coding(of: place, coding)) }
    var sets: Sets
    if isStreamed {
      sets = try streamed(train, memoryLimit)
      if memory / ranks <= memoryLimit { sets.train = sets.train.heldByRanks }
      sets.dev = try dev.map { set throws(FormatError) in try examples(set, of: nil, memoryLimit) } ?? sets.dev
      sets.test = try test.map { set throws(FormatError) in try examples(set, of: nil, memoryLimit) } ?? sets.test
    } else {
      sets = try inMemory(train)
      sets.dev = try dev.map { set throws(FormatError) in .memory(try set.dataset()) } ?? sets.dev
      sets.test = try test.map { set throws(FormatError) in .memory(try set.dataset()) } ?? sets.test
    }
    var result = LoadedDataset(
      train: sets.train, measuredTrain: sets.measuredTrain, dev: sets.dev, test: sets.test, names: found.names)
    result.inputNames = found.inputNames
    result.labelNames = found.labelNames
    result.classes = coding.classes
    result.classWeights = sets.factors
    result.notes = found.notes
    if case .memory(let dataset) = sets.train, let label = dataset.onlyClass {
      let name = coding.classes.map { $0.names[label] } ?? "\(label)"
      result.notes.append(
        "all labels of the training examples are \(name): what is learned is to say so, and no accuracy means anything")
    }
    result.memory = memory
    if memory / ranks > memoryLimit {
      result.notes.append(
        "the examples take \(memory) bytes in memory, more than \(memoryLimit): they are read while they are used")
    }
    if sets.dev != nil { result.notes.append(result.sizes) }
    return result
  }

  /// The sets that come of one.
  private struct Sets {
    var train: TrainingExamples
    var measuredTrain: TrainingExamples
    var dev: TrainingExamples?
    var test: TrainingExamples?
    var factors: [Double]?
  }

  private func coding(of place: any ExamplePlace, _ training: LabelCoding?) throws(FormatError) -> LabelCoding {
    do { return try place.coding(wanted, training) } catch { throw error.naming(place.file) }
  }

  // MARK: In memory

  private func inMemory(_ set: ExampleSet) throws(FormatError) -> Sets {
    let all = try set.dataset()
    let parts = try subsets(of: set)
    do {
      let measured = try parts.train.map { part throws(TrainingError) in try all.examples(part.examples) } ?? all
      let dev = try parts.dev.map { part throws(TrainingError) in try all.examples(part.examples) }
      let test = try parts.test.map { part throws(TrainingError) in try all.examples(part.examples) }
      let factors = try factors(for: set) { measured.classSums }
      let train = try factors.map { factors throws(TrainingError) in try measured.weighted(byClass: factors) }
      return Sets(
        train: .memory(train ?? measured), measuredTrain: .memory(measured), dev: dev.map(TrainingExamples.memory),
        test: test.map(TrainingExamples.memory),
        factors: factors)
    } catch {
      throw set.failure(error)
    }
  }

  // MARK: Read while they are used

  private func streamed(_ set: ExampleSet, _ limit: Int) throws(FormatError) -> Sets {
    if testFraction != nil {
      let bytes = ExampleSubset.bytesOfTestChoice(of: set.exampleCount)
      guard bytes <= limit else {
        throw FormatError(
          .limit,
          "the choice of a test set among \(set.exampleCount) examples takes \(bytes) bytes, more than --memory-limit "
            + "(\(limit)); --test takes one from another file, --dev-fraction chooses without that memory",
          file: set.name)
      }
    }
    let parts = try subsets(of: set)
    let factors: [Double]?
    do {
      factors = try self.factors(for: set) { () throws(FormatError) in try set.weights(of: parts.train).classes }
    } catch {
      throw set.failure(error)
    }
    let total = set.hasWeights ? try set.weights(of: parts.train).all : nil
    let measured = set.streamed(of: parts.train, factors: nil, totalWeight: total)
    var train = measured
    if let factors {
      let total = try set.weights(of: parts.train, factors: factors).all
      train = set.streamed(of: parts.train, factors: factors, totalWeight: total)
    }
    return Sets(
      train: .rows(train), measuredTrain: .rows(measured),
      dev: try parts.dev.map { part throws(FormatError) in try examples(set, of: part, limit) },
      test: try parts.test.map { part throws(FormatError) in try examples(set, of: part, limit) }, factors: factors)
  }

  /// Examples to measure with: in memory where they are few, since they are read again and again.
  private func examples(
    _ set: ExampleSet, of subset: ExampleSubset?, _ limit: Int
  ) throws(FormatError) -> TrainingExamples {
    let isSmall = set.memory(of: subset?.count ?? set.exampleCount) <= limit / 8
    let total = set.hasWeights && !isSmall ? try set.weights(of: subset).all : nil
    let streamed = set.streamed(of: subset, factors: nil, totalWeight: total)
    guard isSmall else { return .rows(streamed) }
    do { return .memory(try streamed.dataset()) } catch { throw set.failure(error) }
  }

  // MARK: Parts and weights

  /// What is held out of a set, and what is left to train with; nil for all and for none.
  private func subsets(
    of set: ExampleSet
  ) throws(FormatError) -> (train: ExampleSubset?, dev: ExampleSubset?, test: ExampleSubset?) {
    do {
      let test = try testFraction.map { fraction throws(TrainingError) in
        try ExampleSubset.test(of: set.exampleCount, fraction: fraction, seed: seed)
      }
      let rest = test?.complement
      guard let devFraction else { return (rest, nil, test) }
      let left = rest ?? ExampleSubset(of: set.exampleCount) { _ in true }
      let dev = try left.dev(fraction: devFraction, seed: seed)
      return (left.subtracting(dev), dev, test)
    } catch {
      throw set.failure(error)
    }
  }

  /// The weights of the classes, where they are wanted.
  private func factors(
    for set: ExampleSet, _ sums: () throws -> [Double]
  ) throws -> [Double]? {
    guard let classWeights else { return nil }
    guard let count = set.coding.kind.classCount else {
      throw TrainingError(.settings, "class weights are for classes, and these labels are values")
    }
    // Numbers that are given need no pass over the labels.
    if case .list = classWeights { return try classWeights.factors(sums: [Double](repeating: 1, count: count)) }
    return try classWeights.factors(sums: try sums())
  }
}

extension TrainingExamples {
  /// The same examples, of which each of several ranks keeps its part in memory.
  fileprivate var heldByRanks: TrainingExamples {
    guard case .rows(var rows) = self else { return self }
    rows.isHeldByRanks = true
    return .rows(rows)
  }
}
