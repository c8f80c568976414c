import TensorFiles
import Testing

/// Files that other programs wrote are recognised, listed and read as those programs say.
@Suite struct GoldenTests {
  @Test(arguments: ExampleFile.golden)
  func golden(_ example: ExampleFile) throws {
    let file = try FileFormats.open(example.path)
    #expect(file.format.name == example.format)
    #expect(file.reader.damage == nil)
    if let expected = example.expected {
      try expectMatch(file, expected, example.name)
    } else {
      #expect(Listing(file).failure == nil)
    }
  }
}
