import Tensors

/// One group of examples of a ``WideGradient``, computed forward and backward by one thread: makes the factors of the
/// layers' gradients.
@safe
struct GroupGradient<Scalar: KernelScalar> {
  let wide: WideGradient<Scalar>
  let batch: ChunkedExamples<Scalar>
  let scratch: WideScratch<Scalar>
  let examples: Range<Int>
  let iteration: Int
  let left: UnsafeMutablePointer<Scalar>
  let right: UnsafeMutablePointer<Scalar>

  private var length: Int { wide.groupLength }
  /// Where the group's examples lie in memory.
  private var firstPlace: Int { batch.place(examples.lowerBound) }
  private var columns: Int { Scalar.panelColumns }
  private var panels: Int { (examples.count + columns - 1) / columns }

  /// The summed weighted loss where it is wanted, else 0.
  func differentiate(wantsCost: Bool) -> Double {
    packInputs()
    forward()
    let loss = lossGradient(wantsCost)
    backward()
    return loss
  }

  private func packInputs() {
    let features = unsafe batch.features.start + firstPlace / length * wide.network.inputCount * length
    var masks: UnsafePointer<UInt8>?
    if wide.dropout.isActiveOnInputs {
      let target = unsafe scratch.masks.start
      unsafe draw(Dropout.inputLayer, wide.network.inputCount, wide.dropout.inputKeepProbability, target)
      unsafe masks = UnsafePointer(target)
    }
    unsafe wide.functions.packPanels(
      wide.network.inputCount, features, length, panels, masks, Scalar(wide.dropout.inputKeepProbability),
      scratch.inputs.start)
  }

  private func draw(_ layer: Int, _ units: Int, _ keep: Double, _ target: UnsafeMutablePointer<UInt8>) {
    unsafe wide.kernels.dropoutMasks(
      UInt64(wide.dropout.seed), UInt64(iteration), layer, units, Dropout.threshold(keep), examples.lowerBound,
      panels * columns, target, length)
  }

  /// The masks of a hidden layer; nil where it drops nothing.
  private func masks(_ index: Int) -> UnsafePointer<UInt8>? {
    let keep = wide.dropout.keepProbabilities[index]
    let layer = wide.layers[index]
    guard keep < 1 else { return nil }
    guard wide.dropout.masks == .fresh else {
      let hidden = wide.layers[wide.layers.count - 1].firstUnit
      return unsafe UnsafePointer(wide.fixedMasks.start + (firstPlace / length * hidden + layer.firstUnit) * length)
    }
    let inputs = wide.dropout.isActiveOnInputs ? wide.network.inputCount : 0
    let target = unsafe scratch.masks.start + (inputs + layer.firstUnit) * length
    unsafe draw(index, layer.units, keep, target)
    return unsafe UnsafePointer(target)
  }

  private func forward() {
    var source = unsafe scratch.inputs.start
    for index in wide.layers.indices {
      let layer = wide.layers[index]
      unsafe wide.functions.packGradientRight(layer.inputs, source, panels, right + layer.right)
      let isLast = index == wide.layers.count - 1
      let a = unsafe scratch.a.start + layer.rows
      let keep = isLast ? 1 : Scalar(wide.dropout.keepProbabilities[index])
      let masks = unsafe isLast ? nil : masks(index)
      let weights = unsafe wide.packed.start + layer.forward
      if isLast {
        let z = unsafe scratch.dz.start + layer.rows
        unsafe product(layer, weights, source, z, .bias, nil, 1)
      } else if layer.activation == .relu {
        unsafe product(layer, weights, source, a, .relu, masks, keep)
      } else if layer.activation == .sigmoid {
        unsafe product(layer, weights, source, a, .sigmoid, masks, keep)
      } else {
        let z = unsafe scratch.derivatives.start + layer.rows
        unsafe product(layer, weights, source, z, .bias, nil, 1)
        unsafe activate(layer, masks, keep)
      }
      unsafe source = a
    }
  }

  private func product(
    _ layer: WideLayer, _ weights: UnsafeMutablePointer<Scalar>, _ source: UnsafeMutablePointer<Scalar>,
    _ target: UnsafeMutablePointer<Scalar>, _ finish: ProductFinish, _ masks: UnsafePointer<UInt8>?, _ keep: Scalar
  ) {
    unsafe wide.functions.product(
      layer.units, layer.inputs, weights, source, panels, target, finish.rawValue, target, masks, length, keep)
  }

