import TensorFiles
import Tensors

extension ModuleArrays.Module {
  /// What the module is that no chain of dense layers has; nil for what one has, and for what is no module.
  var otherKind: String? {
    let names = arrays.keys
    if names.contains(where: { $0.hasPrefix("weight_ih") || $0.hasPrefix("weight_hh") }) { return "a recurrent layer" }
    if names.contains("in_proj_weight") { return "a layer of attention" }
    if names.contains("weight_g") || names.contains("original0") {
      return "a layer with normalised weights (torch.nn.utils.parametrize.remove_parametrizations makes them plain)"
    }
    guard let weight else { return nil }
    let shape = Tensor.describe(weight.shape)
    guard weight.isNumeric else { return "a layer whose weights are no numbers that are read" }
    if isBatchNormalization { return nil }
    switch weight.shape.count {
    case 2:
      let isEmbedding = arrays["bias"] == nil && name.lowercased().contains("emb")
      return isEmbedding ? "an embedding (its weights are \(shape))" : nil
    case 3...5: return "a convolution (its weights are \(shape))"
    case 1 where arrays["bias"] != nil: return "a normalisation of layers (its weights are \(shape))"
    default: return "no layer that is known (its weights are \(shape))"
    }
  }
}
