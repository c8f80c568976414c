import ArgumentParser
import TensorFiles
import Tensors
import ToolSupport

/// Which arrays are converted, and how they are changed on the way.
struct ArrayOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Only these arrays, in this order.", valueName: "x,y"), completion: .arrayNames)
  var arrays: String?

  @Option(help: ArgumentHelp("Give an array another name; repeatable.", valueName: "old=new"), completion: .renaming)
  var rename: [Renaming] = []

  @Option(
    help: ArgumentHelp(
      "Reverse the dimensions of an array, or of all that have two; repeatable.", valueName: "name|all"),
    completion: .arrayNameOrAll)
  var transpose: [String] = []

  @Option(help: "Change the type of the elements, such as float32; a value that it does not have is an error.")
  var type: ElementType?

  @Flag(help: "With --type: take the nearest value instead.")
  var allowLoss = false

  func validate() throws {
    if allowLoss && type == nil { throw ValidationError("--allow-loss belongs to --type") }
    if let arrays, arrays.split(separator: ",", omittingEmptySubsequences: false).contains("") {
      throw ValidationError("--arrays needs names between its commas, found '\(arrays)'")
    }
    var renamed: Set<String> = []
    for renaming in rename where !renamed.insert(renaming.old).inserted {
      throw ValidationError("--rename gives '\(renaming.old)' two names")
    }
  }

  /// The options that were given.
  var given: [String] {
    [
      ("--arrays", arrays != nil), ("--rename", !rename.isEmpty), ("--transpose", !transpose.isEmpty),
      ("--type", type != nil),
    ].filter(\.1).map(\.0)
  }

  /// The arrays as they are written. Names in options are those of the input.
  ///
  /// - Throws: ``FormatError`` when there is no such array or two would have one name.
  func apply(to archive: ArchiveSource, of file: OpenFile) throws -> ArchiveSource {
    var result = archive
    do throws(FormatError) {
      if let arrays { result = try choose(ArrayOptions.names(arrays, in: archive), from: archive, file.reader) }
      result.members = try result.members.map { member throws(FormatError) in try changed(member, file.input.name) }
      for name in transpose where name != "all" { try ArrayOptions.require(name, in: result, file.reader) }
      return try renamed(result, file.reader)
    } catch {
      throw error.naming(file.input.name)
    }
  }

  /// Names separated by commas; an array whose name has a comma in it is named alone.
  private static func names(_ list: String, in archive: ArchiveSource) -> [String] {
    if archive.members.contains(where: { $0.name == list }) { return [list] }
    return list.split(separator: ",").map(String.init)
  }

  private func choose(
    _ names: [String], from archive: ArchiveSource, _ reader: any TensorReader
  ) throws(FormatError) -> ArchiveSource {
    var chosen = ArchiveSource(attributes: archive.attributes)
    for name in names where !chosen.members.contains(where: { $0.name == name }) {
      try ArrayOptions.require(name, in: archive, reader)
      chosen.members += archive.members.filter { $0.name == name }
    }
    // What is left out takes its attributes with it, and so do groups of which nothing is left.
    for path in archive.attributes.paths where !path.isEmpty {
      let isKept = chosen.members.contains { $0.name == path || $0.name.hasPrefix(path + "/") }
      if !isKept { chosen.attributes.move(path, to: nil) }
    }
    return chosen
  }

  private static func require(
    _ name: String, in archive: ArchiveSource, _ reader: any TensorReader
  ) throws(FormatError) {
    guard !archive.members.contains(where: { $0.name == name }) else { return }
    // The columns of a table may stand for an array that the reader does not know.
    let entry = try reader.entry(name)
    guard entry.isNumeric else { throw reader.notNumeric(entry) }
    throw FormatError(
      .missingArray, at: .object(name),
      "this array is left out; those that are converted are \(archive.members.map(\.name).joined(separator: ", "))")
  }

  private func changed(_ member: ArchiveSource.Member, _ file: String) throws(FormatError) -> ArchiveSource.Member {
    var source = member.source
    let isNamed = transpose.contains(member.name)
    if isNamed || transpose.contains("all") && source.shape.count == 2 {
      guard source.shape.count >= 2 else {
        throw FormatError(
          .unsuitable, at: .object(member.name),
          "the shape is \(Tensor.describe(source.shape)); --transpose needs two dimensions at least")
      }
      source = TransposedTensor(source)
    }
    if let type, type != source.elementType {
      source = TypedTensor(source, name: member.name, of: file, to: type, allowLoss ? .takesNearest : .isError)
    }
    return ArchiveSource.Member(name: member.name, source: source)
  }

  private func renamed(_ archive: ArchiveSource, _ reader: any TensorReader) throws(FormatError) -> ArchiveSource {
    var result = archive
    for renaming in rename {
      try ArrayOptions.require(renaming.old, in: archive, reader)
      result.members = zip(archive.members, result.members).map { original, member in
        original.name == renaming.old ? ArchiveSource.Member(name: renaming.new, source: member.source) : member
      }
    }
    // Moved from the original, so that two names can be exchanged.
    for renaming in rename { result.attributes.move(renaming.old, to: nil) }
    for renaming in rename {
      for attribute in archive.attributes[renaming.old] {
        result.attributes.set(attribute.name, of: renaming.new, to: attribute.value)
      }
    }
    var seen: Set<String> = []
    for member in result.members where !seen.insert(member.name).inserted {
      throw FormatError(.unsuitable, at: .object(member.name), "two arrays would have this name; --rename another way")
    }
    return result
  }
}

/// `old=new`
struct Renaming: ExpressibleByArgument {
  let old: String
  let new: String

  init?(argument: String) {
    // A name of HDF5 may have the sign in it: the last one divides.
    guard let sign = argument.lastIndex(of: "=") else { return nil }
    old = String(argument[..<sign])
    new = String(argument[argument.index(after: sign)...])
    if old.isEmpty || new.isEmpty { return nil }
  }
}

/// An array whose type the user changes: an error says what would let it pass.
private final class TypedTensor: TensorSource {
  private let source: any TensorSource
  private let converted: ConvertedTensor
  private let name: String
  private let file: String

  init(_ source: any TensorSource, name: String, of file: String, to type: ElementType, _ inexactness: Inexactness) {
    self.source = source
    self.name = name
    self.file = file
    converted = ConvertedTensor(source, to: type, inexactness: inexactness)
  }

  var shape: [Int] { converted.shape }
  var elementType: ElementType { converted.elementType }
  var comesByRows: Bool { converted.comesByRows }
  func whole() throws -> Tensor { try explained { try converted.whole() } }

  func blocks(ofRows count: Int) throws -> any TensorBlocks {
    TypedBlocks(try explained { try converted.blocks(ofRows: count) }, of: self)
  }

  fileprivate func explained<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as TensorError {
      let way = error.code == .inexact ? "; --allow-loss takes the nearest one" : ""
      throw FormatError(.unsuitable, at: .object(name), error.description + way, file: file)
    }
  }
}

private final class TypedBlocks: TensorBlocks {
  private let blocks: any TensorBlocks
  private let tensor: TypedTensor

  init(_ blocks: any TensorBlocks, of tensor: TypedTensor) {
    self.blocks = blocks
    self.tensor = tensor
  }

  func next() throws -> Tensor? { try tensor.explained { try blocks.next() } }
}
