import NetworkFiles
import TensorFiles
import Training

extension LoadedDataset {
  /// The network with the names that the data give.
  func naming(_ network: Network) -> Network {
    var network = network
    network.inputNames = inputNames
    // The numbers themselves are what labels are called without names.
    if let names = classes?.names, names != ["0", "1"] { network.classNames = names }
    return network
  }
}
