import Dispatch
import KernelsAVX2
import KernelsBaseline
import Synchronization
import Tensors

// The bridge to the kernels: the only file of this module with pointers. All memory is allocated when a descent or a
// predictor is made, none in an iteration.

/// Numbers in memory aligned to a cache line, zero at first.
@unsafe
private final class Memory<Element: BitwiseCopyable> {
  let start: UnsafeMutablePointer<Element>

  init(count: Int, zero: Element) {
    let bytes = max(1, count) * MemoryLayout<Element>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    unsafe start = raw.bindMemory(to: Element.self, capacity: max(1, count))
    unsafe start.initialize(repeating: zero, count: max(1, count))
  }

  convenience init(_ elements: [Element], zero: Element) {
    unsafe self.init(count: elements.count, zero: zero)
    for (index, element) in elements.enumerated() { unsafe start[index] = element }
  }

  deinit { unsafe start.deallocate() }
}

/// The kernels of one scalar in one build.
@unsafe
struct KernelFunctions<Scalar> {
  let chunkExamples: Int
  let sliceGradient:
    (
      UnsafePointer<Int>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, Int,
      UnsafePointer<UInt64>?, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<Scalar>,
      UnsafeMutablePointer<Scalar>?, UnsafeMutablePointer<Scalar>
    ) -> Void
  let combineSlices: (UnsafeMutablePointer<Scalar>, Int, Int, Int, Int) -> Void
  let updateParameters:
    (
      UnsafePointer<Int>, UnsafeMutablePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>,
      UnsafeMutablePointer<Scalar>?, Scalar, Scalar, Scalar
    ) -> Void
  let predictRows:
    (
      UnsafePointer<Int>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, Int, UnsafeMutablePointer<Scalar>,
      UnsafeMutablePointer<Scalar>
    ) -> Void
}

/// A scalar that there are kernels for.
protocol KernelScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  static func functions(_ kernel: Kernel) -> KernelFunctions<Self>
}

extension Double: KernelScalar {
  static func functions(_ kernel: Kernel) -> KernelFunctions<Double> {
    if kernel == .avx2 {
      unsafe KernelFunctions(
        chunkExamples: KernelsAVX2.float64ChunkExamples, sliceGradient: KernelsAVX2.float64SliceGradient,
        combineSlices: KernelsAVX2.float64CombineSlices, updateParameters: KernelsAVX2.float64UpdateParameters,
        predictRows: KernelsAVX2.float64PredictRows)
    } else {
      unsafe KernelFunctions(
        chunkExamples: KernelsBaseline.float64ChunkExamples, sliceGradient: KernelsBaseline.float64SliceGradient,
        combineSlices: KernelsBaseline.float64CombineSlices, updateParameters: KernelsBaseline.float64UpdateParameters,
        predictRows: KernelsBaseline.float64PredictRows)
    }
  }
}

extension Float: KernelScalar {
  static func functions(_ kernel: Kernel) -> KernelFunctions<Float> {
    if kernel == .avx2 {
      unsafe KernelFunctions(
        chunkExamples: KernelsAVX2.float32ChunkExamples, sliceGradient: KernelsAVX2.float32SliceGradient,
        combineSlices: KernelsAVX2.float32CombineSlices, updateParameters: KernelsAVX2.float32UpdateParameters,
        predictRows: KernelsAVX2.float32PredictRows)
    } else {
      unsafe KernelFunctions(
        chunkExamples: KernelsBaseline.float32ChunkExamples, sliceGradient: KernelsBaseline.float32SliceGradient,
        combineSlices: KernelsBaseline.float32CombineSlices, updateParameters: KernelsBaseline.float32UpdateParameters,
        predictRows: KernelsBaseline.float32PredictRows)
    }
  }
}

extension Activation {
  /// The number of the activation in the kernels; nil for those that they do not compute.
  var kernelCode: Int? {
    switch self {
    case .relu: 0
    case .sigmoid: 1
    default: nil
    }
  }

  /// The number in the kernels for a last layer whose z is wanted as it is.
  fileprivate static var kernelCodeOfNone: Int { 2 }
}

