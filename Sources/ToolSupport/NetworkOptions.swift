package import ArgumentParser
package import NetworkFiles
package import TensorFiles
package import Training

extension Activation {
  /// The activations of a list, `relu,hard_sigmoid(0.2,0.5)`.
  ///
  /// - Throws: ``ValidationError`` that names the first one that is not known.
  package static func list(option: String) throws -> [Activation] {
    var activations: [Activation] = []
    // The numbers in brackets have commas of their own.
    var rest = option[...]
    while true {
      let bracket = rest.firstIndex(of: "(") ?? rest.endIndex
      var end = rest.firstIndex(of: ",") ?? rest.endIndex
      if bracket < end { end = rest[bracket...].firstIndex(of: ")").map(rest.index(after:)) ?? rest.endIndex }
      guard let activation = Activation(rawValue: String(rest[..<end])), end == rest.endIndex || rest[end] == "," else {
        throw ValidationError(
          "'\(rest[..<end])' is no activation; there are \(Activation.named.map(\.name).joined(separator: ", "))")
      }
      activations.append(activation)
      guard end < rest.endIndex else { return activations }
      rest = rest[rest.index(after: end)...]
    }
  }
}

/// What is told about a network whose file does not say it.
package struct NetworkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The activation of each layer, for files that do not name them: relu,relu,sigmoid.", valueName: "a1,a2,…"))
  package var activations: String?

  @Option(
    help: ArgumentHelp(
      "The names of the classes, for files that do not name them: setosa,versicolor,virginica.", valueName: "c1,c2,…"))
  package var classes: String?

  package init() {}

  package func validate() throws { _ = try activations.map(Activation.list(option:)) }

  /// What is known.
  package var reading: NetworkReadingOptions {
    // The list has been checked with the other options.
    NetworkReadingOptions(activations: activations.flatMap { try? Activation.list(option: $0) })
  }

  /// The network of an open file, with what was decided about it said as notes.
  ///
  /// - Parameter format: the form that the user names; nil for the one that the file is recognised to have.
  package func network(in file: OpenFile, as format: (any NetworkFormat)? = nil) throws(FormatError) -> TrainedNetwork {
    var trained = try NetworkFormats.network(in: file, as: format, options: reading)
    if let classes { trained.network = try NetworkOptions.named(trained.network, classes, file.input.name) }
    for note in trained.notes { Message.note("\(file.input.name): \(note)") }
    return trained
  }

  private static func named(_ network: Network, _ classes: String, _ file: String) throws(FormatError) -> Network {
    let names = classes.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if case .values = network.output, network.outputCount == 1 {
      throw FormatError(.unsuitable, "the one output is a value, no class; --classes has no use", file: file)
    }
    do {
      return try Network(
        layers: network.layers, inputNames: network.inputNames, classNames: names, inputScaling: network.inputScaling)
    } catch {
      throw FormatError(.unsuitable, "--classes: \(error.message)", file: file)
    }
  }
}
