import Training

#if MPI
  import CMPI

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Darwin)
    import Darwin
  #endif
#endif

/// The ranks of a job that `mpirun` or a batch scheduler started.
package final class MPIRanks: Ranks {
  /// Whether this program is built with MPI: `swift build --traits MPI`.
  package static var isBuilt: Bool {
    #if MPI
      true
    #else
      false
    #endif
  }

  /// The number of this process.
  package let rank: Int
  /// The number of processes.
  package let count: Int
  /// The threads of each process that leave none of its machine's processors without work, and none with two.
  package let threads: Int

  #if MPI
    /// Joins the other processes. Called once, by the thread that makes all other calls.
    package init() {
      // Otherwise MPI has said why and ended the job.
      precondition(cmpi_start() == 0, "MPI does not start")
      rank = Int(cmpi_rank())
      count = Int(cmpi_count())
      let here = Int(cmpi_processors())
      // A process that is bound to some processors has no others; those that are bound to none share them.
      threads = max(1, min(here, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) / Int(cmpi_count_on_node())))
    }

    package func gather(_ memory: UnsafeMutableRawPointer, counts: [Int]) {
      let counts = counts.map(Int64.init)
      unsafe counts.withUnsafeBufferPointer { unsafe cmpi_gather(memory, $0.baseAddress) }
    }

    package func unite(_ words: UnsafeMutablePointer<UInt64>, count: Int) { unsafe cmpi_unite(words, Int64(count)) }

    package func wait() { cmpi_wait() }

    /// Ends in peace, when all processes have come here.
    package func end() {
      cmpi_wait()
      cmpi_end()
    }

    /// Ends all processes.
    package func abort(_ code: Int32) { cmpi_abort(code) }
  #else
    private init() { (rank, count, threads) = (0, 1, 1) }
    package func gather(_ memory: UnsafeMutableRawPointer, counts: [Int]) {}
    package func unite(_ words: UnsafeMutablePointer<UInt64>, count: Int) {}
    package func wait() {}
  #endif
}
