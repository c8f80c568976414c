/// Examples as points in the plane of two of their inputs.
package struct DatasetScatter: Sendable {
  /// What is known of the labels of the points.
  package enum Labels: Sendable {
    /// The number of each point's class, and the names of the classes.
    case classes([Int], names: [String])
    /// A number for each point, and what the numbers are.
    case values([Double], name: String)
  }

  /// Where the points are.
  package let points: [Point]
  /// What is known of their labels.
  package let labels: Labels

  /// Points with their labels.
  ///
  /// - Throws: ``PlotError`` of code `data` where there are none, or a number cannot be drawn.
  package init(_ points: [Point], _ labels: Labels) throws(PlotError) {
    guard !points.isEmpty else { throw PlotError(.data, "there are no examples, so there is nothing to draw") }
    for point in points {
      try Window.check(point.x, "an example")
      try Window.check(point.y, "an example")
    }
    if case .values(let values, let name) = labels {
      for value in values { try Window.check(value, name) }
    }
    self.points = points
    self.labels = labels
  }

  /// The points as layers: one for each class that has any.
  package func layers(_ style: Style) -> [Layer] {
    switch labels {
    case .values(let values, let name):
      return [
        .measured(MeasuredPoints(points: points, values: values, name: name, colors: style.measure))
      ]
    case .classes(let classes, let names):
      var byClass = [[Point]](repeating: [], count: names.count)
      for (point, number) in zip(points, classes) { byClass[number].append(point) }
      return byClass.enumerated().filter { !$0.element.isEmpty }.map { number, points in
        .points(
          PointSeries(points: points, name: names[number], color: style.color(number), mark: style.mark(number)))
      }
    }
  }
}
