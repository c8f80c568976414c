import TensorFiles
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A process that reads a file may be taken over by it: whatever it answers, this process goes on, and takes no more
/// memory than what was said.
@Suite struct HostileAnswerTests {
  /// What the other process says, byte by byte.
  private struct Answer {
    var bytes: [UInt8] = []

    static func + (answer: Answer, other: Answer) -> Answer { Answer(bytes: answer.bytes + other.bytes) }

    static func byte(_ value: UInt8) -> Answer { Answer(bytes: [value]) }

    static func integer(_ value: Int) -> Answer {
      Answer(bytes: (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
    }

    static func text(_ value: String) -> Answer { integer(value.utf8.count) + Answer(bytes: Array(value.utf8)) }

    static func shape(_ lengths: [Int]) -> Answer { lengths.reduce(integer(lengths.count)) { $0 + integer($1) } }

    /// An array of doubles.
    static func entry(_ name: String, _ shape: [Int], type: UInt8 = 0) -> Answer {
      text(name) + .shape(shape) + byte(0) + byte(type) + byte(0) + byte(0)
    }

    /// What is said of a file, without an error: arrays, no groups, no notes, no damage.
    static func list(_ entries: [Answer], count: Int? = nil) -> Answer {
      byte(1) + entries.reduce(integer(count ?? entries.count), +) + integer(0) + integer(0) + byte(3) + byte(0)
    }

    /// The answer behind the number of its bytes.
    func message(length: Int? = nil) -> Answer {
      let length = UInt64(length ?? bytes.count)
      return Answer(bytes: (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + bytes)
    }
  }

  /// Does something with what comes of answers that were given before anything was asked.
  private func reading(_ answers: Answer, _ body: (any PartialReader) throws -> Void = { _ in }) throws {
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      let kind = Int32(SOCK_STREAM.rawValue)
    #endif
    try #require(unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0)
    let put = unsafe answers.bytes.withUnsafeBytes { unsafe send(ends[1], $0.baseAddress, $0.count, 0) }
    #expect(put == answers.bytes.count)
    // Nobody looks at what is asked, and after the answers nothing comes.
    shutdown(ends[1], Int32(SHUT_WR))
    defer { close(ends[1]) }
    try body(try IsolatedReading.reader(answeredOn: ends[0], limits: Limits(objects: 1000)))
  }

  private func error(_ body: () throws -> Void) -> FormatError? {
    do { try body() } catch { return error as? FormatError }
    return nil
  }

  private static let impossible = "the process that read this gave an answer that cannot be"

  private static let lists: [(String, Answer)] = [
    ("an announced gigabyte", Answer.list([]).message(length: 1 << 30)),
    ("more than may be", Answer.list([]).message(length: 0xFFFF_FFFF)),
    ("nothing in it", Answer().message()),
    ("half of it", Answer(bytes: Array(Answer.list([]).message().bytes.dropLast(3)))),
    ("something behind it", (Answer.list([]) + .byte(0)).message()),
    ("an endless count", Answer.list([], count: .max).message()),
    ("a negative count", Answer.list([], count: -1).message()),
    ("too many objects", Answer.list((0..<1001).map { .entry("\($0)", []) }).message()),
    ("a name twice", Answer.list([.entry("a", []), .entry("a", [])]).message()),
    ("a negative length", Answer.list([.entry("a", [-1])]).message()),
    ("too many dimensions", Answer.list([.entry("a", [Int](repeating: 1, count: 33))]).message()),
    ("no such type", Answer.list([.entry("a", [1], type: 200)]).message()),
    (
      "a name that is no UTF-8",
      Answer.list([.integer(2) + Answer(bytes: [0xC3, 0x28]) + .shape([]) + Answer(bytes: [0, 0, 0, 0])]).message()
    ),
    ("a name that is longer than all", Answer.list([.integer(1 << 40)]).message()),
    ("a closed pipe", (Answer.byte(0) + .text("closed-pipe") + .byte(0) + .text("x") + .byte(0)).message()),
    ("no flag", Answer.byte(7).message()),
  ]

  @Test(arguments: lists.indices) func listsThatCannotBeAreRefused(index: Int) throws {
    let (name, answer) = HostileAnswerTests.lists[index]
    let failure = error { try reading(answer) }
    // A line that ends in the middle of an answer is a process that has ended.
    let isCut = failure?.sentence.hasPrefix("the process that was to read this ended") == true
    #expect(failure?.sentence.hasPrefix(HostileAnswerTests.impossible) == true || isCut, "\(name): \(failure as Any)")
  }

  @Test func anErrorIsTheFiles() {
    let answer = Answer.byte(0) + .text("damaged") + .byte(3) + .text("x\u{1B}[31m") + .text("bad") + .byte(1)
    let failure = error { try reading(answer.message()) }
    #expect(failure?.description == "hostile: x\\x1b[31m: bad")
  }

  @Test func silenceIsAnError() {
    #expect(error { try reading(Answer()) }?.code == .inputOutput)
  }

  private static let list = Answer.list([.entry("a", [2, 3]), .entry("huge", [1 << 40]), .entry("large", [1 << 20])])

  @Test func numbersThatAreNotThoseOfTheListAreRefused() throws {
    let numbers = [
      Answer.byte(1) + .byte(1) + .integer(47) + Answer(bytes: [UInt8](repeating: 0, count: 47)),
      Answer.byte(1) + .byte(1) + .integer(1 << 40),
      Answer.byte(1) + .byte(1) + .integer(48) + Answer(bytes: [UInt8](repeating: 0, count: 47)),
      Answer.byte(1) + .byte(1) + .integer(48) + Answer(bytes: [UInt8](repeating: 0, count: 49)),
      Answer.byte(1) + .byte(2) + .integer(48) + Answer(bytes: [UInt8](repeating: 0, count: 48)),
    ]
    for answer in numbers {
      try reading(HostileAnswerTests.list.message() + answer.message()) { reader in
        #expect(error { _ = try reader.tensor("a") }?.sentence.hasPrefix(HostileAnswerTests.impossible) == true)
        // Nothing more is believed.
        #expect(error { _ = try reader.attributes(of: "a") }?.location == .object("a"))
        #expect(reader.damage != nil)
      }
    }
  }

  /// How far the other process is comes before the answer, in steps that can be added up.
  @Test func impossibleProgressIsRefused() throws {
    func progress(_ bytes: Int) -> Answer { (Answer.byte(2) + .integer(bytes)).message() }
    let numbers = (Answer.byte(1) + .byte(1) + .integer(48) + Answer(bytes: [UInt8](repeating: 0, count: 48))).message()
    for bytes in [-1, 0, 1, 65_535, 1 << 37, .max, .min] {
      try reading(HostileAnswerTests.list.message() + progress(bytes) + numbers) { reader in
        #expect(
          error { _ = try reader.tensor("a") }?.sentence.hasPrefix(HostileAnswerTests.impossible) == true, "\(bytes)")
      }
    }
    try reading(HostileAnswerTests.list.message() + Answer.byte(2).message()) { reader in
      #expect(error { _ = try reader.tensor("a") } != nil)
    }
    let possible = progress(65_536) + progress(1 << 36)
    try reading(HostileAnswerTests.list.message() + possible + numbers) { reader in
      let zeros = try reader.tensor("a").doublesInStorageOrder()
      #expect(zeros == [0, 0, 0, 0, 0, 0])
    }
    // Nothing comes behind it.
    try reading(HostileAnswerTests.list.message() + possible) { reader in
      #expect(error { _ = try reader.tensor("a") } != nil)
    }
  }

  @Test func tokensThatAreNoneAreRefused() throws {
    let header = (Answer.byte(1) + .byte(1) + .integer(8 << 20)).message()
    for tokens in [[2], [1, 1, 0], [1, 1, 1, 1, 9]] as [[UInt8]] {
      try reading(HostileAnswerTests.list.message() + header + Answer(bytes: tokens)) { reader in
        #expect(error { _ = try reader.tensor("large") } != nil)
      }
    }
  }

  @Test func whatIsLargerThanTheLimitIsNotAskedFor() throws {
    try reading(HostileAnswerTests.list.message()) { reader in
      #expect(error { _ = try reader.tensor("huge") }?.code == .limit)
    }
  }

  @Test func rowsOfAnotherShapeAreRefused() throws {
    for (rows, columns) in [(3, 3), (-2, -3), (1 << 62, 4), (2, 0)] {
      let found = Answer.byte(1) + .byte(1) + .integer(1) + .integer(rows) + .integer(columns)
      try reading(HostileAnswerTests.list.message() + found.message()) { reader in
        #expect(error { _ = try reader.rows(of: "a") } != nil)
      }
    }
  }

  @Test func whatIsRightIsRead() throws {
    let bytes = [1, 2, 3, 4, 5, 6].flatMap { (number: Double) in
      (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * UInt64($0))) }
    }
    let numbers = Answer.byte(1) + .byte(1) + .integer(48) + Answer(bytes: bytes)
    try reading(HostileAnswerTests.list.message() + numbers.message()) { reader in
      let read = try reader.tensor("a").doublesInStorageOrder()
      #expect(read == [1, 2, 3, 4, 5, 6])
    }
  }
}
