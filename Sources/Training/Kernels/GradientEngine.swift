import Dispatch
import Synchronization
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

  private let functions: KernelFunctions<Scalar>
  private let network: Network
  private let loss: Loss
  private let dropout: Dropout
  private let path: Path
  private let threads: Int
  private let gradientPitch: Int
  private let hiddenUnits: Int
  private let shape: Memory<Int>
  private let scratch: [SliceScratch<Scalar>]
  private let outputs: Memory<Scalar>
  private let losses: Memory<Double>
  /// What ``KernelFunctions/sliceGradient`` takes, for each slice.
  private let dropouts: Memory<UInt64>
  private let dropoutPitch: Int
  /// Fixed masks of all chunks, (hidden units, chunk examples) each.
  private let fixedMasks: Memory<UInt8>
  private let next = Atomic<Int>(0)
  /// What computes networks with wide layers, instead of all of the above.
  private let wide: WideGradient<Scalar>?

  /// Which code computes a slice.
  private enum Path {
    /// One kernel does all of it: hidden layers of relu or sigmoid, one sigmoid unit and the cross-entropy.
    case fused
    /// Layer by layer: products by kernels, activations and losses by plain operations.
    case layered
  }

  /// An engine for batches of up to `capacity` examples.
  init(
    network: Network, capacity: Int, kind: LabelKind, hasWeights: Bool, penaltyCount: Double,
    settings: TrainingSettings, kernel: Kernel
  ) {
    let functions = unsafe Scalar.functions(kernel)
    unsafe self.functions = functions
    self.network = network
    loss = settings.loss
    dropout = settings.dropout
    let isWide = WideGradient<Scalar>.suits(network.layerSizes)
    let isFused =
      !isWide && settings.loss == .crossEntropy && !hasWeights && !dropout.isActiveOnInputs
      && network.layers.allSatisfy { $0.activation.kernelCode != nil }
    path = isFused ? .fused : .layered
    let chunk = unsafe isWide ? WideGradient<Scalar>.groupLength(capacity: capacity) : functions.chunkExamples
    let slices = isWide ? 1 : Slices.mostSlices(capacity: capacity)
    // A thread must have enough to do to be worth waking.
    let work = capacity.multipliedReportingOverflow(by: network.parameterCount)
    let threadCount = max(
      1, min(settings.threads, isWide ? .max : slices, work.overflow ? .max : work.partialValue / 250_000))
    parameters = ParameterVector(
      network, settings: settings, kernel: kernel, penaltyCount: penaltyCount,
      scalesByKeep: isFused && dropout.isActive, threads: threadCount)
    batch = ChunkedExamples(
      capacity: capacity, chunk: chunk, inputCount: network.inputCount, kind: kind, hasWeights: hasWeights,
      scaling: network.inputScaling)
    // Whole cache lines, so that two threads never write to the same one.
    gradientPitch = (network.parameterCount + 15) / 16 * 16
    let units = network.layerSizes.dropFirst().dropLast().reduce(0, +)
    hiddenUnits = units
    threads = threadCount
    unsafe shape = Memory(network.layers.kernelShape, zero: 0)
    unsafe gradients = Memory(count: slices * gradientPitch, zero: 0)
    unsafe outputs = Memory(count: isFused ? capacity : 0, zero: 0)
    unsafe losses = Memory(count: slices, zero: 0)
    let dropout = dropout
    scratch = (0..<(isWide ? 0 : threadCount)).map { _ in
      SliceScratch(network: network, chunk: chunk, dropout: dropout, isLayered: !isFused)
    }

    dropoutPitch = 4 + dropout.keepProbabilities.count
    unsafe dropouts = Memory(count: dropout.isActive ? slices * dropoutPitch : 0, zero: 0)
    let areFixed = dropout.isActive && dropout.masks == .fixed
    let chunks = (capacity + chunk - 1) / chunk
    // A tile of a product may have more rows than there are units.
    unsafe fixedMasks = Memory(count: areFixed ? (chunks * units + 8) * chunk : 0, zero: 0)
    wide =
      isWide
      ? unsafe WideGradient(
        network: network, capacity: capacity, loss: settings.loss, dropout: dropout, kernel: kernel,
        threads: threadCount, batch: batch, parameters: parameters.parameters, fixedMasks: fixedMasks,
        gradient: gradients)
      : nil
    if areFixed { drawFixedMasks(exampleCount: capacity, chunk) }
  }

  /// The masks of ``Dropout/masks(hiddenSizes:exampleCount:iteration:)`` in chunks.
  private func drawFixedMasks(exampleCount: Int, _ chunk: Int) {
    var random = NumPyRandom(seed: dropout.seed)
    var row = 0
    for (layer, keep) in zip(network.layers, dropout.keepProbabilities) {
      for _ in 0..<layer.outputCount {
        for example in 0..<exampleCount {
          let (number, place) = example.quotientAndRemainder(dividingBy: chunk)
          unsafe fixedMasks.start[(number * hiddenUnits + row) * chunk + place] = random.rand() <= keep ? 0xff : 0
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
      return wantsCost ? (batch.totalWeight > 0 ? sum / batch.totalWeight : 0) : nil
    }
    let slices = batch.slices
    if dropout.isActive && path == .fused { setDropouts(iteration) }
    if threads == 1 || slices.count == 1 {
      for slice in 0..<slices.count { differentiate(slice, iteration, thread: 0, wantsCost) }
    } else {
      next.store(0, ordering: .relaxed)
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        while true {
          let slice = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if slice >= slices.count { return }
          differentiate(slice, iteration, thread: thread, wantsCost)
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
    // A batch may consist of examples of weight 0, which are not there.
    return unsafe batch.totalWeight > 0 ? losses.start[0] / batch.totalWeight : 0
  }

  private func setDropouts(_ iteration: Int) {
    for slice in 0..<batch.slices.count {
      let header = unsafe dropouts.start + slice * dropoutPitch
      unsafe header[0] = dropout.masks == .fresh ? 1 : 0
      unsafe header[1] = UInt64(dropout.seed)
      unsafe header[2] = UInt64(iteration)
      unsafe header[3] = UInt64(batch.slices.range(slice).lowerBound)
      for (layer, keep) in dropout.keepProbabilities.enumerated() {
        unsafe header[4 + layer] = Dropout.threshold(keep)
      }
    }
  }

  private func differentiate(_ slice: Int, _ iteration: Int, thread: Int, _ wantsCost: Bool) {
    switch path {
    case .fused: differentiateFused(slice, thread: thread, wantsCost)
    case .layered:
      let loss = differentiateLayered(slice, iteration, thread: thread, wantsCost)
      unsafe losses.start[slice] = loss
    }
  }

  private func differentiateFused(_ slice: Int, thread: Int, _ wantsCost: Bool) {
    let range = batch.slices.range(slice)
    let chunk = unsafe functions.chunkExamples
    let first = range.lowerBound / chunk
    let isFresh = dropout.masks == .fresh
    let header = unsafe dropout.isActive ? UnsafePointer(dropouts.start + slice * dropoutPitch) : nil
    let masks = unsafe isFresh ? scratch[thread].masks.start : fixedMasks.start + first * hiddenUnits * chunk
    unsafe functions.sliceGradient(
      shape.start, parameters.scaled.start, batch.features.start + first * network.inputCount * chunk,
      batch.labels.start + first * chunk, range.count, header, masks, scratch[thread].a.start,
      wantsCost ? outputs.start + range.lowerBound : nil, gradients.start + slice * gradientPitch)
    guard wantsCost else { return }
    var loss = 0.0
    for example in range {
      unsafe loss += CrossEntropy.loss(z: Double(outputs.start[example]), label: Double(batch.labels.start[example]))
    }
    unsafe losses.start[slice] = loss
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
    if threads == 1 || parts == 1 {
      for index in 0..<parts { combine(index) }
    } else {
      DispatchQueue.concurrentPerform(iterations: parts, execute: combine)
    }
  }
}

extension GradientEngine {
  /// The gradient of a slice, chunk by chunk and layer by layer, and its summed weighted loss.
  private func differentiateLayered(_ slice: Int, _ iteration: Int, thread: Int, _ wantsCost: Bool) -> Double {
    let range = batch.slices.range(slice)
    let chunk = unsafe functions.chunkExamples
    let scratch = scratch[thread]
    let gradient = unsafe gradients.start + slice * gradientPitch
    unsafe gradient.update(repeating: 0, count: parameters.count)
    var loss = 0.0
    for first in stride(from: range.lowerBound, to: range.upperBound, by: chunk) {
      let count = min(chunk, range.upperBound - first)
      let inputs = unsafe batch.features.start + first / chunk * network.inputCount * chunk
      let source = unsafe droppedInputs(inputs, first, count, iteration, scratch)
      unsafe forward(source, first, count, iteration, scratch)
      loss += lossGradient(first, count, scratch, wantsCost)
      unsafe backward(source, first, count, scratch, gradient)
    }
    return loss
  }

  /// The features of a chunk, some of them dropped.
  private func droppedInputs(
    _ features: UnsafeMutablePointer<Scalar>, _ first: Int, _ count: Int, _ iteration: Int,
    _ scratch: SliceScratch<Scalar>
  ) -> UnsafeMutablePointer<Scalar> {
    guard dropout.isActiveOnInputs else { return unsafe features }
    let chunk = unsafe functions.chunkExamples
    let keep = Scalar(dropout.inputKeepProbability)
    unsafe draw(
      Dropout.inputLayer, units: network.inputCount, keep: dropout.inputKeepProbability, first, count, iteration,
      scratch.inputMasks.start)
    for index in 0..<network.inputCount * chunk {
      unsafe scratch.inputs.start[index] = scratch.inputMasks.start[index] == 0 ? 0 : features[index] / keep
    }
    return unsafe scratch.inputs.start
  }

  private func draw(
    _ layer: Int, units: Int, keep: Double, _ first: Int, _ count: Int, _ iteration: Int,
    _ masks: UnsafeMutablePointer<UInt8>
  ) {
    unsafe functions.dropoutMasks(
      UInt64(dropout.seed), UInt64(iteration), layer, units, Dropout.threshold(keep), first, (count + 7) / 8 * 8, masks,
      functions.chunkExamples)
  }

  /// The activations and their derivatives of the hidden layers, and z of the last one.
  private func forward(
    _ source: UnsafeMutablePointer<Scalar>, _ first: Int, _ count: Int, _ iteration: Int,
    _ scratch: SliceScratch<Scalar>
  ) {
    let chunk = unsafe functions.chunkExamples
    var source = unsafe source
    var parameter = unsafe parameters.scaled.start
    var unit = 0
    for (index, layer) in network.layers.enumerated() {
      let rows = layer.outputCount
      let place = unit * chunk..<(unit + rows) * chunk
      unsafe functions.forwardLayer(
        parameter, layer.inputCount, rows, source, scratch.z.start + place.lowerBound, count)
      unsafe parameter += layer.parameterCount
      guard index < network.layers.count - 1 else { return }
      unsafe scratch.z.withSpan(place) { z in
        unsafe scratch.a.withSpan(place) { a in
          layer.activation.apply(to: &z, into: &a, rows: rows, pitch: chunk, width: count)
          // What only fills a vector up takes part in products with 0 and must be finite.
          for row in 0..<rows { for fill in count..<chunk { a[row * chunk + fill] = 0 } }
        }
      }
      let keep = dropout.keepProbabilities[index]
      if keep < 1 {
        let masks = unsafe mask(index, unit, rows, first, count, iteration, scratch)
        unsafe drop(scratch.a.start + place.lowerBound, masks, place.count, keep)
      }
      unsafe source = scratch.a.start + place.lowerBound
      unit += rows
    }
  }

  /// The masks of a hidden layer for a chunk: fresh ones are drawn in the forward pass.
  private func mask(
    _ layer: Int, _ unit: Int, _ rows: Int, _ first: Int, _ count: Int, _ iteration: Int?,
    _ scratch: SliceScratch<Scalar>
  ) -> UnsafeMutablePointer<UInt8> {
    let chunk = unsafe functions.chunkExamples
    guard dropout.masks == .fresh else {
      return unsafe fixedMasks.start + (first / chunk * hiddenUnits + unit) * chunk
    }
    let masks = unsafe scratch.masks.start + unit * chunk
    if let iteration {
      unsafe draw(layer, units: rows, keep: dropout.keepProbabilities[layer], first, count, iteration, masks)
    }
    return unsafe masks
  }

  private func drop(
    _ values: UnsafeMutablePointer<Scalar>, _ masks: UnsafeMutablePointer<UInt8>, _ count: Int, _ keep: Double
  ) {
    let keep = Scalar(keep)
    for index in 0..<count { unsafe values[index] = masks[index] == 0 ? 0 : values[index] / keep }
  }

  /// Puts dz in the place of the last layer's z, and gives the summed weighted loss where it is wanted.
  private func lossGradient(_ first: Int, _ count: Int, _ scratch: SliceScratch<Scalar>, _ wantsCost: Bool) -> Double {
    let chunk = unsafe functions.chunkExamples
    let units = network.outputCount
    let labelRows = batch.labelRows
    let z = unsafe scratch.z.start + hiddenUnits * chunk
    let labels = unsafe batch.labels.start + first / chunk * labelRows * chunk
    var sum = 0.0
    for example in 0..<count {
      let weight = unsafe batch.hasWeights ? batch.weights.start[first + example] : 1
      for unit in 0..<units { unsafe scratch.exampleZ[unit] = Double(z[unit * chunk + example]) }
      for row in 0..<labelRows { unsafe scratch.exampleLabel[row] = Double(labels[row * chunk + example]) }
      if wantsCost { sum += weight * loss.loss(z: scratch.exampleZ.span, label: scratch.exampleLabel.span) }
      SliceScratch<Scalar>.differentiate(loss, &scratch.exampleZ, scratch.exampleLabel)
      for unit in 0..<units { unsafe z[unit * chunk + example] = Scalar(weight * scratch.exampleZ[unit]) }
    }
    // Examples that only fill a vector up have no loss.
    for unit in 0..<units { unsafe (z + unit * chunk + count).update(repeating: 0, count: chunk - count) }
    return sum
  }

  private func backward(
    _ inputs: UnsafeMutablePointer<Scalar>, _ first: Int, _ count: Int, _ scratch: SliceScratch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>
  ) {
    let chunk = unsafe functions.chunkExamples
    var offset = parameters.count
    var unit = hiddenUnits
    for (index, layer) in network.layers.enumerated().reversed() {
      offset -= layer.parameterCount
      let dz = unsafe scratch.z.start + unit * chunk
      guard index > 0 else {
        unsafe functions.layerGradient(layer.inputCount, layer.outputCount, dz, inputs, count, gradient + offset)
        return
      }
      let previous = network.layers[index - 1]
      let rows = previous.outputCount
      unit -= rows
      let place = unit * chunk..<(unit + rows) * chunk
      let a = unsafe scratch.a.start + place.lowerBound
      unsafe functions.layerGradient(layer.inputCount, layer.outputCount, dz, a, count, gradient + offset)
      // The activations are no longer needed: da takes their place.
      unsafe functions.backwardLayer(
        parameters.scaled.start + offset, layer.inputCount, layer.outputCount, dz, a, count)
      let keep = dropout.keepProbabilities[index - 1]
      if keep < 1 {
        let masks = unsafe mask(index - 1, unit, rows, first, count, nil, scratch)
        unsafe drop(a, masks, place.count, keep)
      }
      unsafe scratch.z.withSpan(place) { z in
        unsafe scratch.a.withSpan(place) { da in
          for index in z.indices { z[index] *= da[index] }
          for row in 0..<rows { for fill in count..<chunk { z[row * chunk + fill] = 0 } }
        }
      }
    }
  }
}
