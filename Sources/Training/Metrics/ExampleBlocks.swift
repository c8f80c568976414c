import Tensors

/// Predicts and measures blocks, several at a time.
struct ExampleBlocks: Sendable {
  private let predictor: Predictor
  private let task: EvaluationTask
  private let keepsPredictions: Bool

  init(_ predictor: Predictor, _ task: EvaluationTask, keepsPredictions: Bool) {
    self.predictor = predictor
    self.task = task
    self.keepsPredictions = keepsPredictions
  }

  /// What was measured of each block, in their order.
  func evaluate(_ blocks: [ExampleReader.Block]) -> [Result<Evaluator, TrainingError>] {
    Workers.map(blocks, over: blocks.count) { block in Result { () throws(TrainingError) in try evaluate(block) } }
  }

  private func evaluate(_ block: ExampleReader.Block) throws(TrainingError) -> Evaluator {
    var evaluator = Evaluator(task, keepsPredictions: keepsPredictions)
    let rows = LabelledRows(block, inputCount: predictor.inputCount, labelCount: task.labels.rowCount)
    let hasClasses = task.classCount != nil
    let (outputs, z) = predictions(of: rows, block.count, withZ: hasClasses)
    let (units, labelCount) = (task.labels.unitCount, task.labels.rowCount)
    for row in 0..<block.count {
      let labels = rows.labels[row * labelCount..<(row + 1) * labelCount]
      let weight = rows.weights.isEmpty ? 1 : rows.weights[row]
      if let label = labels.first(where: { !task.labels.contains($0) }) {
        throw TrainingError(
          .dataset, "the label of example \(block.first + row + 1) is \(label), expected \(task.labels.expectation)",
          example: block.first + row)
      }
      guard outputs[row * units..<(row + 1) * units].allSatisfy(\.isFinite) else {
        throw TrainingError(
          .divergence,
          "the inputs of example \(block.first + row + 1), or the parameters, are so large that the network gives no "
            + "number", example: block.first + row)
      }
      if hasClasses {
        evaluator.add(class: Int(labels[labels.startIndex]), weight: weight, outputs: outputs, z: z, row: row)
      } else {
        evaluator.add(values: labels, weight: weight, outputs: outputs, row: row)
      }
    }
    return evaluator
  }

  /// The outputs of rows and, where it is wanted, their z.
  private func predictions(of rows: LabelledRows, _ count: Int, withZ: Bool) -> (outputs: [Double], z: [Double]) {
    var outputs = [Double](repeating: 0, count: count * predictor.outputCount)
    var z = [Double](repeating: 0, count: withZ ? outputs.count : 0)
    let scratch = predictor.makeScratch()
    var room = outputs.mutableSpan
    if withZ {
      var roomOfZ = z.mutableSpan
      predictor.predict(rows.inputs.span, into: &room, z: &roomOfZ, scratch: scratch)
    } else {
      predictor.predict(rows.inputs.span, into: &room, scratch: scratch)
    }
    return (outputs, z)
  }
}
