import TensorFiles
import Tensors
import Testing

/// While an array is read whole, it is said how much of the file has been read: in this process and in another one.
@Suite(.serialized) struct ReadingProgressTests {
  /// How an array lies in a file of so many numbers.
  enum Layout: CaseIterable { case plain, compressed, byColumns }

  @Test(arguments: Layout.allCases, [false, true])
  func largeArraysAreToldOfPartByPart(layout: Layout, isIsolated: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.file(layout == .byColumns ? "large.mat" : "large.h5")
    let count = 6 << 20
    var archive = TensorArchive()
    archive.set("a", to: try Tensor((0..<count).map { Double($0 & 0xFFFF) }, shape: [count / 2, 2]))
    let format = try FileFormats.named(layout == .byColumns ? "mat73" : "h5")
    try FileFormats.write(
      ArchiveSource(archive), to: path, as: format, options: WritingOptions(compression: layout == .plain ? 0 : 1))

    let limits = Limits(threads: 2, isolation: isIsolated ? .program(Tool.inspect.path) : .none)
    let file = try FileFormats.open(path, limits: limits)
    let size = try #require(file.input.observableSize)
    var told: [Int] = []
    file.input.observe { told.append($0) }
    _ = try file.reader.tensor("a")
    let sum = told.reduce(0, +)
    #expect(told.count(where: { $0 >= size / 100 }) > 1, "\(told)")
    #expect(told.allSatisfy { $0 < size / 10 * 9 }, "\(told)")
    // The rest is what is not worth a word.
    #expect(sum > size / 2 && sum <= size, "\(sum) of \(size)")
  }

  /// The bar comes after a second; a pipe that is slow is read for longer than that.
  @Test func theBarIsOnATerminalAlone() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.h5")
    var archive = TensorArchive()
    archive.set("a", to: try Tensor([1.0, 2]))
    try FileFormats.write(archive, to: path)
    let script = "(head -c 100 a.h5; sleep 3; tail -c +101 a.h5) | \(Tool.convert.path) - b.npy"
    let seen = try Tool.bash("-c", script, in: folder, errors: .terminal)
    #expect(seen.errors.contains("reading standard input"), "\(seen.testDescription)")
    let unseen = try Tool.bash("-c", script, in: folder)
    #expect(unseen.errors == "", "\(unseen.testDescription)")
  }
}
