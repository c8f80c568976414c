import TensorFiles
import Tensors
import Training

extension TrainedNetwork {
  /// What a file that computes in float32 rounds beside the weights, a sentence for each.
  ///
  /// - Throws: ``FormatError`` with code `unsupported` at what float32 has no number near to: a weight that would become
  ///   infinite, a scale that would become 0.
  func roundingsInFloat32() throws(FormatError) -> [String] {
    for (index, layer) in network.layers.enumerated() {
      for (name, matrix) in [("W\(index + 1)", layer.weights), ("b\(index + 1)", layer.biases)] {
        guard let beyond = matrix.elements.first(where: { !Float($0).isFinite }) else { continue }
        throw FormatError(.unsupported, at: .object(name), "the number \(beyond) is beyond the range of float32")
      }
    }
    var sentences: [String] = []
    if let scaling = network.inputScaling {
      for number in scaling.mean + scaling.scale where !Float(number).isFinite {
        throw FormatError(
          .unsupported, at: .object("input_scale"), "the number \(number) is beyond the range of float32")
      }
      if let scale = scaling.scale.first(where: { Float($0) == 0 || !(1 / Float($0)).isFinite }) {
        throw FormatError(
          .unsupported, at: .object("input_scale"),
          "the scale \(scale) is too near to 0 for float32, which divides by it")
      }
      if !(scaling.mean + scaling.scale).allSatisfy({ Double(Float($0)) == $0 }) {
        sentences.append("the means and scales of the inputs are rounded to float32 where they are computed with")
      }
    }
    if let odd = network.layers.map(\.activation).first(where: { activation in
      !activation.parameters.allSatisfy { Double(Float($0)) == $0 }
    }) {
      sentences.append("the numbers of \(odd.rawValue) are rounded to float32 where they are computed with")
    }
    return sentences
  }
}
