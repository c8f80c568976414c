import KernelsAVX2
import KernelsAVX512
import KernelsBaseline
import Tensors
import Testing
import Training

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The kernels of single functions against the C library and the plain operations.
struct ElementKernelTests {
  /// The largest distance in units of the last place of the expected number.
  private static func worst<T: BinaryFloatingPoint>(_ found: [T], _ expected: [T]) -> T {
    zip(found, expected).reduce(0) { max($0, $1.0 == $1.1 ? 0 : abs($1.0 - $1.1) / $1.1.ulp) }
  }

  /// Numbers of all magnitudes, near 0 on both sides and evenly spread up to `limit`; a multiple of eight.
  private static func numbers<T: BinaryFloatingPoint>(from low: T, to high: T) -> [T] {
    var result: [T] = []
    for index in 0..<120_000 { result.append(low + (high - low) * T(index) / T(120_000)) }
    for index in 0..<20_000 {
      let size = T(pow(2, -Double(index) / 20_000 * (T.self == Float.self ? 148 : 1073)))
      result += [min(size, high), max(-size, low * 0.999)]
    }
    return result
  }

  @Test(arguments: KernelTests.kernels)
  func logarithms(_ kernel: Kernel) {
    var inputs = Self.numbers(from: -0.999999, to: 3.0)
    for index in 0..<40_000 { inputs.append(pow(2, Double(index) / 40_000 * 1023)) }
    for index in 0..<4_000 { inputs.append(-1 + pow(2, -Double(index) / 4_000 * 52)) }
    inputs.append(contentsOf: [
      .greatestFiniteMagnitude, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
    ])
    let found = unsafe KernelTests.call(
      kernel, inputs, avx512: KernelsAVX512.float64LogarithmsOfOnePlus, avx2: KernelsAVX2.float64LogarithmsOfOnePlus,
      baseline: KernelsBaseline.float64LogarithmsOfOnePlus
    )
    // The C library's own is within 1 ulp.
    #expect(Self.worst(found, inputs.map { log1p($0) }) <= 2)
    let singles = Self.numbers(from: Float(-0.9999), to: 1000)
    let single = unsafe KernelTests.call(
      kernel, singles, avx512: KernelsAVX512.float32LogarithmsOfOnePlus, avx2: KernelsAVX2.float32LogarithmsOfOnePlus,
      baseline: KernelsBaseline.float32LogarithmsOfOnePlus)
    #expect(Self.worst(single, singles.map { Float(log1p(Double($0))) }) <= 2)
    let ends = unsafe KernelTests.call(
      kernel, [-1, .infinity, .nan, -0.0, -2, -.infinity, 0, 1], avx512: KernelsAVX512.float64LogarithmsOfOnePlus,
      avx2: KernelsAVX2.float64LogarithmsOfOnePlus,
      baseline: KernelsBaseline.float64LogarithmsOfOnePlus)
    #expect(ends[0] == -.infinity && ends[1] == .infinity && ends[2].isNaN && ends[3] == 0 && ends[3].sign == .minus)
    #expect(ends[4].isNaN && ends[5].isNaN && ends[6] == 0 && ends[6].sign == .plus)
  }

  @Test(arguments: KernelTests.kernels)
  func exponentialsMinusOne(_ kernel: Kernel) {
    let inputs = Self.numbers(from: -708.0, to: 709) + Self.numbers(from: -2.0, to: 2)
    let found = unsafe KernelTests.call(
      kernel, inputs, avx512: KernelsAVX512.float64ExponentialsMinusOne, avx2: KernelsAVX2.float64ExponentialsMinusOne,
      baseline: KernelsBaseline.float64ExponentialsMinusOne)
    #expect(Self.worst(found, inputs.map { expm1($0) }) <= 3)
    let singles = Self.numbers(from: Float(-87), to: 88) + Self.numbers(from: Float(-2), to: 2)
    let single = unsafe KernelTests.call(
      kernel, singles, avx512: KernelsAVX512.float32ExponentialsMinusOne, avx2: KernelsAVX2.float32ExponentialsMinusOne,
      baseline: KernelsBaseline.float32ExponentialsMinusOne)
    #expect(Self.worst(single, singles.map { Float(expm1(Double($0))) }) <= 3)
  }

