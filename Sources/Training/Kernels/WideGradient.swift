import Tensors

/// The gradient of a batch for networks with wide layers, whose products take nearly all of the time.
///
/// A batch is cut into groups of examples and these into blocks. In a block, threads take groups and compute them
/// forward and backward, then they take parts of the layers' gradients, each the sum over the block's groups in their
/// order: the bits are the same for any number of threads, and there is one gradient however many work. Memory is that
/// of a block, not of the batch.
@safe
final class WideGradient<Scalar: KernelScalar>: @unchecked Sendable {
  let functions: WideFunctions<Scalar>
  let kernels: KernelFunctions<Scalar>
  let network: Network
  let loss: Loss
  let dropout: Dropout
  let threads: Int
  let batch: ChunkedExamples<Scalar>
  /// Fixed masks of all groups, (hidden units, examples) each.
  let fixedMasks: Memory<UInt8>
  private let parameters: Memory<Scalar>
  private let gradient: Memory<Scalar>
  /// The examples of a group, which are laid out as one chunk.
  let groupLength: Int
  let layers: [WideLayer]
  /// The layers' weights packed for the forward and for the backward pass.
  let packed: Memory<Scalar>
  let scratch: [WideScratch<Scalar>]
  /// What the gradients of a block are products of, group by group.
  let lefts: Memory<Scalar>
  let rights: Memory<Scalar>
  let leftPitch: Int
  let rightPitch: Int
  private let blockGroups: Int
  private let losses: Memory<Double>
  private let packTasks: [PackTask]
  private let gradientTasks: [GradientTask]
  private let gradientWords: Int
  private let ranks: any Ranks

  /// Some tiles of a layer's weights.
  private struct PackTask {
    let layer: Int
    let isTransposed: Bool
    let tiles: Range<Int>
  }

  /// Some tiles of units and panels of inputs of a layer's gradient.
  private struct GradientTask {
    let layer: Int
    let unitTiles: Range<Int>
    let inputPanels: Range<Int>
  }

