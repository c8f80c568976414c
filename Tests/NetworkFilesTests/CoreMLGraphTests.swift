import NetworkFiles
import TensorFiles
import Testing
import Training

/// Where a chain of Core ML layers begins and ends.
@Suite struct CoreMLGraphTests {
  private struct Layers {
    private var content = ProtobufWriter()
    var shape = [2]
    var outputs = ["y"]

    private mutating func layer(_ words: String, _ body: (inout ProtobufWriter) -> Void) {
      let words = words.split(separator: " ").map(String.init)
      content.message(1) { layer in
        layer.text(words[0], field: 1)
        layer.text(words[1], field: 2)
        layer.text(words[2], field: 3)
        body(&layer)
      }
    }

    /// An inner product of so many inputs and 2 units.
    mutating func dense(_ words: String, _ inputs: Int = 2) {
      layer(words) { layer in
        layer.message(140) { product in
          product.integer(inputs, field: 1)
          product.integer(2, field: 2)
          product.message(20) { weights in
            for index in 0..<2 * inputs { weights.float(Float(index), field: 1) }
          }
        }
      }
    }

    mutating func relu(_ words: String) { layer(words) { $0.message(130) { $0.message(10) { _ in } } } }

    mutating func flatten(_ words: String, mode: Int) {
      layer(words) { $0.message(301) { $0.integer(mode, field: 1) } }
    }

    func network() throws(FormatError) -> TrainedNetwork {
      var model = ProtobufWriter()
      model.integer(4, field: 1)
      model.message(2) { description in
        for (field, name, shape) in [(1, "x", shape)] + outputs.map({ (10, $0, [2]) }) {
          description.message(field) { feature in
            feature.text(name, field: 1)
            feature.message(3) { type in type.message(5) { $0.integers(shape, field: 1) } }
          }
        }
      }
      model.append(content, field: 500)
      let bytes = model.pieces.flatMap(\.self)
      return try NetworkFormats.network(in: FileFormats.open(InputFile(bytes: bytes, name: "layers.mlmodel")))
    }

    var refusal: String? {
      do throws(FormatError) { _ = try network() } catch {
        return FormatError(error.code, at: error.location, error.sentence).description
      }
      return nil
    }
  }

  private func layers(_ outputs: [String]) -> Layers {
    var layers = Layers()
    layers.outputs = outputs
    layers.dense("a x h")
    layers.relu("r h y")
    layers.dense("o y q")
    return layers
  }

  @Test func theChainEndsInTheOutput() throws {
    let trained = try layers(["y"]).network()
    #expect(trained.network.layers.map(\.activation) == [.relu])
    #expect(trained.notes == ["'o' and what is behind it is left out: 'y' is the output of the model"])
    #expect(try layers(["q"]).network().network.layerSizes == [2, 2, 2])
  }

  @Test func otherOutputsAreRefused() {
    #expect(
      layers(["y", "q"]).refusal
        == "q: this is the second of 2 outputs of the model; only chains of dense layers are read")
    #expect(
      layers(["z"]).refusal
        == "z: this output is not what the layers come to, which is 'q'; only chains of dense layers are read")
  }

  @Test func channelsLastAreAnotherOrder() throws {
    for (shape, mode, isRead) in [([2, 2, 1], 0, true), ([2, 2, 1], 1, false), ([4, 1, 1], 1, true)] {
      var layers = Layers()
      layers.shape = shape
      layers.flatten("f x v", mode: mode)
      layers.dense("o v y", 4)
      #expect((layers.refusal == nil) == isRead)
      if !isRead {
        #expect(
          layers.refusal
            == "f: this is a layer flatten, which takes the numbers in another order, with the channels last; only "
            + "chains of dense layers are read")
      }
    }
  }
}
