package import ArgumentParser
package import NetworkFiles
package import TensorFiles
package import Training

/// The activations of all layers, `relu,relu,sigmoid`.
package struct ActivationList: ExpressibleByArgument, Sendable {
  /// The activations, in the order of the layers.
  package let activations: [Activation]

  package init?(argument: String) {
    var activations: [Activation] = []
    // The numbers in brackets have commas of their own: `leaky_relu(0.2),hard_sigmoid(0.2,0.5)`.
    var rest = argument[...]
    while true {
      let bracket = rest.firstIndex(of: "(") ?? rest.endIndex
      var end = rest.firstIndex(of: ",") ?? rest.endIndex
      if bracket < end { end = rest[bracket...].firstIndex(of: ")").map(rest.index(after:)) ?? rest.endIndex }
      guard let activation = Activation(rawValue: String(rest[..<end])) else { return nil }
      activations.append(activation)
      guard end < rest.endIndex else { break }
      guard rest[end] == "," else { return nil }
      rest = rest[rest.index(after: end)...]
    }
    self.activations = activations
  }

  package var defaultValueDescription: String { activations.map(\.rawValue).joined(separator: ",") }
}

/// What is told about a network whose file does not say it.
package struct NetworkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The activation of each layer, for files that do not name them: relu,relu,sigmoid.", valueName: "a1,a2,…"))
  package var activations: ActivationList?

  package init() {}

  /// What is known.
  package var reading: NetworkReadingOptions { NetworkReadingOptions(activations: activations?.activations) }

  /// The network of an open file, with what was decided about it said as notes.
  ///
  /// - Parameter format: the form that the user names; nil for the one that the file is recognised to have.
  package func network(in file: OpenFile, as format: (any NetworkFormat)? = nil) throws(FormatError) -> TrainedNetwork {
    let trained = try NetworkFormats.network(in: file, as: format, options: reading)
    for note in trained.notes { Message.note("\(file.input.name): \(note)") }
    return trained
  }
}
