public import TensorFiles
import Tensors
import Training

/// The networks of a well-known course on machine learning: `Theta1`, `Theta2` …, each with the biases in its first
/// column, and a sigmoid in every layer.
///
/// Read from any file of named arrays, written as MAT level 5. Format: `Formats/matlab-theta`.
public struct ThetaFormat: NetworkFormat {
  public let name = "matlab-theta"
  public let title = "Theta1, Theta2 … in a MATLAB file"
  // `.mat` is the ending of our own form.
  public let pathExtensions: [String] = []

  /// The form.
  public init() {}

  private static let container = MAT5Format()

  public func recognizes(_ file: OpenFile) -> Bool {
    file.reader.entries.contains { $0.name == "Theta1" && $0.isNumeric && $0.shape.count == 2 }
  }

  public func network(in file: OpenFile, options: NetworkReadingOptions) throws(FormatError) -> TrainedNetwork {
    let names = Set(file.reader.entries.map(\.name))
    let count = (1...).prefix { names.contains("Theta\($0)") }.count
    let activations = options.activations ?? Array(repeating: .sigmoid, count: count)
    guard activations.count == count else {
      throw NetworkReadingOptions.wrongCount(activations.count, layers: count)
    }
    var chain = LayerChain()
    var isNarrow = true
    for number in 1...max(1, count) {
      let name = "Theta\(number)"
      let theta = try file.reader.tensor(name)
      isNarrow = isNarrow && theta.elementType.isExactInFloat32
      let matrix: Matrix
      do { matrix = try theta.matrix() } catch { throw FormatError(error, at: .object(name)) }
      guard matrix.columns > 1 else {
        throw FormatError(
          .damaged, at: .object(name),
          "the matrix is \(matrix.rows)x\(matrix.columns); the biases and at least one column of weights were expected")
      }
      var weights = Matrix(rows: matrix.rows, columns: matrix.columns - 1)
      for row in 0..<matrix.rows {
        for column in 0..<weights.columns { weights[row, column] = matrix[row, column + 1] }
      }
      try chain.dense(weights: weights, biases: (0..<matrix.rows).map { matrix[$0, 0] }, name: name)
      try chain.activation(activations[number - 1], name: name)
    }
    var trained = try chain.trainedNetwork(elementType: isNarrow ? .float32 : .float64)
    let known = Set((1...max(1, count)).map { "Theta\($0)" } + [NetworkMetadata.arrayName])
    trained.leftOut = file.reader.entries.map(\.name).filter { !known.contains($0) }
    if let metadata = try NetworkMetadata.array(of: file) {
      metadata.restore(&trained)
    } else if trained.network.outputCount > 1 {
      trained.network.classNames = (1...trained.network.outputCount).map(String.init)
      trained.notes.append(
        "the classes are 1 to \(trained.network.outputCount), as MATLAB counts; where the course's data has digits, "
          + "10 is the digit 0")
    }
    return trained
  }

  public func changes(writing network: TrainedNetwork) throws(FormatError) -> [String] {
    try ThetaFormat.container.changes(writing: ArchiveSource(try ThetaFormat.archive(network)))
      + (network.network.inputScaling == nil
        ? [] : ["the standardisation of the inputs is computed into Theta1, which rounds it"])
  }

  public func write(
    _ network: TrainedNetwork, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    try ThetaFormat.container.write(try ThetaFormat.archive(network), to: &output, options: options)
  }

  private static func archive(_ original: TrainedNetwork) throws(FormatError) -> TensorArchive {
    var archive = TensorArchive()
    let trained = try withoutScaling(original)
    for (index, layer) in trained.network.layers.enumerated() {
      let name = "Theta\(index + 1)"
      guard layer.activation == .sigmoid else {
        throw FormatError(
          .unsupported, at: .object(name),
          "layer \(index + 1) has the activation \(layer.activation.rawValue); in such a file every layer has a sigmoid "
            + "(a .mat file of W1, b1 … keeps the others)")
      }
      var theta = Matrix(rows: layer.outputCount, columns: layer.inputCount + 1)
      for row in 0..<layer.outputCount {
        theta[row, 0] = layer.biases[row, 0]
        for column in 0..<layer.inputCount { theta[row, column + 1] = layer.weights[row, column] }
      }
      do { archive.set(name, to: try Tensor(theta).converted(to: trained.elementType)) } catch {
        throw FormatError(error, at: .object(name))
      }
    }
    archive.set(NetworkMetadata.arrayName, to: try NetworkMetadata(trained).tensor())
    return archive
  }

  /// The network with the standardisation of its inputs in the weights of the first layer, in doubles.
  private static func withoutScaling(_ original: TrainedNetwork) throws(FormatError) -> TrainedNetwork {
    guard let scaling = original.network.inputScaling, var first = original.network.layers.first else {
      return original
    }
    for row in 0..<first.outputCount {
      for column in 0..<first.inputCount {
        first.weights[row, column] /= scaling.scale[column]
        first.biases[row, 0] -= first.weights[row, column] * scaling.mean[column]
      }
    }
    var trained = original
    trained.network.layers[0] = first
    trained.network.inputScaling = nil
    trained.elementType = .float64
    return trained
  }
}
