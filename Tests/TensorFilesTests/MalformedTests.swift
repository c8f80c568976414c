import TensorFiles
import Testing

/// Damaged files give the error that stands in `<file>.expected`.
@Suite struct MalformedTests {
  @Test(arguments: ExampleFile.malformed)
  func malformed(_ example: ExampleFile) throws {
    var failure: FormatError?
    do throws(FormatError) { failure = Listing(try FileFormats.open(example.path)).failure } catch { failure = error }
    #expect(failure?.file == example.path)
    failure?.file = nil
    #expect(failure?.description == example.expected?.first)
  }
}
