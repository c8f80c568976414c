/// What was wrong with a network, a dataset, the settings of a training or the training itself.
public struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of an error; more may be added.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name of the kind.
    public let rawValue: String

    /// A kind of the given name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The layers of a network do not fit one another, or hold a NaN or an infinity.
    public static let network = Code(rawValue: "network")
    /// Features and labels do not fit one another, or hold a value that training cannot use.
    public static let dataset = Code(rawValue: "dataset")
    /// A setting is out of its range, or does not fit the data.
    public static let settings = Code(rawValue: "settings")
    /// The cost or a parameter became NaN or infinite.
    public static let divergence = Code(rawValue: "divergence")
    /// The chosen kernel does not run on this processor.
    public static let kernel = Code(rawValue: "kernel")
  }

  /// The kind of the error.
  public let code: Code
  /// What is wrong, in one sentence without a full stop.
  public let message: String
  /// The layer, from 0, where there is one to name.
  public var layer: Int?
  /// The example, from 0, where there is one to name.
  public var example: Int?
  /// The input, from 0, where there is one to name.
  public var input: Int?
  /// The iteration, from 0, where there is one to name.
  public var iteration: Int?

  /// An error of a kind, with a sentence that says what is wrong.
  public init(
    _ code: Code, _ message: String, layer: Int? = nil, example: Int? = nil, input: Int? = nil, iteration: Int? = nil
  ) {
    self.code = code
    self.message = message
    self.layer = layer
    self.example = example
    self.input = input
    self.iteration = iteration
  }

  /// The sentence.
  public var description: String { message }
}

/// The error of a network whose layers do not fit one another.
public typealias NetworkError = TrainingError
/// The error of features and labels that cannot be trained with.
public typealias DatasetError = TrainingError
