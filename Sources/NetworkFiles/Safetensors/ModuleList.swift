import Tensors
import Training

/// The modules of the `nn.Sequential` that a network is, in a framework's own words.
struct ModuleList {
  private let framework: ModuleFramework
  private let network: Network
  private let elementType: ElementType
  /// The modules as programs write them.
  private var modules: [String] = []
  /// Where the dense layers stand among them.
  private(set) var denseIndices: [Int] = []
  /// Sentences about activations that are no module.
  private var withoutModule: [String] = []

  /// Counts the modules: dense layers, activations, and dropout where some units are dropped.
  init(_ trained: TrainedNetwork, _ framework: ModuleFramework) {
    self.framework = framework
    network = trained.network
    elementType = trained.elementType
    let keeps = trained.training?.settings.keepProbabilities ?? []
    for (index, layer) in trained.network.layers.enumerated() {
      denseIndices.append(modules.count)
      modules.append("nn.Linear(\(layer.inputCount), \(layer.outputCount))")
      if let module = module(of: layer.activation, layer: index + 1) { modules.append(module) }
      guard index + 1 < trained.network.layers.count else { break }
      let keep = keeps.count == 1 ? keeps[0] : index < keeps.count ? keeps[index] : 1
      if keep < 1 { modules.append("nn.Dropout(1 - \(keep))") }
    }
  }

  /// The network as an expression of Python.
  var program: String {
    let sequence = "nn.Sequential(\(modules.joined(separator: ", ")))"
    guard elementType == .float64 else { return sequence }
    return framework == .torch ? sequence + ".double()" : sequence + ".to(dtype='float64')"
  }

  /// What the framework does not do by itself with the arrays.
  var changes: [String] {
    var changes = withoutModule
    if network.inputScaling != nil {
      changes.append(
        "the standardisation of the inputs is no module: \(ModuleArrays.meanName) and \(ModuleArrays.scaleName) stand "
          + "beside the weights, for (x - \(ModuleArrays.meanName)) / \(ModuleArrays.scaleName)")
    }
    return changes
  }

  /// The module of an activation; nil for none.
  private mutating func module(of activation: Activation, layer: Int) -> String? {
    let isTorch = framework == .torch
    switch activation {
    case .linear: return nil
    case .relu: return "nn.ReLU()"
    case .leakyRelu(let slope): return "nn.LeakyReLU(\(slope))"
    case .elu(let alpha): return "nn.ELU(\(alpha))"
    case .selu: return "nn.SELU()"
    case .gelu: return "nn.GELU()"
    case .geluTanh: return isTorch ? "nn.GELU(approximate='tanh')" : "nn.GELU(approximate=True)"
    case .tanh: return "nn.Tanh()"
    case .sigmoid: return "nn.Sigmoid()"
    case .hardSigmoid(slope: 1 / 6, offset: 0.5): return "nn.Hardsigmoid()"
    case .hardSigmoid(let slope, let offset):
      withoutModule.append(
        "layer \(layer): \(framework.title) has no module for \(activation.rawValue); its place in the sequence is that "
          + "of a function of your own, min(max(\(slope) z + \(offset), 0), 1)")
      return "HardSigmoid(\(slope), \(offset))"
    case .softplus: return "nn.Softplus()"
    case .softsign: return "nn.Softsign()"
    case .swish: return isTorch ? "nn.SiLU()" : "nn.Silu()"
    case .softmax: return isTorch ? "nn.Softmax(dim=-1)" : "nn.Softmax(axis=-1)"
    }
  }
}
