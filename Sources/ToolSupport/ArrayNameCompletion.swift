import ArgumentParser
import TensorFiles

/// The arrays or columns of the file that stands on a command line, as a shell offers them.
///
/// The file's list alone is read. Whatever is wrong with the file is not said: the user is still typing.
struct ArrayNameCompletion {
  /// The names in the file, without those that no command line could hold.
  private let fileNames: [String]
  /// Whether they are columns, of which one with a comma stands in quotes within a list.
  private let areColumns: Bool
  /// The word that is completed, without the shell's quotes.
  private let word: String

  /// Looks for the file and lists it.
  ///
  /// - Parameters:
  ///   - words: the command line as it is typed, the program first.
  ///   - index: which word is completed.
  /// - Returns: nil where there is no file that can be read.
  init?(_ words: [String], _ index: Int) {
    guard words.indices.contains(index), let path = ArrayNameCompletion.file(words, except: index) else { return nil }
    word = ShellWord.unquoted(words[index])
    do throws(FormatError) {
      let input = try InputFile(path: path)
      let format = try FileFormats.recognize(input)
      if format is DelimitedFormat {
        // Opening a table would count its rows.
        (fileNames, areColumns) = (try TableLayout(input, options: TableOptions()).columnNames, true)
      } else {
        let reader = try Reading.open(input, from: format.name).reader
        let columns = (reader as? any TableReader)?.columnNames
        areColumns = columns != nil
        fileNames = columns ?? reader.entries.filter(\.isNumeric).map(\.name)
      }
    } catch {
      return nil
    }
  }

  /// The names, each with an ending.
  func names(ending: String = "") -> [String] { ShellWord.candidates(fileNames.map { $0 + ending }) }

  /// The lists that the word may become: what is there up to the last comma, and one more name.
  func lists() -> [String] {
    let start = word.lastIndex(of: ",").map(word.index(after:)) ?? word.startIndex
    let chosen = Set(word[..<start].split(separator: ",").map(String.init))
    let next = fileNames.filter { !chosen.contains($0) }.map { name in
      guard areColumns, name.contains(where: { ",\"".contains($0) }) else { return name }
      return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
    return ShellWord.candidates(next.map { word[..<start] + $0 })
  }

  /// The file whose arrays are meant: the first word that is a file and stands behind no option; else the first behind
  /// one, which may be a flag. A model or an output is never meant.
  private static func file(_ words: [String], except index: Int) -> String? {
    // `reg train` is two words of program.
    let first = words.first?.split(separator: "/").last == "reg" ? 2 : 1
    var behindOption: String?
    for place in words.indices.dropFirst(first) where place != index {
      let before = words[place - 1]
      guard !["-m", "--model", "-o", "--output"].contains(before) || place == first else { continue }
      // Some shells have taken the quotes away, others not.
      guard let path = [words[place], ShellWord.unquoted(words[place])].first(where: FilePaths.isRegular) else {
        continue
      }
      if !before.hasPrefix("-") || before == "-" || place == first { return path }
      behindOption = behindOption ?? path
    }
    return behindOption
  }
}

/// Words as the shells read and write them.
enum ShellWord {
  /// A word without its quotes and backslashes, and with the home folder for its `~`.
  static func unquoted(_ word: String) -> String {
    var text = ""
    var quote: Character?
    var isEscaped = false
    for character in word {
      if isEscaped {
        text.append(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
      } else {
        text.append(character)
      }
    }
    if word.hasPrefix("~/"), let home = FilePaths.home { return home + text.dropFirst() }
    return text
  }

  /// Words as the script of the asking shell takes them: bash expands each, zsh looks for a description behind a colon.
  static func candidates(_ words: [String]) -> [String] {
    // One line is one word.
    let lines = words.filter { $0 == $0.escapingControls && !$0.isEmpty }
    return switch CompletionShell.requesting {
    case .some(.bash):
      lines.map { "'\($0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'" }
    case .some(.zsh): lines.map { $0.precededByBackslash { "\\:".contains($0) } }
    default: lines
    }
  }
}