extension [Layer] {
  /// The shape as the kernels take it; of the activations that they do not compute only the last may be one.
  fileprivate var kernelShape: [Int] {
    [count] + prefix(1).map(\.inputCount) + map(\.outputCount)
      + map { $0.activation.kernelCode ?? Activation.kernelCodeOfNone }
  }

  /// All parameters in the kernels' order: layer by layer W row by row, then b.
  fileprivate var flatParameters: [Double] { flatMap { $0.weights.elements + $0.biases.elements } }
}

/// Gradient descent on all examples at once, by the kernels, in the arithmetic of a scalar.
///
/// Its threads write to the memory of their own slices only: that is why it may be shared with them.
@safe
final class GradientDescent<Scalar: KernelScalar>: @unchecked Sendable {
  private let functions: KernelFunctions<Scalar>
  private let network: Network
  private let settings: TrainingSettings
  private let slices: Slices
  private let threads: Int
  private let parameterCount: Int
  private let gradientPitch: Int
  private let hiddenUnits: Int
  private let dropout: Dropout
  private let dropoutPitch: Int

  private let shape: Memory<Int>
  private let features: Memory<Scalar>
  private let labels: Memory<Scalar>
  private let parameters: Memory<Scalar>
  /// The parameters with the weights divided by keep of the layer before; the parameters themselves without dropout.
  private let scaled: Memory<Scalar>
  private let scales: Memory<Scalar>
  /// One gradient for each slice.
  private let gradients: Memory<Scalar>
  /// One chunk of activations for each thread.
  private let scratch: Memory<Scalar>
  private let outputs: Memory<Scalar>
  private let losses: Memory<Double>
  /// What ``KernelFunctions/sliceGradient`` takes, for each slice.
  private let dropouts: Memory<UInt64>
  /// Fixed masks of all chunks, or fresh ones of one chunk for each thread.
  private let masks: Memory<UInt8>
  private let next = Atomic<Int>(0)

  init(network: Network, dataset: Dataset, settings: TrainingSettings, kernel: Kernel) {
    unsafe functions = Scalar.functions(kernel)
    self.network = network
    self.settings = settings
    slices = Slices(exampleCount: dataset.exampleCount)
    dropout = settings.dropout
    parameterCount = network.parameterCount
    // Whole cache lines, so that two threads never write to the same one.
    gradientPitch = (network.parameterCount + 15) / 16 * 16
    let sizes = network.layerSizes
    hiddenUnits = sizes.dropFirst().dropLast().reduce(0, +)
    // A thread must have enough to do to be worth waking.
    let worthwhile = dataset.exampleCount * network.parameterCount / 250_000
    threads = max(1, min(settings.threads, slices.count, worthwhile))

    let chunk = unsafe functions.chunkExamples
    let chunks = (dataset.exampleCount + chunk - 1) / chunk
    unsafe shape = Memory(network.layers.kernelShape, zero: 0)
    unsafe features = Memory(count: chunks * sizes[0] * chunk, zero: 0)
    unsafe labels = Memory(count: chunks * chunk, zero: 0)
    for example in 0..<dataset.exampleCount {
      let (number, place) = example.quotientAndRemainder(dividingBy: chunk)
      for input in 0..<sizes[0] {
        unsafe features.start[(number * sizes[0] + input) * chunk + place] = Scalar(dataset.features[input, example])
      }
      unsafe labels.start[example] = Scalar(dataset.labels[0, example])
    }
    unsafe parameters = Memory(network.layers.flatParameters.map { Scalar($0) }, zero: 0)
    let isActive = dropout.isActive
    unsafe scaled = isActive ? Memory(count: network.parameterCount, zero: 0) : parameters
    unsafe scales = Memory([1] + dropout.keepProbabilities.map { 1 / Scalar($0) }, zero: 1)
    unsafe gradients = Memory(count: slices.count * gradientPitch, zero: 0)
    unsafe scratch = Memory(count: threads * (hiddenUnits + 1) * chunk, zero: 0)
    unsafe outputs = Memory(count: dataset.exampleCount, zero: 0)
    unsafe losses = Memory(count: slices.count, zero: 0)

    dropoutPitch = 4 + dropout.keepProbabilities.count
    var headers: [UInt64] = []
    for slice in 0..<(isActive ? slices.count : 0) {
      headers += [dropout.masks == .fresh ? 1 : 0, UInt64(dropout.seed), 0, UInt64(slices.range(slice).lowerBound)]
      headers += dropout.keepProbabilities.map { UInt64(($0 * 4_294_967_296).rounded(.up)) }
    }
    unsafe dropouts = Memory(headers, zero: 0)
    switch (isActive, dropout.masks) {
    case (false, _): unsafe masks = Memory(count: 0, zero: 0)
    case (true, .fresh): unsafe masks = Memory(count: threads * hiddenUnits * chunk, zero: 0)
    case (true, .fixed): unsafe masks = Memory(count: chunks * hiddenUnits * chunk, zero: 0)
    }
    if isActive {
      if dropout.masks == .fixed { drawFixedMasks(chunk) }
      scaleParameters()
    }
  }

