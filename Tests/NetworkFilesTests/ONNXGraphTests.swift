import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// What operations of ONNX mean where their name alone does not tell it.
@Suite struct ONNXGraphTests {
  private static let dense = "Gemm x w b > h"
  private static let ml = "ai.onnx.ml"

  @Test(arguments: [(6, "whole numbers"), (7, "whole numbers"), (9, "truth values")])
  func castsOfValuesToOtherThanFloatsAreRefused(_ type: Int, _ kind: String) {
    for places in [["h", "y"], ["x", "h"]] {
      var graph = ONNXTestGraph()
      if places[0] == "h" { graph.node(Self.dense) }
      graph.node("Cast \(places[0]) > c", integers: ["to": type])
      graph.node("Cast c > f", integers: ["to": 1])
      if places[0] == "h" {
        graph.node("Relu f > r")
        graph.node("Gemm r u > y")
      } else {
        graph.node("Gemm f w b > y")
      }
      #expect(graph.refusal == "c: this is a Cast to \(kind); only chains of dense layers are read")
    }
  }

  @Test(arguments: [(6, [1.0, -2, 0, 300]), (10, [1.7001953125, -2.5, 0.0999755859375, 300.25])])
  func castsOfConstantsAreDone(_ type: Int, _ expected: [Double]) throws {
    var graph = ONNXTestGraph()
    graph.tensor("v", [2, 2], [1.7, -2.5, 0.1, 300.2])
    graph.node("Cast v > i", integers: ["to": type])
    graph.node("Cast i > f", integers: ["to": 1])
    graph.node("Gemm x f > y", integers: ["transB": 1])
    #expect(try graph.network().network.layers[0].weights.elements == expected)
  }

  @Test func castsOfConstantsThatDoNotFitAreRefused() {
    var graph = ONNXTestGraph()
    graph.tensor("v", [2, 2], [1.7, -2.5, 0.1, 300.2])
    graph.node("Cast v > i", integers: ["to": 3])
    graph.node("Gemm x i > y")
    #expect(graph.refusal == "i: this is a Cast of numbers that the type does not have, which is not read")
  }

  @Test func castsOfConstantsToBfloat16AreDone() throws {
    var graph = ONNXTestGraph()
    graph.tensor("v", [2, 2], [1.00390625, 1.01171875, -3e38, Float(bitPattern: 0x1_1000)])
    graph.node("Cast v > i", integers: ["to": 16])
    graph.node("Gemm x i > y", integers: ["transB": 1])
    let found = try graph.network().network.layers[0].weights.elements
    // Ties go to the even one.
    #expect(found[0...1] == [1, 1.015625])
    #expect(found[2] == Double(Float(bitPattern: 0xFF62_0000)))
    #expect(found[3] == 0x1p-133)
  }

  /// A bound that no activation has is seen wherever it is.
  @Test(arguments: [2000, 1e6, 1e30, 0.002] as [Float])
  func boundsFarOutAreSeen(_ bound: Float) {
    for isScaled in [false, true] {
      var graph = ONNXTestGraph()
      graph.tensor("bound", [], [bound])
      graph.tensor("scale", [], [0.001])
      graph.tensor("back", [], [1000])
      graph.node(Self.dense)
      graph.node("Relu h > r")
      if isScaled {
        graph.node("Mul r scale > s")
        graph.node("Clip s - bound > q")
        graph.node("Mul q back > c")
      } else {
        graph.node("Clip r - bound > c")
      }
      graph.node("Gemm c u > y")
      #expect(graph.refusal?.contains("this is a Clip") == true)
    }
  }

  @Test func boundsOfActivationsAreTheseByThemselves() throws {
    func activation(_ line: String) throws -> Activation {
      var graph = ONNXTestGraph()
      graph.tensor("zero", [], [0])
      graph.tensor("one", [], [1])
      graph.tensor("slopes", [2], [0.25, 0.25])
      graph.node(Self.dense)
      graph.node(line)
      graph.node("Gemm c u > y")
      return try graph.network().network.layers[0].activation
    }
    #expect(try activation("Clip h zero > c") == .relu)
    #expect(try activation("Max h zero > c") == .relu)
    #expect(try activation("Max zero h > c") == .relu)
    #expect(try activation("Clip h zero one > c") == .hardSigmoid(slope: 1, offset: 0))
    #expect(try activation("PRelu h slopes > c") == .leakyRelu(slope: 0.25))
  }

  @Test func theOtherSignIsAScaling() throws {
    var graph = ONNXTestGraph()
    graph.node(Self.dense)
    graph.node("Neg h > y")
    #expect(try graph.network().network.layers[0].weights.elements == [-2, 0, 0, 1])
  }

  @Test func quantisedConstantsAreTheirNumbers() throws {
    var graph = ONNXTestGraph()
    graph.integers("q", [2, 2], [3, -1, 4, 127], type: 3)
    graph.integers("zero", [2], [1, -1], type: 3)
    graph.tensor("scales", [2], [0.5, 0.25])
    graph.node("DequantizeLinear q scales zero > f", integers: ["axis": 1])
    graph.node("Gemm x f > y")
    #expect(try graph.network().network.layers[0].weights.elements == [1, 1.5, 0, 32])
  }

