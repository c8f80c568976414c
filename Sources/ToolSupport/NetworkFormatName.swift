package import ArgumentParser
package import NetworkFiles
package import TensorFiles

/// A format of arrays or a form of networks, as an option names it: some are both.
package struct AnyFormatName: ExpressibleByArgument, Sendable {
  /// The name.
  package let name: String
  /// What holds arrays; nil for a form of networks in files that tell their format.
  package let arrays: (any FileFormat)?
  /// What holds a network; nil for formats of arrays alone.
  package let network: (any NetworkFormat)?

  package init?(argument: String) {
    name = argument
    arrays = FileFormats.all.first { $0.name == argument }
    network = NetworkFormats.named(argument)
    guard arrays != nil || network != nil else { return nil }
  }

  package var defaultValueDescription: String { name }

  /// What may be named: the list in messages and completions.
  package static var allValueStrings: [String] {
    let arrays = FormatName.allValueStrings
    return arrays + NetworkFormats.all.map(\.name).filter { !arrays.contains($0) }
  }

  package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// A format of arrays or a form of networks that is written, as `--to` names it.
package struct AnyOutputFormatName: ExpressibleByArgument, Sendable {
  /// The name.
  package let name: String
  /// What holds arrays; nil for a form of networks.
  package let arrays: (any FileFormat)?
  /// What holds a network; nil for formats of arrays alone.
  package let network: (any NetworkFormat)?

  package init?(argument: String) {
    guard let format = AnyFormatName(argument: argument) else { return nil }
    name = argument
    arrays = format.arrays.flatMap { $0.writes ? $0 : nil }
    network = format.network.flatMap { $0.writes ? $0 : nil }
    guard arrays != nil || network != nil else { return nil }
  }

  package var defaultValueDescription: String { name }

  /// What may be named: the list in messages and completions.
  package static var allValueStrings: [String] {
    AnyFormatName.allValueStrings.filter { AnyOutputFormatName(argument: $0) != nil }
  }

  package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// A form of networks that is written, as `--to` of reg-train names it.
package struct NetworkOutputFormatName: ExpressibleByArgument, Sendable {
  /// The form.
  package let format: any NetworkFormat

  package init?(argument: String) {
    guard let format = NetworkFormats.named(argument), format.writes else { return nil }
    self.format = format
  }

  package var defaultValueDescription: String { format.name }

  /// What may be named: the list in messages and completions.
  package static var allValueStrings: [String] {
    AnyOutputFormatName.allValueStrings.filter { NetworkOutputFormatName(argument: $0) != nil }
  }

  package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
