import TensorFiles
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct InterruptionTests {
  static let interrupt: Int32 = 2
  private static let terminate: Int32 = 15
  private static let hangUp: Int32 = 1
  private static let quit: Int32 = 3

  /// A training that would take hours, once it has begun.
  private func training(_ options: String..., in folder: TemporaryFolder) throws -> RunningTool {
    let running = try RunningTool(
      Tool.train, [try Field.mat, "--iterations", "4000000000", "--record-every", "1000"] + options, input: .none,
      folder: folder.path, output: .kept, errors: .kept, environment: [:])
    try #require(running.wait { (running.output + running.errors).contains("Cost after iteration 10000:") })
    return running
  }

  @Test(arguments: [(interrupt, Int32(130)), (terminate, Int32(143)), (hangUp, Int32(129)), (quit, Int32(131))])
  func anInterruptedTrainingKeepsWhatItHas(signal: Int32, code: Int32) throws {
    let folder = try TemporaryFolder()
    let running = try training("-o", "m.h5", in: folder)
    running.send(signal)
    let outcome = running.finish()
    #expect(outcome.code == code)
    let message = try #require(
      outcome.errors.wholeMatch(
        of: /interrupted after (\d+) of 4000000000 iterations; the parameters so far are in m\.h5\n/))
    let done = try #require(Int(message.1))
    #expect(done > 10_000)
    #expect(try folder.names == ["m.h5"])
    let file = try FileFormats.open(folder.file("m.h5"))
    let attributes = try file.reader.attributes(of: "training")
    func integer(_ name: String) -> Int? { attributes.first { $0.name == name }?.value.integer }
    #expect(integer("interrupted") == 1 && integer("iterations_done") == done)
    #expect(integer("iterations") == 4_000_000_000)
    // The report is that of the iterations done, and the file is a model like any other.
    #expect(outcome.output.contains("On the training set:\nAccuracy: 0."))
    #expect(try Tool.inspect("m.h5", in: folder).output.contains("  interrupted after \(done) iterations\n"))
    #expect(try Tool.predict("-m", "m.h5", input: .text("0,0\n"), in: folder).code == 0)
  }

  /// `timeout` and batch systems send a signal to the process and to its group. Here both wait for a process that is
  /// stopped, so they come together however busy the machine is; two of one kind would be one for the system too.
  @Test func signalsThatComeTogetherAreOne() throws {
    let folder = try TemporaryFolder()
    let running = try training("-o", "m.h5", in: folder)
    for signal in [SIGSTOP, InterruptionTests.terminate, InterruptionTests.interrupt, SIGCONT] { running.send(signal) }
    let outcome = running.finish()
    #expect([130, 143].contains(outcome.code) && outcome.errors.contains("the parameters so far are in m.h5"))
    #expect(try folder.names == ["m.h5"])
  }

  @Test func theParametersOfAnInterruptedTrainingGoThroughAPipe() throws {
    let folder = try TemporaryFolder()
    let running = try training("-o", "-", in: folder)
    running.send(InterruptionTests.interrupt)
    let outcome = running.finish()
    #expect(outcome.code == 130 && outcome.outputBytes.starts(with: [0x89, 0x48, 0x44, 0x46]))
  }

  @Test func withoutAnOutputThereIsNothingToFinish() throws {
    let folder = try TemporaryFolder()
    let running = try training(in: folder)
    running.send(InterruptionTests.interrupt)
    let outcome = running.finish()
    #expect(outcome.code == 130 && outcome.errors == "" && !outcome.output.contains("Accuracy"))
    #expect(try folder.names == [])
  }

  @Test func theOldModelIsReplacedOrIntact() throws {
    let folder = try TemporaryFolder(["m.h5": "old"])
    let killed = try training("-o", "m.h5", in: folder)
    killed.send(9)
    #expect(killed.finish().ending == .signal(9))
    #expect(try folder.text("m.h5") == "old" && folder.names == ["m.h5"])
  }

  /// An iteration over so many units takes long; the second signal does not wait for it.
  @Test func aSecondSignalEndsAtOnce() throws {
    let folder = try TemporaryFolder()
    let running = try RunningTool(
      Tool.train, [try Field.mat, "--iterations", "100", "--hidden", "4000,4000", "-o", "m.h5", "--report-every", "1"],
      input: .none, folder: folder.path, output: .kept, errors: .kept, environment: [:])
    try #require(running.wait { running.output.contains("Cost after iteration 0:") })
    running.send(InterruptionTests.interrupt)
    _ = running.wait(seconds: 0.3) { false }
    running.send(InterruptionTests.interrupt)
    let start = System.now()
    let outcome = running.finish()
    #expect(outcome.code == 130 && System.now() - start < 5)
    #expect(try folder.names == [] || folder.names == ["m.h5"])
  }

  /// Rows are written under a temporary name, which a signal removes.
  @Test(arguments: [(interrupt, Int32(130)), (terminate, Int32(143)), (hangUp, Int32(129)), (quit, Int32(131))])
  func predictingLeavesNoFile(signal: Int32, code: Int32) throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let running = try Tool.predict.start(
      "-m", "model.h5", "-o", "out.csv", "--reject", "bad.csv", input: .open("1,0\n"), in: folder)
    try #require(try running.wait { try folder.names.count == 3 })
    running.send(signal)
    let outcome = running.finish()
    #expect(outcome.code == code && outcome.errors == "" && outcome.output == "")
    #expect(try folder.names == ["model.h5"])
  }

  @Test func anOldFileIsIntactAfterASignal() throws {
    let folder = try TemporaryFolder(["out.csv": "old\n"])
    try folder.writeModel()
    let running = try Tool.predict.start("-m", "model.h5", "-o", "out.csv", input: .open("1,0\n"), in: folder)
    try #require(try running.wait { try folder.names.count == 3 })
    running.send(InterruptionTests.terminate)
    #expect(running.finish().code == 143)
    #expect(try folder.text("out.csv") == "old\n" && folder.names == ["model.h5", "out.csv"])
  }

  /// What a shell starts in the background ignores Ctrl-C.
  @Test func anIgnoredInterruptStaysIgnored() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let outcome = try Tool.bash(
      "-c",
      """
      trap '' INT; { sleep 0.4; echo 1,0; } | "$1" -m model.h5 --digits 1 & sleep 0.2
      kill -INT $!; wait $!; echo $?
      """, "bash", Tool.predict.path, in: folder)
    #expect(outcome.output == "1,0,0.7,1\n0\n")
  }

  @Test func whatNohupStartsOutlivesTheTerminal() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let outcome = try Tool.bash(
      "-c",
      """
      trap '' HUP; { sleep 0.4; echo 1,0; } | "$1" -m model.h5 --digits 1 & sleep 0.2
      kill -HUP $!; wait $!; echo $?
      """, "bash", Tool.predict.path, in: folder)
    #expect(outcome.output == "1,0,0.7,1\n0\n")
  }
}
