import Tensors
import Testing
import Training

struct DatasetTests {
  @Test func wellFormed() throws {
    let dataset = try Dataset(features: Matrix([[1, 2, 3], [4, 5, 6]]), labels: Matrix([[0, 1, 1]]))
    #expect(dataset.inputCount == 2 && dataset.exampleCount == 3)
  }

  @Test(arguments: [
    (Matrix([[1, 2]]), Matrix([[1, 0, 1]]), "there are 2 examples but 3 labels"),
    (Matrix([[1, 2]]), Matrix([[1, 2]]), "the label of example 2 is 2.0, expected 0 or 1"),
    (Matrix([[1, 2]]), Matrix([[.nan, 1]]), "the label of example 1 is nan, expected 0 or 1"),
    (Matrix([[1, 2], [3, .infinity]]), Matrix([[0, 1]]), "input 2 of example 2 is inf, not a finite number"),
    (Matrix([[1, 2]]), Matrix([[1, 0], [0, 1]]), "the labels have 2 rows, expected 1"),
    (Matrix(rows: 2, columns: 0), Matrix(rows: 1, columns: 0), "there are no examples"),
    (Matrix(rows: 0, columns: 2), Matrix([[0, 1]]), "the examples have no inputs"),
  ])
  func malformed(_ features: Matrix, _ labels: Matrix, _ message: String) {
    let error = #expect(throws: DatasetError.self) { try Dataset(features: features, labels: labels) }
    #expect(error?.message == message && error?.code == .dataset)
  }

  @Test func placeOfTheError() {
    let error = #expect(throws: DatasetError.self) {
      try Dataset(features: Matrix([[1, 2], [.nan, 3]]), labels: Matrix([[0, 1]]))
    }
    #expect(error?.example == 0 && error?.input == 1)
  }
}

struct NetworkTests {
  static func layer(_ outputs: Int, _ inputs: Int, biases: Int? = nil, value: Double = 1) -> Layer {
    Layer(
      weights: Matrix(rows: outputs, columns: inputs, repeating: value),
      biases: Matrix(rows: biases ?? outputs, columns: 1), activation: .relu)
  }

  @Test(arguments: [
    ([], "a network needs at least one layer"),
    ([layer(3, 2), layer(1, 4)], "layer 2 takes 4 inputs but layer 1 has 3 units"),
    ([layer(3, 2, biases: 2)], "the biases of layer 1 are 2 x 1, expected 3 x 1"),
    ([layer(3, 2), layer(1, 3, value: .nan)], "W2 holds nan in row 1, column 1"),
    ([layer(0, 2)], "layer 1 is empty: its weights are 0 x 2"),
  ])
  func malformed(_ layers: [Layer], _ message: String) {
    let error = #expect(throws: NetworkError.self) { try Network(layers: layers) }
    #expect(error?.message == message)
  }

  @Test func inputNames() throws {
    #expect(try Network(layers: [Self.layer(1, 2)], inputNames: ["x1", "x2"]).inputNames == ["x1", "x2"])
    #expect(throws: NetworkError.self) { try Network(layers: [Self.layer(1, 2)], inputNames: ["x1"]) }
  }
}
