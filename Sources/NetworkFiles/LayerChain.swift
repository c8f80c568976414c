public import TensorFiles
public import Tensors
public import Training

/// Builds a network from elementary operations in their order, as the files of frameworks list them.
///
/// What a network of dense layers has no place for is computed into the weights beside it: a scaling of every unit, such
/// as batch normalisation does at prediction, goes into the dense layer before it, or into the one after it where an
/// activation stands between. Each such decision is a note.
public struct LayerChain {
  /// One layer in the making.
  private struct Link {
    var layer: Layer
    let name: String
    /// Whether an activation may still be set.
    var isOpen = true
    var keepProbability = 1.0
    var weightPenalty = 0.0
  }

  /// x · factors + terms, element by element, which waits for a dense layer.
  private struct Scaling {
    var factors: [Double]
    var terms: [Double]
    let name: String
  }

  private var links: [Link] = []
  private var scaling: InputScaling?
  private var pending: Scaling?
  private var notes: [String] = []
  private let inputCount: Int?

  /// Units of a layer that is made up where an operation needs one; its weights are the square of that.
  private static let widestIdentity = 4096
  /// The number of inputs that a file may tell without weights that prove it.
  private static let mostInputs = 1 << 24

  /// No operations yet.
  ///
  /// - Parameter inputCount: the number of inputs, where the file tells it before the first layer.
  public init(inputCount: Int? = nil) {
    self.inputCount = inputCount.flatMap { (1...LayerChain.mostInputs).contains($0) ? $0 : nil }
  }

  /// The number of units after the operations so far; nil where nothing has told it.
  public var width: Int? {
    links.last?.layer.outputCount ?? pending?.factors.count ?? scaling?.mean.count ?? inputCount
  }

  /// The activation that the units so far have; nil where anything else was done to them last.
  public var lastActivation: Activation? {
    guard pending == nil, let last = links.last, !last.isOpen else { return nil }
    return last.layer.activation
  }

  /// The number of dense layers so far.
  public var layerCount: Int { links.count }

  /// A dense layer: z = W x + b.
  ///
  /// - Parameters:
  ///   - weights: (outputs, inputs).
  ///   - biases: one for each output; nil for none.
  ///   - name: the layer in messages, as its file calls it.
  /// - Throws: `FormatError` with code `damaged` when the shapes do not fit.
  public mutating func dense(weights: Matrix, biases: [Double]?, name: String) throws(FormatError) {
    guard weights.rows > 0, weights.columns > 0 else {
      throw FormatError(
        .damaged, at: .object(name), "the layer is empty: its weights are \(weights.rows) x \(weights.columns)")
    }
    if let width, weights.columns != width {
      throw FormatError(
        .damaged, at: .object(name),
        "the layer takes \(weights.columns) inputs, but "
          + (links.isEmpty ? "there are \(width)" : "the layer before has \(width) units"))
    }
    if let biases, biases.count != weights.rows {
      throw FormatError(.damaged, at: .object(name), "\(biases.count) biases for \(weights.rows) units")
    }
    var layer = Layer(
      weights: weights,
      biases: Matrix(rows: weights.rows, columns: 1, elements: biases ?? Array(repeating: 0, count: weights.rows)),
      activation: .linear)
    if let scaling = pending.take() {
      for row in 0..<weights.rows {
        var sum = 0.0
        for column in 0..<weights.columns {
          sum += weights[row, column] * scaling.terms[column]
          layer.weights[row, column] = weights[row, column] * scaling.factors[column]
        }
        layer.biases[row, 0] += sum
      }
      notes.append("'\(scaling.name)' is folded into the weights of layer \(links.count + 1)")
    }
    links.append(Link(layer: layer, name: name))
  }

  /// An activation of the units so far.
  ///
  /// - Throws: `FormatError` with code `unsupported` when a layer would have to be made up that is too wide.
  public mutating func activation(_ activation: Activation, name: String) throws(FormatError) {
    guard activation != .linear else { return }
    if pending != nil || links.last?.isOpen != true { try identity(name: name) }
    links[links.count - 1].layer.activation = activation
    links[links.count - 1].isOpen = false
  }

