public import TensorFiles
public import Training

/// A form in which networks are kept in files: what the names of arrays, the attributes or a graph mean.
///
/// The bytes are those of a `FileFormat`, which lists the arrays even of a network that cannot be used.
/// ``NetworkFormats/all`` lists the forms, and everything else iterates that list.
public protocol NetworkFormat: Sendable {
  /// The name on the command line: `keras-h5`.
  var name: String { get }
  /// What it is, for people: `Keras whole model in HDF5`.
  var title: String { get }
  /// The endings of file names, without the first dot; they choose the form of an output: `weights.h5`.
  var pathExtensions: [String] { get }
  /// Whether ``write(_:to:options:)`` is offered.
  var writes: Bool { get }

  /// Whether an open file holds a network in this form, told by its format, the names of its arrays and its attributes;
  /// no array is read.
  func recognizes(_ file: OpenFile) -> Bool

  /// The network of an open file.
  ///
  /// - Throws: `FormatError`: `unsupported` at the first layer that no chain of dense layers has, `damaged` where the
  ///   layers do not fit one another, `unsuitable` where something must be told that the file does not say.
  func network(in file: OpenFile, options: NetworkReadingOptions) throws(FormatError) -> TrainedNetwork

  /// What would not be kept, or be kept otherwise than it is, a sentence for each.
  ///
  /// - Throws: `FormatError` with code `unsupported` at the layer that the form cannot hold.
  func changes(writing network: TrainedNetwork) throws(FormatError) -> [String]

  /// Writes a network, or throws before the first byte what ``changes(writing:)`` throws.
  func write(
    _ network: TrainedNetwork, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError)

  /// A small text file that belongs beside a file of that path, such as Caffe's `.prototxt`; nil for none.
  func companion(of path: String, for network: TrainedNetwork) -> (path: String, text: String)?
}

extension NetworkFormat {
  public var writes: Bool { true }
  public func changes(writing network: TrainedNetwork) throws(FormatError) -> [String] { [] }
  public func write(
    _ network: TrainedNetwork, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    throw FormatError(.unsupported, "\(title) is read, not written", file: output.name)
  }
  public func companion(of path: String, for network: TrainedNetwork) -> (path: String, text: String)? { nil }
}

/// What is known about a network beside its file.
public struct NetworkReadingOptions: Sendable, Hashable {
  /// The activation of each layer, for files that do not name them.
  public var activations: [Activation]?

  /// What is known.
  public init(activations: [Activation]? = nil) { self.activations = activations }
}

extension NetworkReadingOptions {
  /// What one might give for layers whose activations are not known: in messages.
  static func example(layers count: Int, outputs: Int) -> String {
    // Of many layers, some are an example enough.
    let hidden = count > 6 ? ["relu", "relu", "…"] : Array(repeating: "relu", count: max(count - 1, 0))
    return (hidden + [outputs > 1 ? "softmax" : "sigmoid"]).joined(separator: ",")
  }

  /// The error that the activations that are given are not as many as the layers.
  static func wrongCount(_ given: Int, layers count: Int) -> FormatError {
    FormatError(
      .unsuitable,
      "\(given) activation\(given == 1 ? " is" : "s are") given for \(count) layer\(count == 1 ? "" : "s")")
  }
}
