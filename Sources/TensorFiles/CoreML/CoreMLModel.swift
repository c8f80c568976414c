/// The description of a model in a Core ML file, without the numbers of its arrays.
public struct CoreMLModel: Sendable {
  /// The version of the specification.
  public internal(set) var specificationVersion = 0
  /// What kind of model it is, in the specification's word: `neuralNetwork`, `treeEnsembleClassifier`; "" for none.
  public internal(set) var kind = ""
  /// What goes in.
  public internal(set) var inputs: [CoreMLFeature] = []
  /// What comes out.
  public internal(set) var outputs: [CoreMLFeature] = []
  /// The output that is the class, of a classifier.
  public internal(set) var predictedFeature = ""
  /// The output that has the probabilities of all classes.
  public internal(set) var predictedProbabilities = ""
  /// What the author says of it, and the properties that programs add.
  public internal(set) var metadata: [(key: String, value: String)] = []
  /// The layers of a neural network, in the order in which they are computed.
  public internal(set) var layers: [CoreMLLayer] = []
  /// Whether pictures are scaled before the first layer.
  public internal(set) var hasPreprocessing = false
  /// The value that has the probabilities of all classes, where a classifier names one; nil for that of the last layer.
  public internal(set) var probabilityLayer: String?
  /// The names of the classes, of a classifier.
  public internal(set) var classLabels: [String]?
}

/// An input or output.
public struct CoreMLFeature: Sendable, Hashable {
  /// The name.
  public internal(set) var name = ""
  /// The type in the specification's word: `multiArrayType`, `imageType`.
  public internal(set) var type = ""
  /// The shape of an array, where it is given.
  public internal(set) var shape: [Int] = []
}

/// One layer.
public struct CoreMLLayer: Sendable {
  /// The name, unique in the network.
  public internal(set) var name = ""
  /// What it does, in the specification's word: `innerProduct`.
  public internal(set) var kind = ""
  /// The function of an activation layer, in the specification's word: `ReLU`.
  public internal(set) var activation: String?
  /// The names of the values that it takes.
  public internal(set) var inputs: [String] = []
  /// The names of the values that it gives.
  public internal(set) var outputs: [String] = []
  /// Its numbers by their names in the specification; what the file leaves out is 0 there and missing here. A shape is
  /// a list, and all others have one element.
  public internal(set) var settings: [String: [Double]] = [:]
  /// The names of its arrays, `weights`, which the file lists as `layer/weights`.
  public internal(set) var arrays: [String] = []

  /// A setting; 0 where the file leaves it out.
  public func setting(_ name: String) -> Double { settings[name]?.last ?? 0 }
}
