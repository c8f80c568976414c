import Tensors
import Testing

/// reg-train built with MPI, started by mpirun: `make test` builds it where MPI is there.
enum MPI {
  static let program = Tool.package + "/.build-mpi/release/reg-train"
  static let launcher = (System.variable("PATH") ?? "").split(separator: ":").map { $0 + "/mpirun" }
    .first { System.exists($0) }
  static var isThere: Bool { launcher != nil && System.exists(program) }

  /// What mpirun takes in a test: more ranks than processors, which give way to each other, and root's are welcome.
  static func arguments(_ ranks: Int) -> [String] {
    ["-q", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1", "-n", "\(ranks)", program]
  }

  static let environment = [
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "HDF5_USE_FILE_LOCKING": "BEST_EFFORT",
  ]

  static func run(_ ranks: Int, _ options: [String], in folder: TemporaryFolder) throws -> Outcome {
    try start(ranks, options, in: folder).finish(seconds: 120)
  }

  static func start(_ ranks: Int, _ options: [String], in folder: TemporaryFolder) throws -> RunningTool {
    try RunningTool(
      Tool(name: launcher ?? "mpirun"), arguments(ranks) + options, input: .none, folder: folder.path, output: .kept,
      errors: .kept, environment: environment)
  }
}

extension Trait where Self == ConditionTrait {
  static var needsMPI: Self {
    .enabled(if: MPI.isThere, "skipped: there is no mpirun, or no .build-mpi/release/reg-train (make test builds it)")
  }
}

/// Trainings by several processes, which give the bytes of one.
@Suite(.serialized) struct RanksTests {
  /// Enough examples for ten slices; the rows of the test set are others.
  private static func data(bad: Int? = nil) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    func matrix(_ rows: Int, _ columns: Int, _ seed: Int) -> Matrix {
      var state = UInt64(seed)
      let elements = (0..<rows * columns).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 33) / Double(1 << 30) - 1
      }
      return Matrix(rows: rows, columns: columns, elements: elements)
    }
    let count = 2500
    let x = matrix(count, 3, 1)
    var y = Matrix(rows: count, columns: 1)
    for row in 0..<count { y[row, 0] = x[row, 0] * x[row, 1] + x[row, 2] > 0.2 ? 1 : 0 }
    if let bad { y[bad, 0] = 0.5 }
    try folder.write(["X": x, "y": y], to: "d.h5")
    return folder
  }

  struct Run: Sendable, CustomTestStringConvertible {
    let name: String
    let options: [String]
    var testDescription: String { name }
  }

  static let runs = [
    Run(name: "L2", options: ["--iterations", "40", "--lambda", "0.7", "--record-every", "10"]),
    Run(
      name: "the notebook's masks, a test set",
      options: ["--iterations", "30", "--notebook", "--keep-prob", "0.86", "--test-fraction", "0.2"]),
    Run(
      name: "batches, Adam, early stopping",
      options: [
        "--batch-size", "700", "--epochs", "12", "--optimizer", "adam", "--learning-rate", "0.05", "--patience", "2",
        "--dev-fraction", "0.2", "--standardize", "--keep-prob", "0.9",
      ]),
    Run(
      name: "wide layers, weights of classes",
      options: ["--hidden", "60,50", "--iterations", "12", "--class-weights", "balanced", "--precision", "float32"]),
  ]

  @Test(.needsMPI, arguments: runs) func theBytesOfOneProcess(_ run: Run) throws {
    let folder = try Self.data()
    let alone = try Tool.train.run(["d.h5", "-o", "m.h5", "--report-every", "5"] + run.options, in: folder)
    try #require(alone.code == 0, "\(alone)")
    for (ranks, threads) in [(1, 2), (2, 1), (3, 2), (4, 1)] {
      let outcome = try MPI.run(
        ranks, ["d.h5", "-o", "r.h5", "--report-every", "5", "--threads", "\(threads)"] + run.options, in: folder)
      #expect(
        outcome.code == 0 && outcome.output == alone.output && outcome.errors == alone.errors,
        "\(ranks) ranks: \(outcome)")
      #expect(try folder.bytes("r.h5") == folder.bytes("m.h5"), "\(ranks) ranks of \(threads) threads")
    }
  }

  @Test(.needsMPI) func aTable() throws {
    let folder = try Self.data()
    try #require(try Tool.convert("d.h5", "d.csv", in: folder).code == 0)
    try #require(try Tool.train("d.csv", "--iterations", "20", "-o", "m.h5", in: folder).code == 0)
    let outcome = try MPI.run(3, ["d.csv", "--iterations", "20", "-o", "r.h5"], in: folder)
    #expect(try outcome.code == 0 && folder.bytes("r.h5") == folder.bytes("m.h5"), "\(outcome)")
    let verified = try MPI.run(2, ["--verify", "m.h5", "d.csv"], in: folder)
    #expect(verified.code == 0 && verified.lines.count == 1, "\(verified)")
  }

  @Test(.needsMPI) func goingOnWithOtherRanks() throws {
    let folder = try Self.data()
    let options = ["--batch-size", "900", "--optimizer", "nesterov", "--learning-rate", "0.05", "--keep-prob", "0.9"]
    try #require(try Tool.train.run(["d.h5", "--iterations", "60", "-o", "m.h5"] + options, in: folder).code == 0)
    let begun = try MPI.run(3, ["d.h5", "--iterations", "20", "--checkpoint", "c.h5"] + options, in: folder)
    try #require(begun.code == 0, "\(begun)")
    let longer = try MPI.run(2, ["d.h5", "--iterations", "40", "--resume", "c.h5"], in: folder)
    #expect(longer.code == 0 && longer.errors == "going on after 20 of 40 iterations\n", "\(longer)")
    let end = try Tool.train("d.h5", "--iterations", "60", "--resume", "c.h5", "-o", "r.h5", in: folder)
    #expect(try end.code == 0 && folder.bytes("r.h5") == folder.bytes("m.h5"))
  }

  /// The process of a rank below a running mpirun.
  private func process(ofRank rank: Int, in folder: TemporaryFolder) throws -> String {
    let found = try Tool.bash(
      "-c",
      """
      for p in /proc/[0-9]*; do
        [ "$(readlink $p/cwd)" = "$0" ] || continue
        tr '\\0' '\\n' < $p/environ | grep -qx OMPI_COMM_WORLD_RANK=\(rank) && echo ${p#/proc/}
      done
      """, folder.path)
    return try #require(found.lines.first)
  }

  @Test(.needsMPI) func aKilledRankEndsTheJob() throws {
    let folder = try Self.data()
    try folder.write(Array("old".utf8), to: "m.h5")
    let job = try MPI.start(
      3, ["d.h5", "-o", "m.h5", "--iterations", "100000000", "--checkpoint", "c.h5", "--checkpoint-every", "50"],
      in: folder)
    #expect(job.wait { System.exists(folder.file("c.h5")) })
    #expect(try Tool.bash("-c", "kill -9 \(try process(ofRank: 2, in: folder))").code == 0)
    let outcome = job.finish()
    #expect(outcome.code == 137, "\(outcome)")
    #expect(try folder.bytes("m.h5") == Array("old".utf8))
    // What it had comes to the same end.
    let end = try MPI.run(2, ["d.h5", "--resume", "c.h5", "--iterations", "20000", "-o", "m.h5"], in: folder)
    #expect(end.code == 0 || end.errors.contains("are done already"), "\(end)")
    let left = try System.names(in: folder.path).filter {
      !["c.h5", "d.h5", "m.h5"].contains($0) && !$0.hasSuffix(".lock")
    }
    #expect(left == [], "what a killed rank leaves the next one removes")
  }

  /// A signal that comes to one rank ends all after the same update, and rank 0 writes what there is.
  @Test(.needsMPI) func anInterruptedRankEndsTheJobInPeace() throws {
    let folder = try Self.data()
    let job = try MPI.start(
      3, ["d.h5", "-o", "m.h5", "--iterations", "100000000", "--checkpoint", "c.h5", "--checkpoint-every", "50"],
      in: folder)
    #expect(job.wait { System.exists(folder.file("c.h5")) })
    #expect(try Tool.bash("-c", "kill -TERM \(try process(ofRank: 1, in: folder))").code == 0)
    let outcome = job.finish()
    #expect(outcome.code == 143, "\(outcome)")
    #expect(outcome.errors.contains("interrupted after") && outcome.errors.contains("are in m.h5"), "\(outcome)")
    #expect(try Tool.inspect("m.h5", in: folder).output.contains("interrupted"))
  }

  @Test(.needsMPI) func aFailureIsSaidOnce() throws {
    let folder = try Self.data(bad: 2400)
    let alone = try Tool.train("d.h5", in: folder)
    for (options, message, code) in [
      (["d.h5"], alone.errors, 65),
      (["d.h5", "--batch-size", "500", "-o", "m.h5"], alone.errors, 65),
      (["none.h5"], try Tool.train("none.h5", in: folder).errors, 66),
      (["d.h5", "--learning-rate", "-1"], try Tool.train("d.h5", "--learning-rate", "-1", in: folder).errors, 64),
      (
        ["-"],
        "standard input can be read once, and there are 3 ranks, each of which reads its part: name a file that all of "
          + "them see\n", 64
      ),
    ] as [([String], String, Int32)] {
      let outcome = try MPI.run(3, options, in: folder)
      #expect(outcome.code == code && outcome.output == "", "\(options): \(outcome)")
      // What MPI says of it comes behind.
      #expect(outcome.errors.hasPrefix(message), "\(options): \(outcome)")
      #expect(outcome.errors.components(of: message) == 1, "\(options): \(outcome)")
    }
    #expect(!System.exists(folder.file("m.h5")))
  }

  /// Without MPI every process would train all, and all would write the same file.
  @Test func aProgramWithoutMPIRefuses() throws {
    for variable in ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"] {
      let outcome = try Tool.train(try Field.mat, "--iterations", "1", environment: [variable: "3"])
      let message =
        "3 processes were started together, but this program is built without MPI; swift build --traits MPI builds one "
        + "that they train with together\n"
      #expect(outcome.code == 64 && outcome.errors == message, "\(outcome)")
    }
    #expect(try Tool.train(try Field.mat, "--iterations", "1", environment: ["OMPI_COMM_WORLD_SIZE": "1"]).code == 0)
  }

  @Test func onlyTheTraitLinksWithMPI() throws {
    let linked = try Tool(name: "/usr/bin/ldd")(Tool.train.path)
    if linked.code == 0 { #expect(!linked.output.contains("libmpi")) }
    if MPI.isThere { #expect(try Tool(name: "/usr/bin/ldd")(MPI.program).output.contains("libmpi")) }
  }

  /// The compiler keeps each module of C headers that a build has read: mpi.h is in none of them without the trait.
  @Test func onlyTheTraitReadsTheHeaders() throws {
    func modules(_ program: String) throws -> [String] {
      let cache = String(program.dropLast("reg-train".count)) + "ModuleCache"
      return try System.names(in: cache).map { cache + "/" + $0 }.filter(System.isFolder).flatMap(System.names)
    }
    let plain = try modules(Tool.train.path)
    #expect(plain.contains { $0.hasPrefix("CHDF5-") })
    #expect(!plain.contains { $0.hasPrefix("CMPI-") })
    if MPI.isThere { #expect(try modules(MPI.program).contains { $0.hasPrefix("CMPI-") }) }
  }
}

extension String {
  /// How often a text stands in it.
  fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