  /// The masks of ``Dropout/masks(hiddenSizes:exampleCount:iteration:)`` in chunks.
  private func drawFixedMasks(_ chunk: Int) {
    var random = NumPyRandom(seed: dropout.seed)
    var row = 0
    for (layer, keep) in zip(network.layers, dropout.keepProbabilities) {
      for _ in 0..<layer.outputCount {
        for example in 0..<slices.exampleCount {
          let (number, place) = example.quotientAndRemainder(dividingBy: chunk)
          unsafe masks.start[(number * hiddenUnits + row) * chunk + place] = random.rand() <= keep ? 0xff : 0
        }
        row += 1
      }
    }
  }

  private func scaleParameters() {
    var offset = 0
    for (index, layer) in network.layers.enumerated() {
      let weights = layer.weights.elements.count
      for place in 0..<layer.parameterCount {
        let scale: Scalar = place < weights ? unsafe scales.start[index] : 1
        unsafe scaled.start[offset + place] = scale * parameters.start[offset + place]
      }
      offset += layer.parameterCount
    }
  }

  /// The gradient at the present parameters, and the cost where it is wanted.
  func differentiate(iteration: Int, wantsCost: Bool) -> Double? {
    if dropout.isActive {
      for slice in 0..<slices.count { unsafe dropouts.start[slice * dropoutPitch + 2] = UInt64(iteration) }
    }
    if threads == 1 {
      for slice in 0..<slices.count { differentiate(slice: slice, thread: 0, wantsCost: wantsCost) }
    } else {
      next.store(0, ordering: .relaxed)
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        while true {
          let slice = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if slice >= slices.count { return }
          differentiate(slice: slice, thread: thread, wantsCost: wantsCost)
        }
      }
    }
    combineGradients()
    guard wantsCost else { return nil }
    var step = 1
    while step < slices.count {
      for slice in stride(from: 0, to: slices.count - step, by: 2 * step) {
        unsafe losses.start[slice] += losses.start[slice + step]
      }
      step *= 2
    }
    return unsafe losses.start[0] / Double(slices.exampleCount) + penalty
  }

  private func differentiate(slice: Int, thread: Int, wantsCost: Bool) {
    let range = slices.range(slice)
    let chunk = unsafe functions.chunkExamples
    let first = range.lowerBound / chunk
    let inputs = network.inputCount
    var header: UnsafePointer<UInt64>?
    var mask = unsafe masks.start
    if dropout.isActive {
      unsafe header = UnsafePointer(dropouts.start + slice * dropoutPitch)
      unsafe mask += (dropout.masks == .fresh ? thread : first) * hiddenUnits * chunk
    }
    unsafe functions.sliceGradient(
      shape.start, scaled.start, features.start + first * inputs * chunk, labels.start + first * chunk, range.count,
      header, mask, scratch.start + thread * (hiddenUnits + 1) * chunk,
      wantsCost ? outputs.start + range.lowerBound : nil, gradients.start + slice * gradientPitch)
    if wantsCost {
      var loss = 0.0
      for example in range {
        unsafe loss += CrossEntropy.loss(z: Double(outputs.start[example]), label: Double(labels.start[example]))
      }
      unsafe losses.start[slice] = loss
    }
  }

  /// The sum of the slices' gradients goes to the first; parts of it are independent.
  private func combineGradients() {
    guard slices.count > 1 else { return }
    let part = 8192
    let parts = (parameterCount + part - 1) / part
    let combine = { @Sendable (index: Int) in
      let first = index * part
      unsafe self.functions.combineSlices(
        self.gradients.start, self.slices.count, self.gradientPitch, first, min(part, self.parameterCount - first))
    }
    if threads == 1 || parts == 1 {
      for index in 0..<parts { combine(index) }
    } else {
      DispatchQueue.concurrentPerform(iterations: parts, execute: combine)
    }
  }

  /// One step along the gradient of ``differentiate(iteration:wantsCost:)``.
  func update() {
    let share = 1 / Double(slices.exampleCount)
    unsafe functions.updateParameters(
      shape.start, parameters.start, gradients.start, scales.start, dropout.isActive ? scaled.start : nil,
      Scalar(share), Scalar(settings.lambda * share), Scalar(settings.learningRate))
  }

  /// What L2 adds to the cost: (1/m) (lambda/2) sum of W².
  private var penalty: Double {
    guard settings.lambda != 0 else { return 0 }
    var squares = 0.0
    var offset = 0
    for layer in network.layers {
      for index in 0..<layer.weights.elements.count {
        let w = unsafe Double(parameters.start[offset + index])
        squares += w * w
      }
      offset += layer.parameterCount
    }
    return settings.lambda / 2 * squares / Double(slices.exampleCount)
  }

  /// The layers with the present parameters.
  var layers: [Layer] {
    var layers = network.layers
    var offset = 0
    func take(_ matrix: inout Matrix) {
      for index in matrix.elements.indices { unsafe matrix.elements[index] = Double(parameters.start[offset + index]) }
      offset += matrix.elements.count
    }
    for index in layers.indices {
      take(&layers[index].weights)
      take(&layers[index].biases)
    }
    return layers
  }
}

