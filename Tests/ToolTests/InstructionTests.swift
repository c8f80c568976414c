import Testing

/// Three fixed jobs, counted by callgrind: what they cost is held where no clock is exact enough, on shared machines.
///
/// The baseline is Benchmarks/instructions.tsv: lines `holds for`, a name, a value; and `job`, a name, a count, a
/// command, separated by tabs. `make instructions` writes it anew, with the counts of this build.
@Suite("Instructions, counted by callgrind") struct InstructionTests {
  static let file = Tool.package + "/Benchmarks/instructions.tsv"
  static let valgrind = "/usr/bin/valgrind"
  static let isRenewed = System.variable("RENEW_INSTRUCTIONS") != nil

  /// More than the baseline by this part is a regression.
  static let tolerance = 0.03

  private struct Job {
    let name: String
    let command: String
  }

  private static let jobs = [
    Job(
      name: "train",
      command: "reg-train train.csv --iterations 500 --kernel baseline --threads 1 --quiet -o model.h5"),
    // In this process: that of the model cannot be counted.
    Job(
      name: "predict",
      command: "reg-predict -m model.h5 rows.csv --threads 1 --isolation none --quiet -o predicted.csv"),
    Job(name: "convert", command: "reg-convert rows.csv rows.h5 --threads 1 --quiet"),
  ]

  @Test(.enabled(if: skipped == nil, "skipped: \(skipped ?? "")"))
  func theJobsCostNoMoreThanTheyDid() throws {
    let folder = try TemporaryFolder()
    try System.write(System.contents(Field.train), to: folder.file("train.csv"))
    try System.write(Array(InstructionTests.rows(50_000).utf8), to: folder.file("rows.csv"))
    let counts = try InstructionTests.jobs.map { try InstructionTests.instructions($0, in: folder) }
    if InstructionTests.isRenewed { return try InstructionTests.write(counts) }
    let baseline = try InstructionTests.baseline("job")
    for (job, count) in zip(InstructionTests.jobs, counts) {
      let expected = try #require(baseline[job.name].flatMap { Double($0) }, "\(job.name) has no baseline")
      #expect(
        Double(count) <= expected * (1 + InstructionTests.tolerance),
        """
        \(job.command): \(count) instructions, \(Int(expected)) in Benchmarks/instructions.tsv; where that is meant, \
        make instructions writes new ones
        """)
    }
  }

  // MARK: What the counts hold for

  /// Why nothing is counted here; nil where it is.
  private static let skipped: String? = {
    #if DEBUG
      return "the instructions of a debug build say nothing"
    #else
      guard System.exists(valgrind) else { return "valgrind is not installed" }
      guard !isRenewed else { return nil }
      guard let baseline = try? baseline("holds for") else { return "Benchmarks/instructions.tsv is not there" }
      for (name, value) in surroundings where baseline[name] != value {
        return "\(name) is \(value) here, the baseline is for \(baseline[name] ?? "none")"
      }
      return nil
    #endif
  }()

  /// What decides how many instructions a build has, and which ones run.
  private static var surroundings: KeyValuePairs<String, String> {
    func version(_ command: String...) -> String {
      let words = (try? Tool(name: "/usr/bin/env").run(command))?.lines.first?.split(separator: " ") ?? []
      return words.first { $0.first?.isNumber == true }.map(String.init) ?? "unknown"
    }
    let flags = (try? System.contents("/proc/cpuinfo")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let words = Set(flags.split(whereSeparator: { $0 == " " || $0 == "\n" }))
    return [
      "Swift": version("swift", "--version"), "glibc": version("getconf", "GNU_LIBC_VERSION"),
      "HDF5": version("pkg-config", "--modversion", "hdf5"),
      "processor": words.isSuperset(of: ["avx2", "fma"]) ? "x86-64 with AVX2 and FMA" : "another",
    ]
  }

  /// The values of the lines of one kind, by their names.
  private static func baseline(_ kind: String) throws -> [String: String] {
    var values: [String: String] = [:]
    for line in String(decoding: try System.contents(file), as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: "\t").map(String.init)
      if fields.count >= 3, fields[0] == kind { values[fields[1]] = fields[2] }
    }
    return values
  }

  private static func write(_ counts: [Int]) throws {
    let about = surroundings.map { "holds for\t\($0.key)\t\($0.value)\n" }
    let found = zip(jobs, counts).map { "job\t\($0.name)\t\($1)\t\($0.command)\n" }
    try System.write(Array((about + found).joined().utf8), to: file)
  }

  // MARK: Counting

  private static func instructions(_ job: Job, in folder: TemporaryFolder) throws -> Int {
    let words = job.command.split(separator: " ").map(String.init)
    let counting = ["--tool=callgrind", "--callgrind-out-file=/dev/null", Tool(name: words[0]).path]
    let outcome = try Tool(name: valgrind).run(counting + words.dropFirst(), in: folder, seconds: 300)
    try #require(outcome.code == 0, "\(job.command): \(outcome.errors)")
    let line = try #require(outcome.errors.split(separator: "\n").last { $0.contains("Collected :") })
    return try #require(line.split(separator: " ").last.flatMap { Int($0) }, "\(line)")
  }

  /// Two columns of six decimals in [-1, 1), the same ones each time.
  private static func rows(_ count: Int) -> String {
    var state: UInt64 = 1
    func next() -> String {
      // The generator of MMIX (Knuth).
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let millionths = Int(state >> 33) % 2_000_000 - 1_000_000
      let digits = String(millionths.magnitude % 1_000_000)
      let padded = String(repeating: "0", count: 6 - digits.count) + digits
      return (millionths < 0 ? "-" : "") + "\(millionths.magnitude / 1_000_000).\(padded)"
    }
    return (0..<count).map { _ in next() + "," + next() + "\n" }.joined()
  }
}
