import Tensors

/// The parameters of a network one after the other, layer by layer W row by row, then b, with what an optimizer
/// remembers of each.
@safe
final class ParameterVector<Scalar: KernelScalar> {
  private let functions: KernelFunctions<Scalar>
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

  /// - Parameter scalesByKeep: whether ``scaled`` is wanted.
  init(_ network: Network, settings: TrainingSettings, kernel: Kernel, penaltyCount: Double, scalesByKeep: Bool) {
    unsafe functions = Scalar.functions(kernel)
    self.network = network
    self.settings = settings
    self.penaltyCount = penaltyCount
    isScaled = scalesByKeep
    var places: [LayerPlace] = []
    var offset = 0
    for layer in network.layers {
      let weights = offset..<offset + layer.weights.elements.count
      offset += layer.parameterCount
      places.append(LayerPlace(weights: weights, biases: weights.upperBound..<offset, inputs: layer.inputCount))
    }
    self.places = places
    let count = offset
    unsafe shape = Memory(network.layers.kernelShape, zero: 0)
    unsafe parameters = Memory(network.layers.flatParameters.map { Scalar($0) }, zero: 0)
    unsafe scaled = scalesByKeep ? Memory(count: count, zero: 0) : parameters
    let keeps = scalesByKeep ? settings.dropout.keepProbabilities : network.layers.dropLast().map { _ in 1 }
    unsafe scales = Memory([1] + keeps.map { 1 / Scalar($0) }, zero: 1)
    let names = settings.optimizer.stateNames
    unsafe firstState = Memory(count: names.count > 0 ? count : 0, zero: 0)
    unsafe secondState = Memory(count: names.count > 1 ? count : 0, zero: 0)
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
    if settings.optimizer == .gradientDescent && settings.l1 == 0 && settings.maxNorm == nil {
      unsafe functions.updateParameters(
        shape.start, parameters.start, gradient.start, scales.start, isScaled ? scaled.start : nil, Scalar(share),
        Scalar(settings.lambda * (1 / penaltyCount)), Scalar(rate))
      return
    }
    unsafe addPenalties(to: gradient, share: share)
    if case .adamW(let rule) = settings.optimizer {
      for place in places { unsafe parameters.withSpan(place.weights) { rule.decay(&$0, rate: rate) } }
    }
    unsafe follow(gradient, rate: rate, number: number)
    if let limit = settings.maxNorm { bound(limit) }
    if isScaled { scale() }
  }

  /// dW = share · gradient + (lambda/m) W + (l1/m) sign(W), db = share · gradient.
  private func addPenalties(to gradient: Memory<Scalar>, share: Double) {
    let decay = Scalar(settings.lambda / penaltyCount)
    let pull = Scalar(settings.l1 / penaltyCount)
    for (index, place) in places.enumerated() {
      let scale = unsafe Scalar(share) * scales.start[index]
      for parameter in place.weights {
        let w = unsafe parameters.start[parameter]
        var dw = unsafe scale * gradient.start[parameter] + decay * w
        if w > 0 { dw += pull } else if w < 0 { dw -= pull }
        unsafe gradient.start[parameter] = dw
      }
      for parameter in place.biases { unsafe gradient.start[parameter] *= Scalar(share) }
    }
  }

  private func follow(_ gradient: Memory<Scalar>, rate: Double, number: Int) {
    let all = 0..<count
    unsafe parameters.withSpan(all) { parameters in
      unsafe gradient.withSpan(all) { span in
        let gradient = span.span
        switch settings.optimizer {
        case .gradientDescent:
          let rate = Scalar(rate)
          for index in parameters.indices { parameters[index] -= rate * gradient[index] }
        case .momentum(let rule):
          unsafe firstState.withSpan(all) { rule.step(&parameters, gradient, velocity: &$0, rate: rate) }
        case .nesterov(let rule):
          unsafe firstState.withSpan(all) { rule.step(&parameters, gradient, velocity: &$0, rate: rate) }
        case .adam, .adamW:
          let rule = adam
          unsafe firstState.withSpan(all) { first in
            unsafe secondState.withSpan(all) { second in
              rule.step(&parameters, gradient, first: &first, second: &second, rate: rate, number: number)
            }
          }
        }
      }
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
