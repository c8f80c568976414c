import TensorFiles
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What was accepted is written in its own format and read again.
enum WrittenFile {
  /// A folder of this process, in memory where the system has such.
  private static let folder: String = {
    let parent = FileStatus.isFolder("/dev/shm") ? "/dev/shm" : "/tmp"
    let path = "\(parent)/reg-fuzz-\(getpid())"
    guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { broken("there is no folder \(path)") }
    atexit { WrittenFile.clear() }
    return path
  }()

  /// A path of this process for a file with an ending.
  static func path(_ ending: String) -> String { "\(folder)/file.\(ending)" }

  /// Removes what this process wrote.
  static func clear() {
    for ending in FileFormats.all.flatMap(\.pathExtensions) { unsafe unlink(path(ending)) }
    unsafe rmdir(folder)
  }

  /// Writes a file that was read without an error, and compares.
  static func check(_ file: OpenFile) {
    let format: any FileFormat = file.format.writes ? file.format : NPZFormat()
    guard !file.reader.entries.isEmpty, let ending = format.pathExtensions.first else { return }
    let path = path(ending)
    do throws(FormatError) {
      let source = try file.archiveSource()
      let changes = try format.changes(writing: source)
      var output = try OutputFile(path: path)
      try format.write(source, to: &output, options: WritingOptions(compression: nil, threads: 1))
      try output.commit()
      guard changes.isEmpty else { return }
      compare(file, with: path, as: format)
    } catch {
      guard error.file == path || error.file == OpenedFile.name || error.file == nil else { broken("\(error)") }
      check(error)
    }
  }

  private static func check(_ error: FormatError) {
    // It was read without an error.
    let wrong: [FormatError.Code] = [.damaged, .truncated, .inputOutput]
    guard !wrong.contains(error.code) else { broken("writing: \(error)") }
  }

  /// The arrays of a file and of one that was written from it are the same.
  private static func compare(_ file: OpenFile, with path: String, as format: any FileFormat) {
    do throws(FormatError) {
      let written = try FileFormats.open(path, from: format.name, limits: OpenedFile.limits)
      if let damage = written.reader.damage { throw damage }
      let wanted = file.reader.entries.filter(\.isNumeric)
      // A table has one entry, whatever its columns were before.
      guard !(written.reader is any TableReader) else { return compareTables(file, written) }
      guard written.reader.entries.count == wanted.count else {
        broken("\(wanted.count) arrays were written, \(written.reader.entries.count) are read")
      }
      for entry in wanted {
        // A file of one array without a name names it after itself.
        let name = wanted.count == 1 ? written.reader.entries[0].name : entry.name
        let found = try written.reader.entry(name)
        guard found.shape == entry.shape, found.elementType == entry.elementType else {
          broken("\(entry.name) was written as \(entry), is read as \(found)")
        }
        let (one, other) = (try file.reader.tensor(entry.name), try written.reader.tensor(name))
        guard ReadArray.bytes(one) == ReadArray.bytes(other) || format.isText && haveEqualNumbers(one, other) else {
          broken("\(entry.name) has other numbers now")
        }
      }
    } catch {
      broken("what was written is not read: \(error)")
    }
  }

  /// Whether two arrays have the same numbers; a text writes every NaN as `nan`, whatever its sign.
  private static func haveEqualNumbers(_ one: Tensor, _ other: Tensor) -> Bool {
    guard let before = try? one.stored(in: .rowMajor).doublesInStorageOrder(),
      let after = try? other.stored(in: .rowMajor).doublesInStorageOrder()
    else { return false }
    return before.elementsEqual(after, by: { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN })
  }

  private static func compareTables(_ file: OpenFile, _ written: OpenFile) {
    guard let one = file.reader as? any TableReader, let other = written.reader as? any TableReader,
      file.reader.entries.count == 1, written.format.name == file.format.name,
      // What separates the names of columns is guessed where no rows tell it.
      file.reader.entries[0].shape.first != 0
    else { return }
    do throws(FormatError) {
      let (old, new) = (try one.tensor(one.entries[0].name), try other.tensor(other.entries[0].name))
      guard old.shape == new.shape, let before = try? old.stored(in: .rowMajor).doublesInStorageOrder(),
        let after = try? new.stored(in: .rowMajor).doublesInStorageOrder()
      else { broken("the table was \(old.shape), is \(new.shape)") }
      guard before.elementsEqual(after, by: { $0 == $1 || $0.isNaN && $1.isNaN }) else {
        broken("the table has other numbers now")
      }
    } catch {
      broken("what was written is not read: \(error)")
    }
  }
}

/// What the system says of a path.
enum FileStatus {
  /// Whether a path is a folder.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
