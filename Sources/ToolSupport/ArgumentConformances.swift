public import ArgumentParser
public import NetworkFiles
public import TensorFiles
public import Tensors
public import Training

// The raw values of the libraries' choices are what the command line says.
extension DatasetSelection.ExampleAxis: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension DropoutMasks: ExpressibleByArgument {}
extension Kernel: ExpressibleByArgument {}
extension Initialization: ExpressibleByArgument {}
extension HeaderChoice: ExpressibleByArgument {}
extension ElementType: ExpressibleByArgument {}
extension ClassWeights: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
// Names with numbers, of which the usual ones are listed.
extension Optimizer: ExpressibleByArgument {
  public static var allValueStrings: [String] { names }
}
extension Schedule: ExpressibleByArgument {
  public static var allValueStrings: [String] { ["constant", "step(10000,0.5)", "cosine"] }
}
extension Activation: ExpressibleByArgument {
  /// Those of hidden layers.
  public static var allValueStrings: [String] { named.map(\.name).filter { $0 != "softmax" } }
}
