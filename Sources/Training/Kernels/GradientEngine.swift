import Tensors

/// The gradient of the loss of a batch of examples, by the kernels, in the arithmetic of a scalar.
///
/// The examples are cut into slices, whose gradients are computed apart, by any thread, and summed in a fixed tree. The
/// threads write to the memory of their own slices only: that is why it may be shared with them. All memory is allocated
/// when an engine is made, none in an iteration.
@safe
final class GradientEngine<Scalar: KernelScalar>: @unchecked Sendable {
  /// What the gradient is computed at; its `scaled` are the parameters.
  let parameters: ParameterVector<Scalar>
  /// The examples of the batch.
  let batch: ChunkedExamples<Scalar>
  /// One gradient for each slice; after ``differentiate(iteration:wantsCost:)`` the first is the sum of all.
  let gradients: Memory<Scalar>

  let functions: KernelFunctions<Scalar>
  let network: Network
  let loss: Loss
  let dropout: Dropout
  private let path: Path
  private let threads: Int
  let gradientPitch: Int
  let hiddenUnits: Int
  let shape: Memory<Int>
  let scratch: [SliceScratch<Scalar>]
  let outputs: Memory<Scalar>
  let losses: Memory<Double>
  /// What ``KernelFunctions/sliceGradient`` takes, for each slice.
  let dropouts: Memory<UInt64>
  let dropoutPitch: Int
  /// Fixed masks of all chunks, (hidden units, chunk examples) each.
  let fixedMasks: Memory<UInt8>
  /// What computes networks with wide layers, instead of all of the above.
  private let wide: WideGradient<Scalar>?
  private let ranks: any Ranks
  /// What puts the sums of all ranks together; nil for one.
  private let exchange: SliceExchange<Scalar>?
  /// Whether this rank asks all to stop, which they do together.
  var asksToStop = false
  /// Whether one of the ranks asked, known to all after a gradient.
  private(set) var isAskedToStop = false

  /// Which code computes a slice.
  private enum Path {
    /// One kernel does all of it: hidden layers of relu or sigmoid, one sigmoid unit and the cross-entropy.
    case fused
    /// Layer by layer, each step by a kernel.
    case layered
  }

  /// An engine for batches of up to `capacity` examples.
  ///
  /// - Parameter holdsShareOnly: whether all batches are of `capacity` examples, of which there is only memory for those
  ///   of this rank.
  init(
    network: Network, capacity: Int, kind: LabelKind, hasWeights: Bool, penaltyCount: Double,
    settings: TrainingSettings, kernel: Kernel, ranks: any Ranks, holdsShareOnly: Bool
  ) {
    let functions = unsafe Scalar.functions(kernel)
    unsafe self.functions = functions
    self.network = network
    loss = settings.loss
    dropout = settings.dropout
    let isWide = WideGradient<Scalar>.suits(network.layerSizes)
    let isFused =
      !isWide && settings.loss == .crossEntropy && !hasWeights && !dropout.isActiveOnInputs
      && network.layers.allSatisfy(\.activation.isFused)
    path = isFused ? .fused : .layered
    let chunk = unsafe isWide ? WideGradient<Scalar>.groupLength(capacity: capacity) : functions.chunkExamples
    let slices = isWide ? 1 : Slices.mostSlices(capacity: capacity)
    // A thread must have enough to do to be worth waking.
    let work = (capacity / ranks.count).multipliedReportingOverflow(by: network.parameterCount)
    let threadCount = max(
      1, min(settings.threads, isWide ? .max : slices, work.overflow ? .max : work.partialValue / 250_000))
    let share = ExampleShare(
      rank: ranks.rank, ranks: ranks.count, chunk: chunk,
      blockChunks: isWide ? WideGradient<Scalar>.blockGroups(capacity: capacity) : nil)
    self.ranks = ranks
    parameters = ParameterVector(
      network, settings: settings, kernel: kernel, penaltyCount: penaltyCount,
      scalesByKeep: isFused && dropout.isActive, threads: threadCount)
    batch = ChunkedExamples(
      capacity: capacity, chunk: chunk, inputCount: network.inputCount, kind: kind, hasWeights: hasWeights,
      scaling: network.inputScaling, share: share, holdsShareOnly: holdsShareOnly)
    // Whole cache lines, so that two threads never write to the same one.
    gradientPitch = (network.parameterCount + 15) / 16 * 16
    let units = network.layerSizes.dropFirst().dropLast().reduce(0, +)
    hiddenUnits = units
    threads = threadCount
    unsafe shape = Memory(network.layers.kernelShape)
    unsafe gradients = Memory(count: slices * gradientPitch)
    unsafe outputs = Memory(count: isFused ? batch.place.room : 0)
    unsafe losses = Memory(count: slices)
    let dropout = dropout
    scratch = (0..<(isWide ? 0 : threadCount)).map { _ in
      SliceScratch(network: network, chunk: chunk, dropout: dropout, isLayered: !isFused)
    }

    dropoutPitch = 4 + dropout.keepProbabilities.count
    unsafe dropouts = Memory(count: dropout.isActive ? slices * dropoutPitch : 0)
    let areFixed = dropout.isActive && dropout.masks == .fixed
    let chunks = batch.place.room / chunk
    // A tile of a product may have more rows than there are units.
    unsafe fixedMasks = Memory(count: areFixed ? (chunks * units + 8) * chunk : 0)
    wide =
      isWide
      ? unsafe WideGradient(
        network: network, capacity: capacity, loss: settings.loss, dropout: dropout, kernel: kernel,
        threads: threadCount, batch: batch, parameters: parameters.parameters, fixedMasks: fixedMasks,
        gradient: gradients, gradientWords: gradientPitch * MemoryLayout<Scalar>.stride / 8, ranks: ranks)
      : nil
    exchange =
      isWide || ranks.count == 1 ? nil : SliceExchange(parameterCount: network.parameterCount, slices, ranks)
    if areFixed { drawFixedMasks(holdsShareOnly ? share.ranges(of: capacity) : [0..<capacity], of: capacity, chunk) }
  }

