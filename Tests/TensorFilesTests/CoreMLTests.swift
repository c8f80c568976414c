import Foundation
import TensorFiles
import Tensors
import Testing

@Suite struct CoreMLTests {
  private func reader(_ name: String) throws -> CoreMLReader {
    let path = ExampleFile.package.appending(path: "Formats/coreml/golden/\(name).mlmodel").path
    return try #require(try FileFormats.open(path).reader as? CoreMLReader)
  }

  @Test func theLayersAreRead() throws {
    let model = try reader("classifier").model
    #expect(model.kind == "neuralNetworkClassifier")
    #expect(model.inputs.map(\.name) == ["x"] && model.inputs[0].shape == [2])
    #expect(model.inputs[0].type == "multiArrayType")
    #expect(model.layers.map(\.kind) == ["innerProduct", "activation", "innerProduct", "softmaxND"])
    #expect(model.layers[0].arrays == ["weights", "bias"] && model.layers[0].setting("outputChannels") == 4)
    #expect(model.layers[1].activation == "ReLU" && model.layers[3].setting("axis") == -1)
    #expect(model.classLabels == ["red", "green", "blue"] && model.predictedFeature == "colour")
  }

  @Test func settingsOfActivations() throws {
    let layers = try reader("activations").model.layers.filter { $0.kind == "activation" }
    #expect(layers.first { $0.activation == "leakyReLU" }?.setting("alpha") == 0.25)
    let linear = layers.first { $0.activation == "linear" }
    #expect(linear?.setting("alpha") == 2 && linear?.setting("beta") == 1)
  }

  @Test func whatTheAuthorSaysIsAnAttribute() throws {
    let list = try reader("normalized").attributes(of: "")
    #expect(list.first { $0.name == "author" }?.value.text == "nobody")
    #expect(list.first { $0.name == "rows" }?.value.text == "6")
    #expect(try reader("classifier").attributes(of: "").first { $0.name == "classes" }?.value.texts?.count == 3)
  }

  @Test func otherModelsAreListed() throws {
    let reader = try reader("trees")
    #expect(reader.model.kind == "treeEnsembleRegressor" && reader.model.layers.isEmpty)
    do throws(FormatError) {
      _ = try reader.tensor("treeEnsembleRegressor")
      Issue.record("a tree was read as an array")
    } catch {
      #expect(
        error.description
          == "treeEnsembleRegressor: this is Core ML model, not an array of numbers; only neural networks have arrays "
          + "that are read")
    }
  }
}