  @Test func constantsOfAnotherShapeAreReshaped() throws {
    var graph = ONNXTestGraph()
    graph.tensor("list", [4], [1, 2, 3, 4])
    graph.integers("shape", [2], [2, -1])
    graph.node("Reshape list shape > m")
    graph.node("Gemm x m > y")
    #expect(try graph.network().network.layers[0].weights.elements == [1, 3, 2, 4])
    var flat = ONNXTestGraph()
    flat.tensor("list", [4], [1, 2, 3, 4])
    flat.node("Gemm x list > y")
    #expect(
      flat.refusal
        == "y: a Gemm takes a matrix of two dimensions, one for inputs and one for units; 'list' has the shape 4")
  }

  /// What gives some of the numbers, or others, is no choice of a class.
  @Test func answersThatAreNotTheChainsAreRefused() {
    var largest = ONNXTestGraph()
    largest.integers("k", [1], [2])
    largest.node(Self.dense)
    largest.node("TopK h k > y places")
    #expect(largest.refusal == "y: this is a TopK; only chains of dense layers are read")
    var columns = ONNXTestGraph()
    columns.integers("k", [2], [1, 0])
    columns.node(Self.dense)
    columns.node("ArrayFeatureExtractor h k > y", domain: Self.ml)
    let end = "of the operators ai.onnx.ml; only chains of dense layers are read"
    #expect(columns.refusal == "y: this is an ArrayFeatureExtractor \(end)")
    var threshold = ONNXTestGraph()
    threshold.node(Self.dense)
    threshold.node("Softmax h > p")
    threshold.node("Binarizer p > y", domain: Self.ml, floats: ["threshold": 0.4])
    #expect(threshold.refusal == "y: this is a Binarizer \(end)")
    var examples = ONNXTestGraph()
    examples.node(Self.dense)
    examples.node("ArgMax h > y", integers: ["axis": 0])
    #expect(examples.refusal == "y: this is an ArgMax; only chains of dense layers are read")
  }

  @Test func thePlaceOfTheLargestNumberIsAClass() throws {
    var graph = ONNXTestGraph()
    graph.node(Self.dense)
    graph.node("ArgMax h > y", integers: ["axis": -1])
    #expect(try graph.network().network.output == .classes(["0", "1"]))
  }

  @Test func theNamesOfClassesMayBeATensorOfTexts() throws {
    var graph = ONNXTestGraph(outputs: ["label", "p"])
    graph.texts("names", ["ant", "cat dog"])
    graph.integers("shape", [1], [-1])
    graph.node(Self.dense)
    graph.node("Softmax h > s")
    graph.node("Identity s > p")
    graph.node("ArgMax p > place", integers: ["axis": 1])
    graph.node("ArrayFeatureExtractor names place > name", domain: Self.ml)
    graph.node("Reshape name shape > label")
    #expect(try graph.network().network.classNames == ["ant", "cat dog"])
  }

  /// Probabilities have the sum 1; other numbers would be divided by theirs.
  @Test func normalisedProbabilitiesAreTheSame() throws {
    for (activation, isRead) in [("Softmax", true), ("Sigmoid", false)] {
      var graph = ONNXTestGraph()
      graph.node(Self.dense)
      graph.node("\(activation) h > p")
      graph.node("Normalizer p > y", domain: Self.ml, texts: ["norm": "L1"])
      #expect((graph.refusal == nil) == isRead)
    }
    var classifier = ONNXTestGraph(outputs: ["name", "p"])
    classifier.node(
      "LinearClassifier x > label s", domain: Self.ml,
      lists: ["coefficients": [1, 2, 3, 4], "intercepts": [0.5, -0.5]], texts: ["post_transform": "SOFTMAX"])
    classifier.node("Identity label > name")
    classifier.node("Normalizer s > p", domain: Self.ml, texts: ["norm": "L1"])
    #expect(try classifier.network().network.layers.map(\.activation) == [.softmax])
  }

  @Test func theOperationThatTakesAValueIsNamed() {
    var scaled = ONNXTestGraph()
    scaled.node("Mul x b > y")
    #expect(scaled.refusal == "y: there is no dense layer before this output")
    var threshold = ONNXTestGraph()
    threshold.node("Binarizer x > t", domain: Self.ml)
    threshold.node("Gemm t w b > y")
    #expect(
      threshold.refusal
        == "t: this is a Binarizer of the operators ai.onnx.ml; only chains of dense layers are read")
    var branch = ONNXTestGraph()
    branch.node(Self.dense)
    branch.node("Relu h > r")
    branch.node("If condition > y")
    #expect(branch.refusal == "y: this is an If; only chains of dense layers are read")
    var shape = ONNXTestGraph()
    shape.integers("axes", [1], [1])
    shape.node(Self.dense)
    shape.node("Unsqueeze h axes > s")
    shape.node("Relu s > y")
    #expect(shape.refusal?.hasPrefix("s: this is an Unsqueeze that changes the shape") == true)
    var alpha = ONNXTestGraph()
    alpha.node(Self.dense)
    alpha.node("LeakyRelu h > y", floats: ["alpha": Float(bitPattern: 0xFFE0_0001)])
    #expect(alpha.refusal?.hasSuffix("has the number nan") == true)
  }

  /// The rows or columns of a matrix without elements may be more than can be gone through.
  @Test(arguments: [[1 << 40, 0], [0, 1 << 40]], [0, 1])
  func emptyMatricesAreRefusedAtOnce(_ shape: [Int], _ transposed: Int) {
    var graph = ONNXTestGraph()
    graph.tensor("e", shape, [])
    graph.node("Gemm x e > y", integers: ["transB": transposed])
    #expect(graph.refusal?.hasPrefix("y: the layer is empty: its weights are ") == true)
  }

  /// A long chain of operations that leave everything as it is, or do nearly so.
  @Test func longChainsAreRead() throws {
    var graph = ONNXTestGraph()
    graph.node(Self.dense)
    for index in 0..<10_000 { graph.node("Identity h\(index == 0 ? "" : "\(index)") > h\(index + 1)") }
    graph.node("Gemm h10000 u > y")
    #expect(try graph.network().network.layerSizes == [2, 2, 2])
  }
}
