import TensorFiles
import Tensors
import Testing

/// Every golden file cut at every byte: an error or a shorter list, never a trap and never a wrong number.
@Suite struct TruncationTests {
  /// Cuts of one file at the most; larger files are cut at equal steps.
  private static func cuts(_ example: ExampleFile, _ size: Int) -> StrideTo<Int> {
    let most = ["h5", "mat73"].contains(example.format) ? 300 : 20_000
    return stride(from: 0, to: size, by: max(1, size / most))
  }

  @Test(arguments: ExampleFile.golden)
  func cut(_ example: ExampleFile) throws {
    let bytes = try example.bytes()
    let whole = Listing(try FileFormats.open(InputFile(bytes: bytes, name: example.name)))
    let digests = try whole.tensors.mapValues { try $0.digest }
    for length in TruncationTests.cuts(example, bytes.count) {
      let input = InputFile(bytes: Array(bytes[..<length]), name: example.name)
      let file: OpenFile
      do throws(FormatError) { file = try FileFormats.open(input) } catch { continue }
      let listing = Listing(file)
      // A text has no announced length: a cut one is a shorter one.
      if file.reader is any TableReader || ["svmlight", "arff"].contains(whole.file.format.name) { continue }
      if file.format.name != whole.file.format.name { continue }
      let entries = file.reader.entries
      #expect(
        listing.failure != nil || whole.file.reader.entries.starts(with: entries),
        "the list of \(example.name) cut after \(length) bytes")
      for (name, tensor) in listing.tensors {
        let digest = try tensor.digest
        #expect(digest == digests[name], "\(name) of \(example.name) cut after \(length) bytes")
      }
    }
  }
}