  /// Whether this is faster than what computes small networks; a function of the layers alone.
  static func suits(_ sizes: [Int]) -> Bool {
    let weights = zip(sizes, sizes.dropFirst()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    return weights >= 2048
  }

  /// The examples of a group where a batch has up to `capacity`.
  static func groupLength(capacity: Int) -> Int { max(32, min(128, (capacity / 8 + 15) / 16 * 16)) }

  /// The groups of a block where a batch has so many.
  private static func blockGroups(_ groups: Int) -> Int { min(16, groups) }

  /// The groups of a block where a batch has up to `capacity` examples.
  static func blockGroups(capacity: Int) -> Int {
    let length = groupLength(capacity: capacity)
    return blockGroups(max(1, (capacity + length - 1) / length))
  }

  /// The numbers that are kept at least beside the parameters and their gradient, with one thread: the packed weights,
  /// the factors of a block, and the activations of a group and their gradients.
  static func numbersNeeded(_ sizes: [Int], capacity: Int) -> Double {
    let length = groupLength(capacity: capacity)
    var (packed, factors, rows) = (0.0, 0.0, Double(sizes.first ?? 0))
    for (index, (inputs, units)) in zip(sizes, sizes.dropFirst()).enumerated() {
      packed += (index == 0 ? 1 : 2) * Double(inputs) * Double(units)
      factors += Double(inputs) + Double(units)
      rows += 2 * Double(units)
    }
    let groups = blockGroups((capacity - 1) / length + 1)
    return packed + Double(length) * (Double(groups) * factors + rows)
  }

  /// - Parameters:
  ///   - capacity: the most examples of a batch.
  ///   - fixedMasks: with room for 8 rows behind the last.
  ///   - gradient: gets the gradient, in the order of the parameters.
  ///   - gradientWords: the words of 8 bytes in its memory.
  init(
    network: Network, capacity: Int, loss: Loss, dropout: Dropout, kernel: Kernel, threads: Int,
    batch: ChunkedExamples<Scalar>, parameters: Memory<Scalar>, fixedMasks: Memory<UInt8>, gradient: Memory<Scalar>,
    gradientWords: Int, ranks: any Ranks
  ) {
    self.ranks = ranks
    self.gradientWords = gradientWords
    self.batch = batch
    unsafe self.parameters = parameters
    unsafe self.fixedMasks = fixedMasks
    unsafe self.gradient = gradient
    let functions = unsafe Scalar.wideFunctions(kernel)
    unsafe self.functions = functions
    unsafe kernels = Scalar.functions(kernel)
    self.network = network
    self.loss = loss
    self.dropout = dropout
    self.threads = threads
    let length = Self.groupLength(capacity: capacity)
    groupLength = length
    let groups = max(1, (capacity + length - 1) / length)
    blockGroups = Self.blockGroups(groups)
    let layout = unsafe WideLayout(network, length: length, functions)
    layers = layout.layers
    (leftPitch, rightPitch) = (layout.leftCount, layout.rightCount)
    unsafe packed = Memory(count: layout.packedCount)
    unsafe lefts = Memory(count: blockGroups * leftPitch)
    unsafe rights = Memory(count: blockGroups * rightPitch)
    unsafe losses = Memory(count: groups)
    let chunk = unsafe Scalar.functions(kernel).chunkExamples
    scratch = (0..<threads).map { _ in
      WideScratch(layout, network: network, dropout: dropout, length: length, chunk: chunk)
    }
    var packs: [PackTask] = []
    var gradients: [GradientTask] = []
    for (index, layer) in layers.enumerated() {
      for first in stride(from: 0, to: layer.unitTiles, by: 16) {
        packs.append(
          PackTask(layer: index, isTransposed: false, tiles: first..<min(first + 16, layer.unitTiles)))
        for panel in stride(from: 0, to: layer.inputPanels, by: 16) {
          gradients.append(
            GradientTask(
              layer: index, unitTiles: first..<min(first + 16, layer.unitTiles),
              inputPanels: panel..<min(panel + 16, layer.inputPanels)))
        }
      }
      guard index > 0 else { continue }
      for first in stride(from: 0, to: layer.inputTiles, by: 16) {
        packs.append(PackTask(layer: index, isTransposed: true, tiles: first..<min(first + 16, layer.inputTiles)))
      }
    }
    packTasks = packs
    // A gradient of one task has nobody to share it with; the ranks take the tasks in turn, large and small ones.
    gradientTasks = gradients.enumerated().filter { $0.offset % ranks.count == ranks.rank }.map(\.element)
  }

  /// Computes the gradient of the batch at the present parameters.
  ///
  /// - Returns: the sum of the weighted losses, 0 where it is not wanted.
  func differentiate(iteration: Int, wantsCost: Bool) -> Double {
    Workers.each(packTasks.count, over: threads) { index, _ in self.pack(self.packTasks[index]) }
    // Of the tasks of others nothing may be left from the iteration before.
    if ranks.count > 1 { unsafe gradient.start.update(repeating: 0, count: gradientCount) }
    let count = batch.slices.exampleCount
    let groups = (count + groupLength - 1) / groupLength
    for first in stride(from: 0, to: groups, by: blockGroups) {
      let some = min(blockGroups, groups - first)
      let own = ranks.count == 1 ? 0..<some : batch.share.chunks(of: ranks.rank).clamped(to: 0..<some)
      Workers.each(own.count, over: threads) { task, thread in
        let index = own.lowerBound + task
        let group = first + index
        let examples = group * self.groupLength..<min(count, (group + 1) * self.groupLength)
        let work = unsafe GroupGradient(
          wide: self, batch: self.batch, scratch: self.scratch[thread], examples: examples,
          iteration: iteration, left: self.lefts.start + index * self.leftPitch,
          right: self.rights.start + index * self.rightPitch)
        let loss = work.differentiate(wantsCost: wantsCost)
        unsafe self.losses.start[group] = loss
      }
      if ranks.count > 1 { gatherFactors(first, some, wantsCost) }
      Workers.each(gradientTasks.count, over: threads) { index, thread in
        let task = self.gradientTasks[index]
        let layer = self.layers[task.layer]
        for group in 0..<some {
          let examples = min(self.groupLength, count - (first + group) * self.groupLength)
          unsafe self.functions.gradient(
            layer.units, layer.inputs, task.unitTiles, task.inputPanels, self.padded(examples),
            self.lefts.start + group * self.leftPitch + layer.left,
            self.rights.start + group * self.rightPitch + layer.right, self.scratch[thread].tile.start,
            first + group > 0, self.gradient.start + layer.parameters)
        }
      }
    }
    if ranks.count > 1 {
      unsafe gradient.start.withMemoryRebound(to: UInt64.self, capacity: gradientWords) {
        unsafe ranks.unite($0, count: gradientWords)
      }
    }
    var sum = 0.0
    if wantsCost { for group in 0..<groups { unsafe sum += losses.start[group] } }
    return sum
  }

  private var gradientCount: Int { gradientWords * 8 / MemoryLayout<Scalar>.stride }

  /// Hands what the ranks have made of their groups of a block to all: each computes the gradients of some weights, of all
  /// examples in their order.
  private func gatherFactors(_ first: Int, _ some: Int, _ wantsCost: Bool) {
    let groups = (0..<ranks.count).map { batch.share.chunks(of: $0).clamped(to: 0..<some).count }
    let size = MemoryLayout<Scalar>.stride
    unsafe ranks.gather(lefts.start, counts: groups.map { $0 * leftPitch * size })
    unsafe ranks.gather(rights.start, counts: groups.map { $0 * rightPitch * size })
    if wantsCost { unsafe ranks.gather(losses.start + first, counts: groups.map { $0 * 8 }) }
  }

  /// The examples with those that fill the last panel up.
  private func padded(_ examples: Int) -> Int {
    let columns = Scalar.panelColumns
    return (examples + columns - 1) / columns * columns
  }

  private func pack(_ task: PackTask) {
    let layer = layers[task.layer]
    if task.isTransposed {
      unsafe functions.packTransposedWeights(
        layer.units, layer.inputs, parameters.start + layer.parameters, task.tiles, packed.start + layer.backward)
    } else {
      unsafe functions.packWeights(
        layer.units, layer.inputs, parameters.start + layer.parameters, task.tiles, packed.start + layer.forward)
    }
  }
}