  /// x · factors + terms for each unit: batch normalisation as it is at prediction, a multiplication, an addition.
  ///
  /// - Throws: `FormatError` with code `damaged` when the numbers are not as many as the units.
  public mutating func scale(by factors: [Double], adding terms: [Double], name: String) throws(FormatError) {
    for count in [factors.count, terms.count] {
      if let width, width != count {
        throw FormatError(.damaged, at: .object(name), "\(count) numbers for \(width) units")
      }
    }
    guard factors.count == terms.count else {
      throw FormatError(.damaged, at: .object(name), "\(factors.count) factors and \(terms.count) terms")
    }
    if let last = links.indices.last, links[last].isOpen {
      for row in factors.indices {
        for column in 0..<links[last].layer.inputCount { links[last].layer.weights[row, column] *= factors[row] }
        links[last].layer.biases[row, 0] = links[last].layer.biases[row, 0] * factors[row] + terms[row]
      }
      // A bias that stands in an operation of its own is a bias.
      if !factors.allSatisfy({ $0 == 1 }) {
        notes.append("'\(name)' is folded into the weights of layer \(links.count)")
      }
    } else if let before = pending {
      pending = Scaling(
        factors: factors.indices.map { before.factors[$0] * factors[$0] },
        terms: factors.indices.map { before.terms[$0] * factors[$0] + terms[$0] }, name: name)
    } else {
      pending = Scaling(factors: factors, terms: terms, name: name)
    }
  }

  /// (x - mean) / scale for each unit; before the first dense layer it is kept as it is.
  ///
  /// - Throws: `FormatError` with code `damaged` when the numbers are not as many as the units.
  public mutating func standardize(mean: [Double], scale: [Double], name: String) throws(FormatError) {
    guard mean.count == scale.count else {
      throw FormatError(.damaged, at: .object(name), "\(mean.count) means and \(scale.count) scales")
    }
    guard links.isEmpty, pending == nil, scaling == nil else {
      try self.scale(by: scale.map { 1 / $0 }, adding: zip(mean, scale).map { -$0 / $1 }, name: name)
      return
    }
    if let width, width != mean.count {
      throw FormatError(.damaged, at: .object(name), "\(mean.count) numbers for \(width) inputs")
    }
    scaling = InputScaling(mean: mean, scale: scale)
  }

  /// Dropout after the units so far, which drops each with the probability `rate` in training.
  public mutating func dropout(rate: Double) {
    guard let last = links.indices.last else {
      if rate > 0 { notes.append("dropout of the inputs, rate \(rate), is not kept: it does nothing at prediction") }
      return
    }
    links[last].keepProbability *= 1 - rate
  }

  /// The L2 penalty of the last dense layer: what the sum of its W² is multiplied by in the cost.
  public mutating func penalize(l2: Double) {
    if let last = links.indices.last { links[last].weightPenalty = l2 }
  }

  /// A sentence about the network that is made.
  public mutating func note(_ sentence: String) { notes.append(sentence) }

  /// The network of the operations so far.
  ///
  /// - Parameter elementType: the type of the file's parameters.
  /// - Throws: `FormatError`: `unsupported` when there is no dense layer, `damaged` for parameters that are not finite.
  public consuming func trainedNetwork(elementType: ElementType = .float64) throws(FormatError) -> TrainedNetwork {
    if let name = pending?.name { try identity(name: name) }
    guard !links.isEmpty else { throw FormatError(.unsupported, "there is no dense layer") }
    let network: Network
    do { network = try Network(layers: links.map(\.layer), inputScaling: scaling) } catch {
      throw FormatError(
        .damaged, at: error.layer.map { .object(links[$0].name) } ?? .file, error.description)
    }
    var trained = TrainedNetwork(network: network, elementType: elementType, notes: notes)
    if elementType == .float32, !trained.isExactInFloat32 { trained.elementType = .float64 }
    var settings = TrainingRecord.Settings()
    if let last = links.last, last.keepProbability != 1 {
      trained.notes.append("dropout of the outputs is not kept: it does nothing at prediction")
    }
    let keeps = links.dropLast().map(\.keepProbability)
    if keeps.contains(where: { $0 != 1 }) {
      settings.keepProbabilities = Set(keeps).count == 1 ? [keeps[0]] : keeps
    }
    if links.contains(where: { $0.weightPenalty != 0 }) { settings.weightPenalties = links.map(\.weightPenalty) }
    if settings != TrainingRecord.Settings() { trained.training = TrainingRecord(settings: settings) }
    return trained
  }

  /// Makes up a dense layer that changes nothing, or what ``pending`` says, for an operation that needs one.
  private mutating func identity(name: String) throws(FormatError) {
    guard let width else {
      throw FormatError(.unsupported, at: .object(name), "an operation before the first dense layer")
    }
    guard width <= LayerChain.widestIdentity else {
      throw FormatError(
        .unsupported, at: .object(name), "an operation on \(width) units that no dense layer stands before")
    }
    var weights = Matrix(rows: width, columns: width)
    for unit in 0..<width { weights[unit, unit] = 1 }
    notes.append("'\(name)' stands behind no dense layer of its own: layer \(links.count + 1) is made up for it")
    try dense(weights: weights, biases: nil, name: name)
  }
}