  @Test(arguments: KernelTests.kernels)
  func hyperbolicTangents(_ kernel: Kernel) {
    let inputs = Self.numbers(from: -30.0, to: 30) + Self.numbers(from: -2.0, to: 2)
    let found = unsafe KernelTests.call(
      kernel, inputs, avx512: KernelsAVX512.float64HyperbolicTangents, avx2: KernelsAVX2.float64HyperbolicTangents,
      baseline: KernelsBaseline.float64HyperbolicTangents)
    #expect(Self.worst(found, inputs.map { tanh($0) }) <= 4)
    let singles = Self.numbers(from: Float(-30), to: 30) + Self.numbers(from: Float(-2), to: 2)
    let single = unsafe KernelTests.call(
      kernel, singles, avx512: KernelsAVX512.float32HyperbolicTangents, avx2: KernelsAVX2.float32HyperbolicTangents,
      baseline: KernelsBaseline.float32HyperbolicTangents)
    #expect(Self.worst(single, singles.map { Float(tanh(Double($0))) }) <= 4)
    let ends = unsafe KernelTests.call(
      kernel, [.infinity, -.infinity, .nan, -0.0], avx512: KernelsAVX512.float64HyperbolicTangents,
      avx2: KernelsAVX2.float64HyperbolicTangents,
      baseline: KernelsBaseline.float64HyperbolicTangents)
    #expect(ends[0] == 1 && ends[1] == -1 && ends[2].isNaN && ends[3] == 0 && ends[3].sign == .minus)
  }

  /// One layer with each activation, whose z are its inputs: predictions are the plain operations'.
  @Test(
    arguments: Activation.named.map(\.activation) + [.leakyRelu(slope: -0.5), .elu(alpha: 1.7)], KernelTests.kernels)
  func activations(_ activation: Activation, _ kernel: Kernel) throws {
    var features = Matrix(rows: 3, columns: 400)
    for index in 0..<1200 { features.elements[index] = Double((index * 7919) % 1201 - 600) / 15 }
    features.elements[0] = 0
    features.elements[1] = 1000
    features.elements[2] = -1000
    let identity = Matrix(rows: 3, columns: 3, elements: [1, 0, 0, 0, 1, 0, 0, 0, 1])
    let layer = Layer(weights: identity, biases: Matrix(rows: 3, columns: 1), activation: activation)
    // Also as a hidden layer.
    let linear = Layer(weights: identity, biases: Matrix(rows: 3, columns: 1), activation: .linear)
    for layers in [[layer], [layer, linear]] {
      let predictor = try Predictor(network: Network(layers: layers), kernel: kernel)
      let found = predictor.probabilities(features)
      let expected = activation(features)
      for (a, b) in zip(found.elements, expected.elements) {
        // Some units of the last place of numbers near 1; e^-708 is not 0.
        #expect(abs(a - b) <= 2e-15 * max(1, abs(b)) && !a.isNaN)
      }
    }
  }

  /// z and activations of one pass are those of two, with stages, with scaling and without.
  @Test(arguments: [Activation.sigmoid, .softmax, .gelu, .linear, .tanh], KernelTests.kernels)
  func bothFromOnePass(_ activation: Activation, _ kernel: Kernel) throws {
    var random = NumPyRandom(seed: 4)
    let rows = 1500
    let inputs = random.randn(rows, 3)
    for hidden in [Activation.relu, .gelu, .softmax] {
      for scaling in [nil, InputScaling(mean: [0.5, 0, -1], scale: [2, 1, 0.5])] {
        var network = try Network(layers: [
          Layer(weights: random.randn(5, 3), biases: random.randn(5, 1), activation: hidden),
          Layer(weights: random.randn(2, 5), biases: random.randn(2, 1), activation: activation),
        ])
        network.inputScaling = scaling
        let predictor = try Predictor(network: network, kernel: kernel)
        let scratch = predictor.makeScratch()
        var (outputs, z) = (Array(repeating: 0.0, count: 2 * rows), Array(repeating: 0.0, count: 2 * rows))
        var (both, bothZ) = (outputs, z)
        var a = outputs.mutableSpan
        var b = z.mutableSpan
        predictor.predict(inputs.elements.span, into: &a, scratch: scratch)
        predictor.predictZ(inputs.elements.span, into: &b, scratch: scratch)
        var c = both.mutableSpan
        var d = bothZ.mutableSpan
        predictor.predict(inputs.elements.span, into: &c, z: &d, scratch: scratch)
        #expect(both == outputs && bothZ == z)
        #expect(outputs.contains { $0 != 0 })
      }
    }
  }
}
