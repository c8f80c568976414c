package import ArgumentParser
import NetworkFiles
import TensorFiles

/// What the shells offer for the value of an option.
extension CompletionKind {
  /// Files that may hold examples.
  package static var dataFile: CompletionKind { files(of: FileFormats.all, []) }
  /// Files that may hold a network.
  package static var modelFile: CompletionKind { files(of: [], NetworkFormats.all) }
  /// Files that are read by any tool.
  package static var anyFile: CompletionKind { files(of: FileFormats.all, NetworkFormats.all) }
  /// Files in the formats that rows and arrays are written in.
  package static var dataOutput: CompletionKind { files(of: FileFormats.all.filter(\.writes), []) }
  /// Files in the forms that networks are written in.
  package static var modelOutput: CompletionKind { files(of: [], NetworkFormats.all.filter(\.writes)) }
  /// Files in any format that is written.
  package static var anyOutput: CompletionKind {
    files(of: FileFormats.all.filter(\.writes), NetworkFormats.all.filter(\.writes))
  }

  /// One array or column of the file on the command line.
  package static var arrayName: CompletionKind {
    .custom { words, index, _ in ArrayNameCompletion(words, index)?.names() ?? [] }
  }
  /// One array of the file on the command line, or `all`.
  package static var arrayNameOrAll: CompletionKind {
    .custom { words, index, _ in (ArrayNameCompletion(words, index)?.names() ?? []) + ["all"] }
  }
  /// Arrays or columns of the file on the command line, separated by commas.
  package static var arrayNames: CompletionKind {
    .custom { words, index, _ in ArrayNameCompletion(words, index)?.lists() ?? [] }
  }
  /// An array of the file on the command line, and the sign behind which its new name stands.
  package static var renaming: CompletionKind {
    .custom { words, index, _ in ArrayNameCompletion(words, index)?.names(ending: "=") ?? [] }
  }

  /// Words, each as it is: a list of the parser's own is a piece of fish's program, where `step(10000,0.5)` is a call.
  package static func words(_ words: [String]) -> CompletionKind {
    .list(CompletionShell.requesting == .fish ? words.map { $0.precededByBackslash { "()".contains($0) } } : words)
  }

  /// The parser asks at every start; the endings are put together only where a script is written.
  private static func files(
    of formats: @autoclosure () -> [any FileFormat], _ networks: @autoclosure () -> [any NetworkFormat]
  ) -> CompletionKind {
    guard CompletionShell.requesting != nil else { return .file() }
    let formats = formats()
    let endings = formats.flatMap(\.pathExtensions) + networks().flatMap(\.pathExtensions)
    let compressed = formats.filter(\.mayBeCompressed).flatMap(\.pathExtensions).map { $0 + ".gz" }
    var seen: Set<String> = []
    return .file(extensions: (endings + compressed).filter { seen.insert($0).inserted })
  }
}

extension String {
  /// The text with a backslash before some of its characters.
  func precededByBackslash(where isSpecial: (Character) -> Bool) -> String {
    reduce(into: "") { text, character in
      if isSpecial(character) { text += "\\" }
      text.append(character)
    }
  }
}
