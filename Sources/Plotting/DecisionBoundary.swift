package import Training

/// What a network says of a part of the plane of two of its inputs.
package struct DecisionBoundary {
  /// Which inputs the plane has, and where the others stay.
  package struct Plane: Sendable {
    /// The input of the horizontal axis, counted from 0.
    package var x: Int
    /// The input of the vertical axis, counted from 0.
    package var y: Int
    /// The value of every input; those of the axes are not used.
    package var others: [Double]

    /// A plane of two inputs.
    package init(x: Int, y: Int, others: [Double]) { (self.x, self.y, self.others) = (x, y, others) }
  }

  /// Rows that are computed together.
  private static let chunk = 1024

  /// The parts of a window that a network gives to classes.
  ///
  /// The borders are where a probability is 0.5, or the two greatest outputs are equal: between the points of the grid
  /// they are taken to be straight.
  ///
  /// - Throws: ``PlotError`` of code `data` where the network has no classes, or gives no number.
  package static func regions(
    of predictor: Predictor, in plane: Plane, on grid: Grid, style: Style
  ) throws(PlotError) -> Regions {
    let network = predictor.network
    if case .values = network.output {
      throw PlotError(.data, "the network gives values and no classes, so there is no boundary between them")
    }
    precondition(plane.others.count == network.inputCount)
    let width = network.outputCount
    var scores: [Double] = []
    scores.reserveCapacity(grid.columns * grid.rows * width)
    let scratch = predictor.makeScratch()
    // Between points the numbers before the activation are nearer to a plane than the probabilities are.
    let isMonotonic = network.layers.last.map { [.sigmoid, .softmax, .linear].contains($0.activation) } ?? false
    for row in 0..<grid.rows {
      var column = 0
      while column < grid.columns {
        let count = min(chunk, grid.columns - column)
        var inputs: [Double] = []
        inputs.reserveCapacity(count * network.inputCount)
        for place in column..<column + count {
          let first = inputs.count
          inputs += plane.others
          inputs[first + plane.x] = grid.x(place)
          inputs[first + plane.y] = grid.y(row)
        }
        var z = [Double](repeating: 0, count: count * width)
        var span = z.mutableSpan
        if isMonotonic {
          predictor.predictZ(inputs.span, into: &span, scratch: scratch)
        } else {
          predictor.predict(inputs.span, into: &span, scratch: scratch)
        }
        if let bad = z.firstIndex(where: \.isNaN) {
          throw PlotError(
            .data,
            "the network gives no number at \(grid.x(column + bad / width)), \(grid.y(row)): the window is too large")
        }
        scores += z
        column += count
      }
    }
    let classCount = width == 1 ? 2 : width
    return Regions(
      grid, scores: scores, width: width, colors: (0..<classCount).map { style.color($0).light })
  }
}
