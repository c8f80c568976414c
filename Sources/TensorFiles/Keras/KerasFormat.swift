/// Models that Keras 3 saves: `.keras`. Format: `Formats/keras`.
///
/// As tensors they are read: the network formats write them.
public struct KerasFormat: FileFormat {
  public let name = "keras"
  public let title = "Keras model"
  public let pathExtensions = ["keras"]
  public let writes = false

  /// The members of the archive.
  package enum Member {
    /// The architecture, JSON.
    package static let configuration = "config.json"
    /// The version of Keras and the date, JSON.
    package static let metadata = "metadata.json"
    /// The weights, an HDF5 file.
    package static let weights = "model.weights.h5"
  }

  /// The format.
  public init() {}

  /// Never: what a ZIP archive is only its members tell.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool { false }

  /// A ZIP archive of an architecture and weights; the weights, which come last, a cut one may lack.
  public func recognizes(members: [String]) -> Bool {
    members.contains(Member.configuration)
      && (members.contains(Member.weights) || members.contains(Member.metadata))
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try KerasReader(input, limits: limits)
  }
}
