import Tensors
import Testing
import Training

/// The same bits for every number of threads and every way to cut a batch.
struct ReproducibilityTests {
  @Test(arguments: DropoutMasks.allCases, Precision.allCases)
  func threads(_ masks: DropoutMasks, _ precision: Precision) throws {
    let dataset = try KernelTests.dataset(inputs: 3, examples: 100_003)
    var settings = TrainingSettings()
    settings.hiddenSizes = [10, 5]
    settings.iterations = 4
    settings.recordEvery = 1
    settings.lambda = 0.1
    settings.keepProbabilities = [0.8]
    settings.dropoutMasks = masks
    settings.precision = precision
    let first = try Trainer(settings: settings, dataset: dataset).run()
    #expect(first.costs.count == 4 && first.costs[3].cost != first.costs[0].cost)
    for threads in [2, 3, 7] {
      settings.threads = threads
      #expect(try Trainer(settings: settings, dataset: dataset).run() == first, "\(threads) threads")
    }
  }

  /// More than 8192 parameters: the slices' gradients are summed in parts, on several threads.
  @Test func wideLayers() throws {
    let dataset = try KernelTests.dataset(inputs: 40, examples: 1500)
    var settings = TrainingSettings()
    settings.hiddenSizes = [230, 9]
    settings.iterations = 3
    settings.recordEvery = 1
    let first = try Trainer(settings: settings, dataset: dataset).run()
    for threads in [2, 5] {
      settings.threads = threads
      #expect(try Trainer(settings: settings, dataset: dataset).run() == first, "\(threads) threads")
    }
  }

  @Test(arguments: KernelTests.kernels)
  func batches(_ kernel: Kernel) throws {
    var random = NumPyRandom(seed: 4)
    let rows = 1003
    let inputs = random.randn(rows, 3).elements
    let network = try Network.initialized(layerSizes: [3, 20, 7, 1], seed: 3)
    let predictor = try Predictor(network: network, kernel: kernel)
    let scratch = predictor.makeScratch()
    func predicted(_ batch: Int) -> [Double] {
      var outputs: [Double] = []
      for first in stride(from: 0, to: rows, by: batch) {
        let count = min(batch, rows - first)
        var part = [Double](repeating: -1, count: count)
        var span = part.mutableSpan
        let block = Array(inputs[first * 3..<(first + count) * 3])
        predictor.predict(block.span, into: &span, scratch: scratch)
        outputs += part
      }
      return outputs
    }
    let whole = predicted(rows)
    #expect(whole.count == rows && Set(whole).count > 900)
    for batch in [1, 2, 5, 72, 73, 500] { #expect(predicted(batch) == whole, "batches of \(batch)") }
  }

  @Test func stoppedAndReported() throws {
    let dataset = try KernelTests.dataset(inputs: 2, examples: 50)
    var settings = TrainingSettings()
    settings.iterations = 1000
    settings.recordEvery = 10
    var reported: [Int] = []
    let stopped = try Trainer(settings: settings, dataset: dataset).run(reportEvery: 7) {
      reported.append($0.iteration)
    } progress: {
      $0.iterationsDone == 25 ? .stop : .continue
    }
    #expect(stopped.interrupted && stopped.iterationsDone == 25)
    #expect(reported == [0, 7, 14, 21])
    #expect(stopped.costs.map(\.iteration) == [0, 10, 20])
    settings.iterations = 25
    let whole = try Trainer(settings: settings, dataset: dataset).run()
    #expect(whole.network == stopped.network && !whole.interrupted)
    #expect(whole.kernel == (try Kernel.auto.resolved().rawValue))
  }

  @Test func divergence() throws {
    let dataset = try KernelTests.dataset(inputs: 2, examples: 50)
    var settings = TrainingSettings()
    settings.iterations = 60
    settings.recordEvery = 1
    settings.learningRate = 1e200
    let error = #expect(throws: TrainingError.self) { try Trainer(settings: settings, dataset: dataset).run() }
    #expect(error?.code == .divergence && error?.iteration != nil)
    #expect(error?.message.contains("learning rate") == true)
    settings.recordEvery = 0
    let atTheEnd = #expect(throws: TrainingError.self) { try Trainer(settings: settings, dataset: dataset).run() }
    #expect(atTheEnd?.code == .divergence)
  }
}
