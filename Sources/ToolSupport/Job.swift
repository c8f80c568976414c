import MessagePassing
import Synchronization
package import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The processes that `mpirun` or a batch scheduler started together, of which this one may be.
///
/// They do the same until they train; then rank 0 alone writes and reports.
package enum Job {
  private static let joined = Mutex<MPIRanks?>(nil)

  /// Joins the other processes, where there are some. Called once, by the thread that trains.
  ///
  /// - Throws: ``TrainingError`` of code `settings` where there are others and this program is built without MPI: each of
  ///   them would train all, and they would write the same file.
  package static func begin() throws(TrainingError) {
    #if MPI
      guard ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMI_RANK", "PMIX_RANK"].contains(where: { number($0) != nil }) else {
        return
      }
      let ranks = MPIRanks()
      joined.withLock { $0 = ranks }
      if ranks.rank > 0 { Message.silence() }
    #else
      let count = number("OMPI_COMM_WORLD_SIZE") ?? number("PMI_SIZE") ?? 1
      guard count > 1 else { return }
      throw TrainingError(
        .settings,
        "\(count) processes were started together, but this program is built without MPI; swift build --traits MPI "
          + "builds one that they train with together")
    #endif
  }

  /// The processes that train together.
  package static var ranks: any Ranks {
    joined.withLock { $0 } ?? alone
  }

  private static let alone = OneRank()

  /// Whether this process writes and reports.
  package static var isFirst: Bool { ranks.rank == 0 }

  /// The threads of this process where nobody says how many; nil for one process alone.
  static var threads: Int? { joined.withLock { $0.flatMap { $0.count > 1 ? $0.threads : nil } } }

  /// Ends the process, and with a failure all others.
  static func exit(_ code: Int32) -> Never {
    #if MPI
      if let ranks = joined.withLock({ $0 }) {
        // Of one process there is nobody whom MPI would have to end, and say so in ten lines.
        if code == EXIT_SUCCESS || ranks.count == 1 { ranks.end() } else { ranks.abort(code) }
      }
    #endif
    systemExit(code)
  }

  /// Lets the first one that fails say why: what all fail with is said once. Whoever has said it ends all others.
  static func letOthersSpeak() {
    let rank = launchedRank
    if rank > 0 { pause(milliseconds: 1000 + 50 * min(rank, 100)) }
  }

  /// Waits for the rank that failed to say so and to end all.
  static func waitForEnd() {
    pause(milliseconds: 60_000)
  }

  /// This process' number, as what started it says before MPI does.
  static var launchedRank: Int { number("OMPI_COMM_WORLD_RANK") ?? number("PMI_RANK") ?? number("PMIX_RANK") ?? 0 }

  private static func number(_ variable: String) -> Int? {
    unsafe getenv(variable).flatMap { unsafe Int(String(cString: $0)) }
  }

  private static func pause(milliseconds: Int) {
    // One call sleeps less than a second.
    for _ in 0..<milliseconds / 50 { usleep(50_000) }
  }
}

extension Job {
  /// The build of the kernels that all ranks have; the same one where they all have it.
  package static func kernel(_ kernel: Kernel) throws(TrainingError) -> Kernel {
    let ranks = ranks
    let found = try kernel.resolved()
    guard ranks.count > 1, kernel == .auto else { return kernel }
    // From the fastest on.
    let order = Kernel.allCases.filter { $0 != .auto }
    let own = order.firstIndex(of: found) ?? 0
    let all = ranks.gathered([own], counts: Array(repeating: 1, count: ranks.count), zero: 0)
    return all.contains { $0 != all[0] } ? order[all.max() ?? own] : kernel
  }

  /// Makes sure that all ranks have the same.
  ///
  /// - Parameters:
  ///   - words: what they have to have in common.
  ///   - what: what it is: `the examples and settings`.
  package static func check(_ words: [UInt64], are what: String) throws(TrainingError) {
    let ranks = ranks
    guard ranks.count > 1 else { return }
    // FNV-1a, word by word.
    let hash = words.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ $1) &* 0x100_0000_01b3 }
    let all = ranks.gathered([hash], counts: Array(repeating: 1, count: ranks.count), zero: 0)
    guard let other = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw TrainingError(
      .dataset, "rank \(other) has not found \(what) of rank 0: all ranks need the same files and the same program")
  }
}

// The function's name is that of our own method.
private func systemExit(_ code: Int32) -> Never { exit(code) }
