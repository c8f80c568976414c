package import ArgumentParser
package import TensorFiles

/// A format as `--from` and `--to` name it.
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
