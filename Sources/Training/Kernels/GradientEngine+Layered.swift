extension GradientEngine {
  /// The gradient of a slice, chunk by chunk and layer by layer, and its summed weighted loss.
  func differentiateLayered(_ slice: Int, _ iteration: Int, thread: Int, _ wantsCost: Bool) -> Double {
    let range = batch.slices.range(slice)
    let chunk = unsafe functions.chunkExamples
    let scratch = scratch[thread]
    let gradient = unsafe gradients.start + slice * gradientPitch
    unsafe gradient.update(repeating: 0, count: parameters.count)
    var loss = 0.0
    for first in stride(from: range.lowerBound, to: range.upperBound, by: chunk) {
      let count = min(chunk, range.upperBound - first)
      let inputs = unsafe batch.features.start + batch.place(first) / chunk * network.inputCount * chunk
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
      if let code = layer.activation.kernelCode {
        let numbers = layer.activation.kernelNumbers
        unsafe functions.activate(
          code, numbers.0, numbers.1, scratch.z.start + place.lowerBound, scratch.a.start + place.lowerBound, rows,
          count)
      }
      unsafe scratch.z.withSpan(place) { z in
        unsafe scratch.a.withSpan(place) { a in
          if layer.activation.kernelCode == nil {
            layer.activation.apply(to: &z, into: &a, rows: rows, pitch: chunk, width: count)
          }
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
      return unsafe fixedMasks.start + (batch.place(first) / chunk * hiddenUnits + unit) * chunk
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
    let place = batch.place(first)
    let labels = unsafe batch.labels.start + place / chunk * labelRows * chunk
    var sum = 0.0
    for example in 0..<(wantsCost ? count : 0) {
      let weight = unsafe batch.hasWeights ? batch.weights.start[place + example] : 1
      for unit in 0..<units { unsafe scratch.exampleZ[unit] = Double(z[unit * chunk + example]) }
      for row in 0..<labelRows { unsafe scratch.exampleLabel[row] = Double(labels[row * chunk + example]) }
      sum += weight * loss.loss(z: scratch.exampleZ.span, label: scratch.exampleLabel.span)
    }
    unsafe functions.lossGradients(loss.kernelCode, loss.kernelDelta, z, labels, units, count)
    if batch.hasWeights {
      for unit in 0..<units {
        for example in 0..<count {
          unsafe z[unit * chunk + example] *= Scalar(batch.weights.start[place + example])
        }
      }
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
