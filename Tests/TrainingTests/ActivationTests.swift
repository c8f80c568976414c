import Tensors
import Testing
import Training

/// The activations, against Python's mathematics, their own differences and their texts.
@Suite struct ActivationTests {
  static let z = [-3.5, -1.0, -0.25, 0.0, 0.5, 2.0, 6.0]

  /// Activations and what Python's `math` gives for their formulas at ``z``.
  static let values: [(text: String, values: [Double])] = [
    ("linear", [-3.5, -1.0, -0.25, 0.0, 0.5, 2.0, 6.0]),
    ("relu", [0.0, 0.0, 0.0, 0.0, 0.5, 2.0, 6.0]),
    ("leaky_relu(0.2)", [-0.7000000000000001, -0.2, -0.05, 0.0, 0.5, 2.0, 6.0]),
    ("elu(1.5)", [-1.4547039248665223, -0.9481808382428365, -0.3317988253928927, 0.0, 0.5, 2.0, 6.0]),
    (
      "selu",
      [
        -1.705009340957283, -1.1113307378125625, -0.3888901974781189, 0.0, 0.5253504936777402, 2.101401974710961,
        6.304205924132883,
      ]
    ),
    (
      "gelu",
      [
        -0.0008142017766243903, -0.15865525393145707, -0.10032341857926907, 0.0, 0.34573123063700656,
        1.9544997361036416, 5.999999994080474,
      ]
    ),
    (
      "gelu_tanh",
      [
        -0.0006161976553737403, -0.15880800939172324, -0.100324649298315, 0.0, 0.34571400982514394,
        1.954597694087775, 5.9999999999156035,
      ]
    ),
    (
      "tanh",
      [
        -0.9981778976111987, -0.7615941559557649, -0.24491866240370913, 0.0, 0.46211715726000974,
        0.9640275800758169, 0.9999877116507956,
      ]
    ),
    (
      "sigmoid",
      [
        0.02931223075135632, 0.2689414213699951, 0.43782349911420193, 0.5, 0.6224593312018546, 0.8807970779778823,
        0.9975273768433653,
      ]
    ),
    ("hard_sigmoid(0.2,0.5)", [0.0, 0.3, 0.45, 0.5, 0.6, 0.9, 1.0]),
    (
      "softplus",
      [
        0.029750418272620652, 0.31326168751822286, 0.5759394198788437, 0.6931471805599453, 0.9740769841801067,
        2.1269280110429727, 6.00247568513773,
      ]
    ),
    (
      "softsign",
      [-0.7777777777777778, -0.5, -0.2, 0.0, 0.3333333333333333, 0.6666666666666666, 0.8571428571428571]
    ),
    (
      "swish",
      [
        -0.10259280762974712, -0.2689414213699951, -0.10945587477855048, 0.0, 0.3112296656009273,
        1.7615941559557646, 5.985164261060192,
      ]
    ),
  ]

  @Test func valuesAreThoseOfTheFormulas() throws {
    for (text, expected) in Self.values {
      let activation = try #require(Activation(rawValue: text), "\(text)")
      for (z, value) in zip(Self.z, expected) {
        // The formulas lose a few digits where they take nearly equal numbers from one another.
        #expect(abs(activation(z) - value) <= 2e-13 * max(abs(value), 0.01), "\(text) at \(z): \(activation(z))")
      }
    }
    #expect(Set(Self.values.map { $0.text.prefix { $0 != "(" } }).count == Activation.named.count - 1)
  }

  @Test func derivativesAreThoseOfDifferences() throws {
    for (text, _) in Self.values {
      let activation = try #require(Activation(rawValue: text))
      for z in [-3.1, -1.0, -0.2, 0.3, 1.7, 5.0] {
        let difference = (activation(z + 1e-6) - activation(z - 1e-6)) / 2e-6
        #expect(abs(activation.derivative(at: z) - difference) < 1e-8, "\(text) at \(z)")
      }
    }
  }

  @Test func largeNumbersStayNumbers() throws {
    for activation in Activation.named.map(\.activation) where activation != .softmax {
      for z in [-1e4, -800, 800, 1e4] {
        #expect(activation(z).isFinite, "\(activation.rawValue) at \(z)")
        #expect(activation.derivative(at: z).isFinite, "\(activation.rawValue)' at \(z)")
      }
      #expect(activation(.nan).isNaN, "\(activation.rawValue)")
    }
    let a = Activation.softmax(Matrix([[1000, -2000], [999, -2000]]))
    #expect(a.elements.allSatisfy { $0.isFinite })
    #expect(abs(a[0, 0] - 0.7310585786300049) < 1e-15 && a[0, 1] == 0.5)
  }

  @Test func softmaxTakesTheUnitsOfAnExample() {
    let a = Activation.softmax(Matrix([[1, 0], [2, 0], [3, 0]]))
    let expected = [0.09003057317038046, 0.24472847105479767, 0.6652409557748219]
    for row in 0..<3 {
      #expect(abs(a[row, 0] - expected[row]) < 1e-15)
      #expect(abs(a[row, 1] - 1 / 3) < 1e-15)
    }
  }

  @Test func textsComeBack() throws {
    let others: [Activation] = [
      .leakyRelu(slope: 0.30000001192092896), .elu(alpha: 1e-300), .hardSigmoid(slope: 1 / 3, offset: -0.0),
    ]
    for activation in Activation.named.map(\.activation) + others {
      #expect(Activation(rawValue: activation.rawValue) == activation)
    }
    for (name, activation) in Activation.named { #expect(Activation(rawValue: name) == activation) }
  }

  @Test(arguments: [
    "", "Relu", "relu()", "relu(1)", "leaky_relu(", "leaky_relu(a)", "leaky_relu(nan)", "leaky_relu(1,2)",
    "hard_sigmoid(1)", "elu(1)x", "mish",
  ])
  func othersAreNone(_ text: String) { #expect(Activation(rawValue: text) == nil) }
}
