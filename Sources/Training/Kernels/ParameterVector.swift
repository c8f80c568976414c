import Tensors

/// The parameters of a network one after the other, layer by layer W row by row, then b, with what an optimizer
/// remembers of each.
///
/// Threads take parts of a step, which write to their own parameters only: that is why it may be shared with them.
@safe
final class ParameterVector<Scalar: KernelScalar>: @unchecked Sendable {
  private let functions: KernelFunctions<Scalar>
  private let wideFunctions: WideFunctions<Scalar>
  private let threads: Int
  private let network: Network
  private let settings: TrainingSettings
  private let places: [LayerPlace]
  private let shape: Memory<Int>
  /// The parameters.
  let parameters: Memory<Scalar>
  /// The parameters with the weights divided by keep of the layer before; the parameters themselves where gradients are
  /// computed without that.
  let scaled: Memory<Scalar>
  private let scales: Memory<Scalar>
  private let isScaled: Bool
  /// Whether a step is gradient descent's alone, or with L2: one kernel does all of it.
  private let isPlain: Bool
  /// What the optimizer remembers under the first and the second of its names.
  private let firstState: Memory<Scalar>
  private let secondState: Memory<Scalar>
  /// What the penalties are divided by: m of the training set.
  private let penaltyCount: Double

  /// Where a layer's parameters stand.
  struct LayerPlace {
    let weights: Range<Int>
    let biases: Range<Int>
    let inputs: Int
  }

  /// - Parameters:
  ///   - scalesByKeep: whether ``scaled`` is wanted.
  ///   - threads: how many may work on a step.
  init(
    _ network: Network, settings: TrainingSettings, kernel: Kernel, penaltyCount: Double, scalesByKeep: Bool,
    threads: Int = 1
  ) {
    unsafe functions = Scalar.functions(kernel)
    unsafe wideFunctions = Scalar.wideFunctions(kernel)
    self.threads = threads
    self.network = network
    self.settings = settings
    self.penaltyCount = penaltyCount
    isScaled = scalesByKeep
    isPlain = settings.optimizer == .gradientDescent && settings.l1 == 0 && settings.maxNorm == nil
    var places: [LayerPlace] = []
    var offset = 0
    for layer in network.layers {
      let weights = offset..<offset + layer.weights.elements.count
      offset += layer.parameterCount
      places.append(LayerPlace(weights: weights, biases: weights.upperBound..<offset, inputs: layer.inputCount))
    }
    self.places = places
    let count = offset
    unsafe shape = Memory(network.layers.kernelShape)
    unsafe parameters = Memory(network.layers.flatParameters.map { Scalar($0) })
    unsafe scaled = scalesByKeep ? Memory(count: count) : parameters
    let keeps = scalesByKeep ? settings.dropout.keepProbabilities : network.layers.dropLast().map { _ in 1 }
    unsafe scales = Memory([1] + keeps.map { 1 / Scalar($0) })
    let names = settings.optimizer.stateNames
    unsafe firstState = Memory(count: names.count > 0 ? count : 0)
    unsafe secondState = Memory(count: names.count > 1 ? count : 0)
    if scalesByKeep { scale() }
  }

  /// The number of parameters.
  var count: Int { places.last?.biases.upperBound ?? 0 }

  private func scale() {
    for (index, place) in places.enumerated() {
      let scale = unsafe scales.start[index]
      for parameter in place.weights { unsafe scaled.start[parameter] = scale * parameters.start[parameter] }
      for parameter in place.biases { unsafe scaled.start[parameter] = parameters.start[parameter] }
    }
  }

  /// One step of the optimizer.
  ///
  /// - Parameters:
  ///   - gradient: the sum over the examples of the gradients by ``scaled``; overwritten.
  ///   - share: what the sum is multiplied by for the mean.
  ///   - rate: the learning rate of this step.
  ///   - number: of the step, from 1.
  func step(_ gradient: Memory<Scalar>, share: Double, rate: Double, number: Int) {
    if isPlain {
      unsafe functions.updateParameters(
        shape.start, parameters.start, gradient.start, scales.start, isScaled ? scaled.start : nil, Scalar(share),
        Scalar(settings.lambda * (1 / penaltyCount)), Scalar(rate))
      return
    }
    let numbers = unsafe Memory(adam.numbers(Scalar.self, rate: rate, number: number))
    let work = unsafe Step(gradient: gradient, share: Scalar(share), rate: rate, adam: numbers)
    let parts = (count + Self.partLength - 1) / Self.partLength
    Workers.each(parts, over: threads) { part, _ in take(work, part) }
    if let limit = settings.maxNorm { bound(limit) }
    if isScaled { scale() }
  }

  /// The parameters of a step that one thread takes at once.
  private static var partLength: Int { 1 << 14 }

  /// What one step is made with.
  @safe
  private struct Step: @unchecked Sendable {
    let gradient: Memory<Scalar>
    let share: Scalar
    let rate: Double
    /// For ``WideFunctions/stepAdam``.
    let adam: Memory<Scalar>
  }

