public import Tensors

/// A file that was recognised and opened.
public struct OpenFile {
  /// Where the bytes come from.
  public let input: InputFile
  /// What they are.
  public let format: any FileFormat
  /// What they hold.
  public let reader: any TensorReader

  /// An input that a reader was made for.
  public init(input: InputFile, format: any FileFormat, reader: any TensorReader) {
    self.input = input
    self.format = format
    self.reader = reader
  }

  /// What holds the process that reads this file; nil where it is this process.
  package var walls: Sandbox.Walls? { (reader as? IsolatedReader)?.walls }

  /// One array, to be read whole or block by block; what reading it throws names this file.
  public func source(of name: String) throws(FormatError) -> any TensorSource {
    do throws(FormatError) {
      return SourceOfFile(try reader.source(of: name), name: name, file: input.name)
    } catch {
      throw error.naming(input.name)
    }
  }

  /// The numeric arrays, to be read when they are written, with all attributes; or those at some paths.
  ///
  /// What reading them throws names this file.
  ///
  /// - Parameter isWanted: whether what stands at a path is taken; the file's own attributes have the path "".
  public func archiveSource(
    where isWanted: (String) -> Bool = { _ in true }
  ) throws(FormatError) -> ArchiveSource {
    do throws(FormatError) {
      var archive = try reader.archiveSource(where: isWanted)
      archive.members = archive.members.map {
        ArchiveSource.Member(name: $0.name, source: SourceOfFile($0.source, name: $0.name, file: input.name))
      }
      return archive
    } catch {
      throw error.naming(input.name)
    }
  }
}

/// An array of a file, whose errors name the file.
private final class SourceOfFile: TensorSource {
  private let source: any TensorSource
  private let name: String
  private let file: String

  init(_ source: any TensorSource, name: String, file: String) {
    self.source = source
    self.name = name
    self.file = file
  }

  var shape: [Int] { source.shape }
  var elementType: ElementType { source.elementType }
  var comesByRows: Bool { source.comesByRows }

  func whole() throws -> Tensor {
    do { return try source.whole() } catch { throw FormatError.converted(error, at: name).naming(file) }
  }

  func blocks(ofRows count: Int) throws -> any TensorBlocks {
    do { return BlocksOfFile(try source.blocks(ofRows: count), name: name, file: file) } catch {
      throw FormatError.converted(error, at: name).naming(file)
    }
  }
}

/// The rows of an array of a file.
private final class BlocksOfFile: TensorBlocks {
  private let blocks: any TensorBlocks
  private let name: String
  private let file: String

  init(_ blocks: any TensorBlocks, name: String, file: String) {
    self.blocks = blocks
    self.name = name
    self.file = file
  }

  func next() throws -> Tensor? {
    do { return try blocks.next() } catch { throw FormatError.converted(error, at: name).naming(file) }
  }
}