  /// The masks of ``Dropout/masks(hiddenSizes:exampleCount:iteration:)`` in chunks, of those examples that are here: all
  /// of them are drawn one after the other.
  private func drawFixedMasks(_ ranges: [Range<Int>], of exampleCount: Int, _ chunk: Int) {
    var random = NumPyRandom(seed: dropout.seed)
    var row = 0
    for (layer, keep) in zip(network.layers, dropout.keepProbabilities) {
      for _ in 0..<layer.outputCount {
        var done = 0
        for range in ranges + [exampleCount..<exampleCount] {
          while done < range.lowerBound {
            _ = random.rand()
            done += 1
          }
          for example in range {
            let (number, place) = batch.place(example).quotientAndRemainder(dividingBy: chunk)
            unsafe fixedMasks.start[(number * hiddenUnits + row) * chunk + place] = random.rand() <= keep ? 0xff : 0
          }
          done = range.upperBound
        }
        row += 1
      }
    }
  }

  /// The gradient of the batch at the present parameters, summed over the examples, and their mean loss where it is
  /// wanted.
  func differentiate(iteration: Int, wantsCost: Bool) -> Double? {
    if let wide {
      let sum = wide.differentiate(iteration: iteration, wantsCost: wantsCost)
      if ranks.count > 1 { isAskedToStop = ranks.anyAsks(asksToStop) }
      return wantsCost ? (batch.totalWeight > 0 ? sum / batch.totalWeight : 0) : nil
    }
    let slices = batch.slices
    if dropout.isActive && path == .fused { setDropouts(iteration) }
    let own = batch.share.slices(of: slices)
    Workers.each(own.count, over: threads) { slice, thread in
      differentiate(own.lowerBound + slice, iteration, thread: thread, wantsCost)
    }
    guard let exchange else {
      combineGradients()
      return wantsCost ? meanLoss : nil
    }
    isAskedToStop = unsafe exchange.combine(
      gradients, pitch: gradientPitch, losses, slices: slices.count, functions, asksToStop: asksToStop)
    return unsafe wantsCost ? meanLoss(of: losses.start[0]) : nil
  }

  /// The mean loss, of the sums of all slices.
  private var meanLoss: Double {
    let slices = batch.slices
    var step = 1
    while step < slices.count {
      for slice in stride(from: 0, to: slices.count - step, by: 2 * step) {
        unsafe losses.start[slice] += losses.start[slice + step]
      }
      step *= 2
    }
    return unsafe meanLoss(of: losses.start[0])
  }

  private func meanLoss(of sum: Double) -> Double {
    // A batch may consist of examples of weight 0, which are not there.
    batch.totalWeight > 0 ? sum / batch.totalWeight : 0
  }

  private func differentiate(_ slice: Int, _ iteration: Int, thread: Int, _ wantsCost: Bool) {
    switch path {
    case .fused: differentiateFused(slice, thread: thread, wantsCost)
    case .layered:
      let loss = differentiateLayered(slice, iteration, thread: thread, wantsCost)
      unsafe losses.start[slice] = loss
    }
  }

  /// The sum of the slices' gradients goes to the first; parts of it are independent.
  private func combineGradients() {
    let count = batch.slices.count
    guard count > 1 else { return }
    let part = 8192
    let parameterCount = parameters.count
    let parts = (parameterCount + part - 1) / part
    let combine = { @Sendable (index: Int) in
      let first = index * part
      unsafe self.functions.combineSlices(
        self.gradients.start, count, self.gradientPitch, first, min(part, parameterCount - first))
    }
    Workers.each(parts, over: threads) { index, _ in combine(index) }
  }
}
