import TensorFiles
import Tensors
import Testing

/// Data that change while a training reads them.
@Suite struct ChangedDataTests {
  @Test(
    arguments: ["d.csv", "d.h5", "d.npz"],
    [
      ("truncate -s 300000", "the file became shorter"),
      ("printf 7 | dd bs=1 seek=300000 conv=notrunc status=none of=", "the file was changed"),
    ])
  func theTrainingEnds(file: String, change: (command: String, message: String)) throws {
    let folder = try TemporaryFolder()
    let count = 40_000
    if file == "d.csv" {
      try folder.write(
        "a,b,y\n" + (0..<count).map { "0.\($0),0.\(count - $0),\($0 & 1)\n" }.joined(), to: file)
    } else {
      var archive = TensorArchive()
      archive.set("X", to: try Tensor((0..<2 * count).map { Double($0 % 97) / 97 }, shape: [count, 2]))
      archive.set("y", to: try Tensor((0..<count).map { Double($0 & 1) }, shape: [count, 1]))
      try FileFormats.write(archive, to: folder.file(file))
    }
    let running = try Tool.train.start(
      file, "--batch-size", "1000", "--epochs", "100000", "--memory-limit", "200K", "--report-every", "50", "-o",
      "m.h5", in: folder)
    try #require(running.wait { running.output.contains("Cost after iteration 50:") }, "\(running.errors)")
    let end = change.command.hasSuffix("=") ? file : " " + file
    try #require(try Tool.bash("-c", change.command + end, in: folder).code == 0)
    let outcome = running.finish()
    #expect(outcome.code == 65)
    #expect(
      outcome.errors.hasSuffix(
        "\(file): \(change.message) while it was read: run this again when nothing writes to it, or with a copy\n"),
      "\(outcome.errors)")
    #expect(try folder.names == [file])
  }

  /// What is in memory is what the record names, whatever the file is by then.
  @Test func whatIsInMemoryCannotChange() throws {
    let folder = try TemporaryFolder(["d.csv": "a,y\n1,0\n2,1\n3,0\n4,1\n"])
    let running = try Tool.train.start(
      "d.csv", "--iterations", "4000000000", "--report-every", "100", "-o", "m.h5", in: folder)
    try #require(running.wait { running.output.contains("Cost after iteration 100:") })
    try folder.write("a,y\n", to: "d.csv")
    running.send(2)
    #expect(running.finish().code == 130)
    #expect(System.exists(folder.file("m.h5")))
  }
}
