import Testing

import TensorFiles

/// Work in turn by several threads.
@Suite struct PipelineTests {
  private final class Job {
    var number = 0
    var result = 0
  }
  private struct Stop: Error, Equatable {
    let place: String
  }

  /// Runs jobs until there are `count` of them or one fails, and gives what was ended.
  private func run(
    threads: Int, count: Int = .max, failingBegin: Int = .max, failingEnd: Int = .max
  ) -> (ended: [Int], begun: Int, error: Stop?) {
    var (ended, begun) = ([Int](), 0)
    do {
      try inTurn(
        threads: threads, job: { Job() },
        begin: { job in
          if begun == failingBegin { throw Stop(place: "begin") }
          job.number = begun
          if begun < count { begun += 1 }
          return job.number < count
        },
        work: {
          { job in
            // Some take longer than all others together.
            var sum = 0
            for step in 0..<(job.number % 7 == 0 ? 300_000 : 10) { sum ^= step &* job.number }
            job.result = sum == -1 ? -1 : job.number * 2
          }
        },
        end: { job in
          if job.number == failingEnd { throw Stop(place: "end") }
          ended.append(job.result)
        })
    } catch {
      return (ended, begun, error as? Stop)
    }
    return (ended, begun, nil)
  }

  @Test(arguments: [1, 2, 3, 8], [0, 1, 5, 400])
  func jobsEndInTheirOrder(threads: Int, count: Int) {
    let (ended, begun, error) = run(threads: threads, count: count)
    #expect(ended == (0..<count).map { $0 * 2 })
    #expect(begun == count && error == nil)
  }

  @Test(arguments: [1, 2, 3, 8])
  func whatWasBegunBeforeAFailureIsEnded(threads: Int) {
    let (ended, _, error) = run(threads: threads, failingBegin: 50)
    #expect(ended == (0..<50).map { $0 * 2 })
    #expect(error == Stop(place: "begin"))
  }

  @Test(arguments: [1, 2, 3, 8])
  func nothingIsEndedBehindAFailure(threads: Int) {
    let (ended, begun, error) = run(threads: threads, failingEnd: 20)
    #expect(ended == (0..<20).map { $0 * 2 })
    #expect(error == Stop(place: "end"))
    #expect(begun <= 21 + 3 * threads)
    // It comes first in the order, whichever is met first.
    #expect(run(threads: threads, failingBegin: 22, failingEnd: 20).error == Stop(place: "end"))
    #expect(run(threads: threads, failingBegin: 20, failingEnd: 20).error == Stop(place: "begin"))
  }
}