/// The parameters of consecutive layers as the kernels take them; never changed after they are made.
@safe
final class PredictionParameters: @unchecked Sendable {
  private let functions: KernelFunctions<Double>
  private let shape: Memory<Int>
  /// The shape without the last layer's activation.
  private let linearShape: Memory<Int>
  private let parameters: Memory<Double>
  private let scratchCount: Int

  /// - Precondition: the kernels compute the activations of all layers but the last, whose z is given where they do
  ///   not compute it.
  init(layers: [Layer], kernel: Kernel) {
    precondition(layers.dropLast().allSatisfy { $0.activation.kernelCode != nil }, "layers that the kernels lack")
    unsafe functions = Double.functions(kernel)
    unsafe shape = Memory(layers.kernelShape, zero: 0)
    unsafe linearShape = Memory(layers.kernelShape.dropLast() + [Activation.kernelCodeOfNone], zero: 0)
    unsafe parameters = Memory(layers.flatParameters, zero: 0)
    let units = (layers.first?.inputCount ?? 0) + layers.reduce(0) { $0 + $1.outputCount }
    scratchCount = unsafe units * functions.chunkExamples
  }

  func makeScratch() -> KernelScratch { KernelScratch(count: scratchCount) }

  func predict(
    _ inputs: Span<Double>, rows: Int, into outputs: inout MutableSpan<Double>, asZ: Bool = false,
    scratch: KernelScratch
  ) {
    precondition(scratch.count >= scratchCount, "working memory of another predictor")
    let shape = unsafe asZ ? linearShape : shape
    unsafe inputs.withUnsafeBufferPointer { inputs in
      unsafe outputs.withUnsafeMutableBufferPointer { outputs in
        guard let source = inputs.baseAddress, let target = outputs.baseAddress else { return }
        unsafe functions.predictRows(shape.start, parameters.start, source, rows, scratch.memory.start, target)
      }
    }
  }
}

/// The working memory of one thread's calls of the kernels, reused from call to call.
@safe
final class KernelScratch {
  fileprivate let memory: Memory<Double>
  fileprivate let count: Int

  fileprivate init(count: Int) {
    self.count = count
    unsafe memory = Memory(count: count, zero: 0)
  }
}
