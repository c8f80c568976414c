import TensorFiles
import Testing

@Suite("The README's example in Swift") struct LibraryExampleTests {
  @Test func itIsTheProgramThatIsBuilt() throws {
    let program = String(decoding: try System.contents(Tool.package + "/Samples/library/train.swift"), as: UTF8.self)
    let readme = String(decoding: try System.contents(Tool.package + "/README.md"), as: UTF8.self)
    let code = program.split(separator: "\n\n", maxSplits: 1)[1]
    #expect(readme.contains("```swift\n\(code)```"))
  }

  @Test func itTrainsWhatTheToolTrains() throws {
    let folder = try TemporaryFolder()
    try folder.write(try System.contents(try Field.mat), to: "data.mat")
    let example = try Tool.trainFromSwift.run([], in: folder)
    #expect(example.code == 0 && example.output == "0.95260663507109\n")
    #expect(try Tool.train("data.mat", "--lambda", "0.7", "-o", "tool.h5", in: folder).code == 0)
    let difference = try Tool.inspect("model.h5", "--diff", "tool.h5", in: folder)
    #expect(difference.code == 0, "\(difference.output)")
  }

  @Test func itReadsAnyFile() throws {
    let outcome = try Tool.readFromSwift.run([try Field.mat])
    #expect(outcome.code == 0)
    #expect(
      outcome.lines[...2] == [
        "MATLAB level 5 (v5, v6, v7): 4 entries", "X: 211x2, from -0.74642 to 0.645455", "y: 211x1, from 0.0 to 1.0",
      ])
  }
}
