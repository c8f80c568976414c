import TensorFiles
import Tensors
import Training

/// A network in Caffe's terms: layers in a text, their weights in groups of their names.
struct CaffeWriting {
  private let trained: TrainedNetwork
  /// The activations' layers, nil for none.
  private let activations: [(type: String, parameters: String)?]

  /// The layer that standardises the inputs.
  static let scalingName = "standardize"

  /// - Throws: ``FormatError`` with code `unsupported` at a layer whose activation Caffe lacks.
  init(_ trained: TrainedNetwork) throws(FormatError) {
    self.trained = trained
    var found: [(type: String, parameters: String)?] = []
    for (index, layer) in trained.network.layers.enumerated() {
      found.append(try CaffeWriting.activation(layer.activation, number: index + 1))
    }
    activations = found
  }

  private static func activation(
    _ activation: Activation, number: Int
  ) throws(FormatError) -> (type: String, parameters: String)? {
    switch activation {
    case .linear: nil
    case .relu: ("ReLU", "")
    case .leakyRelu(let slope): ("ReLU", " relu_param { negative_slope: \(slope) }")
    case .elu(let alpha): ("ELU", " elu_param { alpha: \(alpha) }")
    case .tanh: ("TanH", "")
    case .sigmoid: ("Sigmoid", "")
    case .softplus: ("BNLL", "")
    case .swish: ("Swish", "")
    case .softmax: ("Softmax", "")
    case .selu, .gelu, .geluTanh, .hardSigmoid, .softsign:
      throw FormatError(
        .unsupported, at: .object("ip\(number)"),
        "Caffe has no layer for the activation \(activation.rawValue); it has ReLU, ELU, TanH, Sigmoid, BNLL (softplus), "
          + "Swish and Softmax")
    }
  }

  /// The name of a dense layer, counted from 1.
  private static func name(_ number: Int) -> String { "ip\(number)" }

  /// The weights, and in an attribute of the file all else that is known.
  func archive() throws(FormatError) -> TensorArchive {
    var archive = TensorArchive()
    archive.setAttribute(NetworkMetadata.key, to: .text(try NetworkMetadata(trained).text))
    do {
      if let scaling = trained.network.inputScaling {
        let factors = scaling.scale.map { 1 / $0 }
        let terms = zip(scaling.mean, factors).map { -$0 * $1 }
        // Small and exact, whatever the precision of the weights; Caffe reads both types.
        archive.set("data/\(CaffeWriting.scalingName)/0", to: try Tensor(factors))
        archive.set("data/\(CaffeWriting.scalingName)/1", to: try Tensor(terms))
      }
      for (index, layer) in trained.network.layers.enumerated() {
        let name = CaffeWriting.name(index + 1)
        archive.set("data/\(name)/0", to: try Tensor(layer.weights).converted(to: trained.elementType))
        archive.set("data/\(name)/1", to: try Tensor(layer.biases.elements).converted(to: trained.elementType))
      }
    } catch {
      throw FormatError(error)
    }
    return archive
  }

  /// The layers as a text.
  var prototxt: String {
    var text = "# The weights: net.CopyTrainedLayersFrom(…), which takes .h5 files too.\nname: \"reg-tools\"\n"
    text +=
      "layer {\n  name: \"data\" type: \"Input\" top: \"data\"\n"
      + "  input_param { shape { dim: 1 dim: \(trained.network.inputCount) } }\n}\n"
    var bottom = "data"
    if trained.network.inputScaling != nil {
      text +=
        "layer {\n  name: \"\(CaffeWriting.scalingName)\" type: \"Scale\" bottom: \"data\" "
        + "top: \"\(CaffeWriting.scalingName)\"\n  scale_param { bias_term: true }\n}\n"
      bottom = CaffeWriting.scalingName
    }
    let keeps = trained.training?.settings.keepProbabilities ?? []
    for (index, layer) in trained.network.layers.enumerated() {
      let name = CaffeWriting.name(index + 1)
      text +=
        "layer {\n  name: \"\(name)\" type: \"InnerProduct\" bottom: \"\(bottom)\" top: \"\(name)\"\n"
        + "  inner_product_param { num_output: \(layer.outputCount) }\n}\n"
      bottom = name
      if let (type, parameters) = activations[index] {
        text +=
          "layer {\n  name: \"\(type.lowercased())\(index + 1)\" type: \"\(type)\" bottom: \"\(name)\" top: \"\(name)\""
          + "\(parameters)\n}\n"
      }
      guard index + 1 < trained.network.layers.count else { break }
      let keep = keeps.count == 1 ? keeps[0] : index < keeps.count ? keeps[index] : 1
      if keep < 1 {
        text +=
          "layer {\n  name: \"drop\(index + 1)\" type: \"Dropout\" bottom: \"\(name)\" top: \"\(name)\"\n"
          + "  dropout_param { dropout_ratio: \(1 - keep) }\n}\n"
      }
    }
    return text
  }
}
