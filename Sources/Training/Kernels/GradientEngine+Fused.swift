extension GradientEngine {
  /// Tells the kernel which masks an iteration takes.
  func setDropouts(_ iteration: Int) {
    for slice in batch.share.slices(of: batch.slices) {
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

  /// The gradient of a slice by one kernel that does all of it, and its summed loss where it is wanted.
  func differentiateFused(_ slice: Int, thread: Int, _ wantsCost: Bool) {
    let range = batch.slices.range(slice)
    let chunk = unsafe functions.chunkExamples
    let place = batch.place(range.lowerBound)
    let first = place / chunk
    let isFresh = dropout.masks == .fresh
    let header = unsafe dropout.isActive ? UnsafePointer(dropouts.start + slice * dropoutPitch) : nil
    let masks = unsafe isFresh ? scratch[thread].masks.start : fixedMasks.start + first * hiddenUnits * chunk
    unsafe functions.sliceGradient(
      shape.start, parameters.scaled.start, batch.features.start + first * network.inputCount * chunk,
      batch.labels.start + first * chunk, range.count, header, masks, scratch[thread].a.start,
      wantsCost ? outputs.start + place : nil, gradients.start + slice * gradientPitch)
    guard wantsCost else { return }
    var loss = 0.0
    var done = 0
    if let sum = unsafe functions.crossEntropies {
      unsafe loss = sum(outputs.start + place, batch.labels.start + place, range.count)
      done = unsafe range.count / functions.vectorWidth * functions.vectorWidth
    }
    for example in (place..<place + range.count).dropFirst(done) {
      unsafe loss += CrossEntropy.loss(z: Double(outputs.start[example]), label: Double(batch.labels.start[example]))
    }
    unsafe losses.start[slice] = loss
  }
}
