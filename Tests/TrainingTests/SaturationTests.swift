import Tensors
import Testing
import Training

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The cost stays finite and exact where the sigmoid rounds to 0 or 1.
struct SaturationTests {
  /// z, the loss for label 0 and the one for label 1: softplus(z) and softplus(-z) in 40 digits (mpmath), rounded.
  @Test(arguments: [
    (-800.0, 0.0, 800.0), (-36.8, 1.0422287905595919e-16, 36.8), (-12.5, 3.7266462281239904e-06, 12.500003726646229),
    (12.5, 12.500003726646229, 3.7266462281239904e-06), (20, 20.000000002061153, 2.061153620314381e-09),
    (37.1, 37.1, 7.721020781656124e-17), (700, 700, 9.859676543759770e-305), (1000, 1000, 0),
  ])
  func exactLoss(_ z: Double, _ zero: Double, _ one: Double) {
    // Two roundings, of exp and of log1p or the sum: 4 ulp.
    #expect(abs(CrossEntropy.loss(z: z, label: 0) - zero) <= 4 * zero.ulp)
    #expect(abs(CrossEntropy.loss(z: z, label: 1) - one) <= 4 * one.ulp)
  }

  @Test func agreesWithTheNotebookWhereThatWorks() {
    for index in -1000...1000 {
      let z = Double(index) / 100
      let a = 1 / (1 + exp(-z))
      for y in [0.0, 1.0] {
        let notebook = -(y * log(a) + (1 - y) * log(1 - a))
        // 1 - a loses up to 1e-16 / 4.5e-5 = 2e-12 of itself at |z| = 10; so the bound is on the cost's scale.
        #expect(abs(CrossEntropy.loss(z: z, label: y) - notebook) <= 1e-12 * max(1, notebook))
      }
    }
  }

  @Test(arguments: KernelTests.kernels, Precision.allCases)
  func training(_ kernel: Kernel, _ precision: Precision) throws {
    let dataset = try Dataset(features: Matrix([[1, 1, 2]]), labels: Matrix([[1, 0, 1]]))
    let network = try Network(layers: [
      Layer(weights: Matrix([[-400]]), biases: Matrix([[0]]), activation: .sigmoid)
    ])
    var settings = TrainingSettings()
    settings.iterations = 1
    settings.kernel = kernel
    settings.precision = precision
    let result = try Trainer(settings: settings, dataset: dataset, initialNetwork: network).run()
    // z = -400, -400, -800: the losses are 400, e^-400 and 800.
    #expect(result.costs == [CostRecord(iteration: 0, cost: 400)])
    // dz = -1, 0, -1: dW = -(1 + 2) / 3, db = -2 / 3. W = -400 + 0.3.
    let tolerance = precision == .float64 ? 1e-13 : 4e-5
    #expect(abs(result.network.layers[0].weights[0, 0] + 399.7) <= tolerance)
    #expect(abs(result.network.layers[0].biases[0, 0] - 0.2) <= tolerance)
  }

  @Test(arguments: KernelTests.kernels)
  func saturatedPredictions(_ kernel: Kernel) throws {
    let network = try Network(layers: [Layer(weights: Matrix([[1]]), biases: Matrix([[0]]), activation: .sigmoid)])
    let found = try Predictor(network: network, kernel: kernel).probabilities(Matrix([[-1e6, -40, 0, 40, 1e6, .nan]]))
    #expect(found[0, 0] >= 0 && found[0, 0] < 1e-300)
    #expect(abs(found[0, 1] / 4.248354255291589e-18 - 1) < 1e-15)
    #expect(found[0, 2] == 0.5 && found[0, 3] == 1 && found[0, 4] == 1 && found[0, 5].isNaN)
  }

  /// The probability of the second example rounds to 1, its loss is that of z = 800.
  @Test(arguments: KernelTests.kernels)
  func theCostOfAPredictorIsFinite(_ kernel: Kernel) throws {
    let layer = Layer(weights: Matrix([[1]]), biases: Matrix([[0]]), activation: .sigmoid)
    let predictor = try Predictor(network: Network(layers: [layer]), kernel: kernel)
    let dataset = try Dataset(features: Matrix([[0, 800, -800, 800]]), labels: Matrix([[1, 0, 0, 1]]))
    #expect(predictor.cost(dataset) == (0.6931471805599453 + 800) / 4)
    let probabilities = predictor.probabilities(dataset.features).elements
    #expect(probabilities[0] == 0.5 && probabilities[1] == 1 && probabilities[3] == 1)
    // The kernels' exp ends where numbers become subnormal.
    #expect(probabilities[2] < 1e-307)
  }
}