  /// Activations and derivatives that the products lack; dropout masks and scales both.
  private func activate(_ layer: WideLayer, _ masks: UnsafePointer<UInt8>?, _ keep: Scalar) {
    let rows = unsafe wide.functions.paddedRows(layer.units) * panels
    if layer.activation.kernelCode != nil, layer.activation != .softmax {
      unsafe wide.kernels.activate(
        layer.activation, z: scratch.derivatives.start + layer.rows, into: scratch.a.start + layer.rows,
        count: rows * columns)
    } else {
      let place = layer.rows..<layer.rows + rows * columns
      unsafe scratch.derivatives.withSpan(place) { z in
        unsafe scratch.a.withSpan(place) { a in
          layer.activation.apply(to: &z, into: &a, rows: rows, pitch: columns, width: columns)
        }
      }
    }
    guard let masks = unsafe masks else { return }
    for unit in 0..<layer.units {
      let place = unsafe wide.functions.packedPlace(unit, layer.units, panels)
      for panel in 0..<panels {
        let offset = layer.rows + place.offset + panel * place.panelStride
        for lane in 0..<columns {
          let isKept = unsafe masks[unit * length + panel * columns + lane] != 0
          let (a, d) = unsafe (scratch.a.start[offset + lane], scratch.derivatives.start[offset + lane])
          unsafe scratch.a.start[offset + lane] = isKept ? a / keep : 0
          unsafe scratch.derivatives.start[offset + lane] = isKept ? d / keep : 0
        }
      }
    }
  }

  /// Puts dz in the place of the last layer's z, as many examples at a time as the kernels take.
  private func lossGradient(_ wantsCost: Bool) -> Double {
    let chunk = unsafe wide.kernels.chunkExamples
    let layer = wide.layers[wide.layers.count - 1]
    let units = layer.units
    let places = (0..<units).map { unsafe wide.functions.packedPlace($0, units, panels) }
    let labelRows = batch.labelRows
    let labels = unsafe batch.labels.start + firstPlace / length * labelRows * length
    let (z, label) = unsafe (scratch.outputs.start, scratch.labels.start)
    var sum = 0.0
    // A chunk is whole panels.
    for first in stride(from: 0, to: panels * columns, by: chunk) {
      let some = min(chunk, panels * columns - first)
      let count = min(some, examples.count - first)
      for row in 0..<labelRows {
        unsafe (label + row * chunk).update(from: labels + row * length + first, count: some)
      }
      for (unit, place) in places.enumerated() {
        let panel = unsafe scratch.dz.start + layer.rows + place.offset + first / columns * place.panelStride
        for index in 0..<some / columns {
          unsafe (z + unit * chunk + index * columns).update(from: panel + index * place.panelStride, count: columns)
        }
      }
      if wantsCost { sum += cost(first, count) }
      unsafe wide.kernels.lossGradients(wide.loss.kernelCode, wide.loss.kernelDelta, z, label, units, some)
      for (unit, place) in places.enumerated() {
        let row = unsafe z + unit * chunk
        if batch.hasWeights {
          let weights = unsafe batch.weights.start + firstPlace + first
          for index in 0..<count { unsafe row[index] *= Scalar(weights[index]) }
        }
        // Examples that only fill a panel up have no loss.
        unsafe (row + count).update(repeating: 0, count: some - count)
        let panel = unsafe scratch.dz.start + layer.rows + place.offset + first / columns * place.panelStride
        for index in 0..<some / columns {
          unsafe (panel + index * place.panelStride).update(from: row + index * columns, count: columns)
        }
      }
    }
    return sum
  }

  /// The summed weighted losses of the examples of a chunk, whose z and labels are in the scratch memory.
  private func cost(_ first: Int, _ count: Int) -> Double {
    let chunk = unsafe wide.kernels.chunkExamples
    let scratch = scratch
    var sum = 0.0
    for index in 0..<count {
      let weight = unsafe batch.hasWeights ? batch.weights.start[firstPlace + first + index] : 1
      for unit in scratch.exampleZ.indices {
        unsafe scratch.exampleZ[unit] = Double(scratch.outputs.start[unit * chunk + index])
      }
      for row in 0..<batch.labelRows {
        unsafe scratch.exampleLabel[row] = Double(scratch.labels.start[row * chunk + index])
      }
      sum += weight * wide.loss.loss(z: scratch.exampleZ.span, label: scratch.exampleLabel.span)
    }
    return sum
  }

  private func backward() {
    for index in wide.layers.indices.reversed() {
      let layer = wide.layers[index]
      let dz = unsafe scratch.dz.start + layer.rows
      unsafe wide.functions.packGradientLeft(layer.units, dz, panels, left + layer.left)
      guard index > 0 else { return }
      let previous = wide.layers[index - 1]
      let finish: ProductFinish
      switch previous.activation {
      case .relu: finish = .reluGradient
      case .sigmoid: finish = .sigmoidGradient
      default: finish = .derivative
      }
      let companion = unsafe (finish == .derivative ? scratch.derivatives : scratch.a).start + previous.rows
      unsafe wide.functions.product(
        layer.inputs, layer.units, wide.packed.start + layer.backward, dz, panels, scratch.dz.start + previous.rows,
        finish.rawValue, companion, nil, 0, Scalar(wide.dropout.keepProbabilities[index - 1]))
    }
  }
}
