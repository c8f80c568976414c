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
extension HeaderChoice: ExpressibleByArgument {}
extension ElementType: ExpressibleByArgument {}
extension ClassWeights: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
