public import TensorFiles
import Tensors
public import Training

/// A training on its way: a parameter file with the present parameters and, in the group `state`, what else the next
/// iteration depends on.
///
/// Format: `Formats/parameters`, "Checkpoints". Whatever reads parameters reads the network of it.
public struct Checkpoint: Sendable {
  /// The present network, and how it is trained.
  public var trained: TrainedNetwork
  /// Where the training stands.
  public var state: TrainingState

  /// The group of what parameter files do not have.
  static let group = "state"
  static let best = "\(group)/best"
  static let devIterations = "\(group)/dev_iteration"
  static let devCosts = "\(group)/dev_cost"
  static let checksum = "sha256"

  /// A training on its way.
  ///
  /// - Parameters:
  ///   - trained: the names that the network is to have, and settings and data of its training.
  ///   - state: where it stands.
  public init(_ trained: TrainedNetwork, state: TrainingState) {
    self.trained = trained
    self.state = state
    self.trained.network.layers = state.network.layers
    self.trained.training?.iterationsDone = state.iterationsDone
    self.trained.training?.costs = state.costs
    self.trained.training?.devCosts = state.devCosts.filter(\.cost.isFinite)
  }

  /// Whether all numbers that the training goes on with are finite: what is not cannot be read again.
  public var isFinite: Bool {
    state.network.layers.allSatisfy { ($0.weights.elements + $0.biases.elements).allSatisfy(\.isFinite) }
      && state.optimizer.values.allSatisfy { $0.allSatisfy(\.isFinite) }
  }

  /// Writes the file in the place of the one before: after a power cut there is the one or the other.
  ///
  /// - Throws: `FormatError` with code `cannotCreate` or `inputOutput`; then the one before is left.
  public func write(to path: String) throws(FormatError) {
    do throws(FormatError) {
      let archive = try archive()
      var output = try OutputFile(path: path)
      try HDF5Format().write(archive, to: &output)
      try output.commit()
    } catch {
      throw error.naming(path)
    }
  }

  private func archive() throws(FormatError) -> TensorArchive {
    var archive = try ParameterFile(trained).archive()
    do {
      for (name, numbers) in state.optimizer.sorted(by: { $0.key < $1.key }) {
        archive.set("\(Checkpoint.group)/\(name)", to: try Tensor(numbers))
      }
      archive.set(Checkpoint.devIterations, to: try Tensor(state.devCosts.map { Int64($0.iteration) }))
      archive.set(Checkpoint.devCosts, to: try Tensor(state.devCosts.map(\.cost)))
      set("iterations_done", try .integer(state.iterationsDone), in: &archive)
      if let best = state.best {
        archive.set(
          Checkpoint.best, to: try Tensor(best.network.layers.flatMap { $0.weights.elements + $0.biases.elements }))
        set("best_iterations_done", try .integer(best.iterationsDone), in: &archive)
        set("best_dev_cost", try .number(best.devCost), in: &archive)
      }
    } catch {
      throw FormatError(error)
    }
    set(Checkpoint.checksum, .text(try Checkpoint.checksum(of: archive)), in: &archive)
    return archive
  }

  private func set(_ name: String, _ value: AttributeValue, in archive: inout TensorArchive) {
    archive.setAttribute(name, of: Checkpoint.group, to: value)
  }

  /// The SHA-256 of all that a training goes on from: what `NetworkMetadata` says of the file, then the numbers of the
  /// group, then each array of parameters and of the group, by name.
  static func checksum(of archive: TensorArchive) throws(FormatError) -> String {
    var hash = SHA256()
    func add(_ text: String) { hash.update(Array(text.utf8) + [0]) }
    add(try NetworkMetadata(archive).text)
    func add(_ numbers: [Double]?) { hash.update(numbers ?? []) }
    for attribute in archive.attributes(of: group).sorted(by: { $0.name < $1.name }) where attribute.name != checksum {
      add(attribute.name)
      add(attribute.value.doubles)
    }
    for member in archive.members.sorted(by: { $0.name < $1.name })
    where ParameterFile.describingArrays[member.name] == nil {
      add(member.name)
      add(AttributeValue.numbers(member.tensor).doubles)
    }
    return hash.finishHex()
  }
}
