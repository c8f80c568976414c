package import ArgumentParser
package import TensorFiles

/// A format as `--from` names it.
package struct FormatName: ExpressibleByArgument, Sendable {
  /// The format.
  package let format: any FileFormat

  package init?(argument: String) {
    guard let format = FileFormats.all.first(where: { $0.name == argument }) else { return nil }
    self.format = format
  }

  package var defaultValueDescription: String { format.name }

  /// What may be named: the list in messages and completions.
  package static var allValueStrings: [String] { FileFormats.all.map(\.name) }

  package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// A format that is written, as `--to` names it.
package struct OutputFormatName: ExpressibleByArgument, Sendable {
  /// The format.
  package let format: any FileFormat

  package init?(argument: String) {
    guard let name = FormatName(argument: argument), name.format.writes else { return nil }
    format = name.format
  }

  package var defaultValueDescription: String { format.name }

  /// What may be named: the list in messages and completions.
  package static var allValueStrings: [String] { FileFormats.all.filter(\.writes).map(\.name) }

  package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