  /// A part of a step: the penalties, then the optimizer's rule.
  private func take(_ step: Step, _ part: Int) {
    let range = part * Self.partLength..<min(count, (part + 1) * Self.partLength)
    for (index, place) in places.enumerated() {
      let scale = unsafe step.share * scales.start[index]
      addPenalty(
        step, range.clamped(to: place.weights), scale: scale, decay: Scalar(settings.lambda / penaltyCount),
        pull: Scalar(settings.l1 / penaltyCount))
      addPenalty(step, range.clamped(to: place.biases), scale: step.share, decay: 0, pull: 0)
      if case .adamW(let rule) = settings.optimizer {
        unsafe parameters.withSpan(range.clamped(to: place.weights)) { rule.decay(&$0, rate: step.rate) }
      }
    }
    follow(step, range)
  }

  /// dW = scale · gradient + (lambda/m) W + (l1/m) sign(W); for biases both penalties are 0.
  private func addPenalty(_ step: Step, _ range: Range<Int>, scale: Scalar, decay: Scalar, pull: Scalar) {
    guard !range.isEmpty else { return }
    unsafe wideFunctions.addPenalty(
      parameters.start + range.lowerBound, step.gradient.start + range.lowerBound, range.count, scale, decay, pull)
  }

  private func follow(_ step: Step, _ range: Range<Int>) {
    let parameters = unsafe parameters.start + range.lowerBound
    let gradient = unsafe step.gradient.start + range.lowerBound
    let rate = Scalar(step.rate)
    switch settings.optimizer {
    case .gradientDescent:
      for index in 0..<range.count { unsafe parameters[index] -= rate * gradient[index] }
    case .momentum(let rule):
      unsafe wideFunctions.stepMomentum(
        parameters, gradient, firstState.start + range.lowerBound, range.count, Scalar(rule.momentum), rate, false)
    case .nesterov(let rule):
      unsafe wideFunctions.stepMomentum(
        parameters, gradient, firstState.start + range.lowerBound, range.count, Scalar(rule.momentum), rate, true)
    case .adam, .adamW:
      unsafe wideFunctions.stepAdam(
        parameters, gradient, firstState.start + range.lowerBound, secondState.start + range.lowerBound, range.count,
        step.adam.start)
    }
  }

  private var adam: Adam {
    switch settings.optimizer {
    case .adam(let rule): rule
    case .adamW(let rule): rule.adam
    default: Adam()
    }
  }

  /// Scales back the units whose weights are too long.
  private func bound(_ limit: Double) {
    for place in places {
      for first in stride(from: place.weights.lowerBound, to: place.weights.upperBound, by: place.inputs) {
        unsafe parameters.withSpan(first..<first + place.inputs) { weights in
          var squares = 0.0
          for index in weights.indices { squares += Double(weights[index]) * Double(weights[index]) }
          guard squares > limit * limit else { return }
          let factor = Scalar(limit / squares.squareRoot())
          for index in weights.indices { weights[index] *= factor }
        }
      }
    }
  }

  /// What the penalties add to the cost: (1/m) (lambda/2) sum of W² + (1/m) l1 sum of |W|.
  var penalty: Double {
    guard settings.lambda != 0 || settings.l1 != 0 else { return 0 }
    var (squares, absolutes) = (0.0, 0.0)
    for place in places {
      for parameter in place.weights {
        let w = unsafe Double(parameters.start[parameter])
        squares += w * w
        absolutes += abs(w)
      }
    }
    return settings.lambda / 2 * squares / penaltyCount + settings.l1 * absolutes / penaltyCount
  }

  /// Whether all parameters, and what the optimizer remembers, are finite.
  var areFinite: Bool {
    // A product with 0 is 0 for every finite number, else NaN.
    var sum = Scalar.zero
    for index in 0..<count { unsafe sum += parameters.start[index] * 0 }
    let names = settings.optimizer.stateNames
    if names.count > 0 { for index in 0..<count { unsafe sum += firstState.start[index] * 0 } }
    if names.count > 1 { for index in 0..<count { unsafe sum += secondState.start[index] * 0 } }
    return sum == 0
  }

  /// The layers with the present parameters.
  var layers: [Layer] {
    var layers = network.layers
    for (index, place) in places.enumerated() {
      layers[index].weights.elements = place.weights.map { unsafe Double(parameters.start[$0]) }
      layers[index].biases.elements = place.biases.map { unsafe Double(parameters.start[$0]) }
    }
    return layers
  }

  /// What the optimizer remembers, by name.
  var optimizerState: [String: [Double]] {
    var result: [String: [Double]] = [:]
    for (index, name) in settings.optimizer.stateNames.enumerated() {
      let state = unsafe index == 0 ? firstState : secondState
      result[name] = (0..<count).map { parameter in unsafe Double(state.start[parameter]) }
    }
    return result
  }

  /// Takes parameters and what the optimizer remembered.
  ///
  /// - Precondition: the network has the same layers, and the vectors as many numbers.
  func restore(_ network: Network, _ optimizer: [String: [Double]]) {
    for (index, parameter) in network.layers.flatParameters.enumerated() {
      unsafe parameters.start[index] = Scalar(parameter)
    }
    for (index, name) in settings.optimizer.stateNames.enumerated() {
      let state = unsafe index == 0 ? firstState : secondState
      for (parameter, number) in (optimizer[name] ?? []).enumerated() {
        unsafe state.start[parameter] = Scalar(number)
      }
    }
    if isScaled { scale() }
  }
}
