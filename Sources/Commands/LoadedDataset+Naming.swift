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

extension TrainingExamples {
  /// The examples, which must be in memory.
  ///
  /// - Throws: ``FormatError`` with code `limit` where they are read while they are used.
  func inMemory(of file: OpenFile) throws(FormatError) -> Dataset {
    guard let dataset else {
      throw FormatError(
        .limit, "the examples take more than --memory-limit, and all of them are needed in memory here",
        file: file.input.name)
    }
    return dataset
  }
}
