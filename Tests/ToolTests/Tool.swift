import TensorFiles
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a program left when it had ended.
struct Outcome: CustomTestStringConvertible {
  /// How a program ended.
  enum Ending: Equatable {
    case exit(Int32)
    case signal(Int32)
    /// It was killed because it took longer than it may.
    case overdue
  }

  let ending: Ending
  let outputBytes: [UInt8]
  let errorBytes: [UInt8]
  /// Bytes that were resident at most, as far as was seen: what the system says at the end counts the memory of the
  /// process that started the program too.
  let peakMemory: Int

  var output: String { String(decoding: outputBytes, as: UTF8.self) }
  var errors: String { String(decoding: errorBytes, as: UTF8.self) }
  var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }
  /// The exit code; nil after a signal.
  var code: Int32? { if case .exit(let code) = ending { code } else { nil } }

  var testDescription: String {
    "\(ending), output \(output.prefix(500).debugDescription), errors \(errors.prefix(500).debugDescription)"
  }
}

/// Starts the programs of the package and waits for them, as a shell does.
struct Tool {
  /// What a program reads.
  enum Input {
    case none
    case text(String)
    case bytes([UInt8])
    case file(String)
    /// A pipe that stays open after these bytes until the program ends.
    case open(String)
  }
  /// Where a program's standard output or standard error goes.
  enum Output {
    /// Into a pipe, from which it is kept.
    case kept
    /// Into a file or device.
    case file(String)
    /// Into a pipe that nobody reads.
    case closedPipe
    /// Into a terminal, from which it is kept.
    case terminal
  }

  /// The name of a program of the package, or an absolute path.
  let name: String

  static let train = Tool(name: "reg-train")
  static let predict = Tool(name: "reg-predict")
  static let inspect = Tool(name: "reg-inspect")
  static let convert = Tool(name: "reg-convert")
  static let tune = Tool(name: "reg-tune")
  static let plot = Tool(name: "reg-plot")
  static let makeField = Tool(name: "make-field")
  static let trainFromSwift = Tool(name: "train-from-swift")
  static let readFromSwift = Tool(name: "read-from-swift")
  static let all = [train, predict, inspect, convert, tune, plot]
  static let bash = Tool(name: "/bin/bash")

  /// Runs the program to its end.
  @discardableResult
  func callAsFunction(
    _ arguments: String..., input: Input = .none, in folder: TemporaryFolder? = nil, output: Output = .kept,
    errors: Output = .kept, environment: [String: String] = [:], seconds: Double = 60
  ) throws -> Outcome {
    try run(
      arguments, input: input, in: folder, output: output, errors: errors, environment: environment, seconds: seconds)
  }

  /// Runs the program to its end.
  func run(
    _ arguments: [String], input: Input = .none, in folder: TemporaryFolder? = nil, output: Output = .kept,
    errors: Output = .kept, environment: [String: String] = [:], seconds: Double = 60
  ) throws -> Outcome {
    try RunningTool(
      self, arguments, input: input, folder: folder?.path, output: output, errors: errors, environment: environment
    ).finish(seconds: seconds)
  }

  /// Starts the program; it runs while the test goes on.
  func start(
    _ arguments: String..., input: Input = .none, in folder: TemporaryFolder? = nil, output: Output = .kept,
    errors: Output = .kept, environment: [String: String] = [:]
  ) throws -> RunningTool {
    try RunningTool(
      self, arguments, input: input, folder: folder?.path, output: output, errors: errors, environment: environment)
  }

  /// The file of the program.
  var path: String { name.hasPrefix("/") ? name : Tool.folder + "/" + name }

  /// The folder of the built programs: that of the tests' own program, or else `.build/release` of the package.
  static let folder: String = {
    let candidates = [System.executableFolder, Tool.package + "/.build/release"]
    return candidates.first { System.exists($0 + "/reg-train") } ?? candidates[1]
  }()

  /// The folder of the package.
  static let package = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
}

/// A program that was started.
final class RunningTool {
  private let process: pid_t
  private var inputDescriptor: Int32 = -1
  private var toWrite: ArraySlice<UInt8> = []
  private var keepsInputOpen = false
  /// The pipes from the program: standard output, standard error.
  private var descriptors: [Int32] = [-1, -1]
  private var kept: [[UInt8]] = [[], []]
  private var peakMemory = 0
  private var ending: Outcome.Ending?

  /// What the program has written so far.
  var output: String { String(decoding: kept[0], as: UTF8.self) }
  var errors: String { String(decoding: kept[1], as: UTF8.self) }

  init(
    _ tool: Tool, _ arguments: [String], input: Tool.Input, folder: String?, output: Tool.Output, errors: Tool.Output,
    environment: [String: String]
  ) throws {
    System.ignoreClosedPipes()
    var theirs: [Int32] = []
    defer { for descriptor in theirs { close(descriptor) } }
    switch input {
    case .none: theirs.append(try System.open("/dev/null", O_RDONLY))
    case .file(let path): theirs.append(try System.open(path, O_RDONLY))
    case .text, .bytes, .open:
      let pipe = try System.makePipe()
      theirs.append(pipe.reading)
      inputDescriptor = pipe.writing
      try System.makeNonblocking(pipe.writing)
      switch input {
      case .text(let text): toWrite = Array(text.utf8)[...]
      case .bytes(let bytes): toWrite = bytes[...]
      case .open(let text): (toWrite, keepsInputOpen) = (Array(text.utf8)[...], true)
      case .none, .file: break
      }
    }
    for (index, target) in [output, errors].enumerated() {
      switch target {
      case .file(let path): theirs.append(try System.open(path, O_WRONLY | O_CREAT | O_TRUNC))
      case .kept:
        let pipe = try System.makePipe()
        theirs.append(pipe.writing)
        descriptors[index] = pipe.reading
      case .closedPipe:
        let pipe = try System.makePipe()
        theirs.append(pipe.writing)
        close(pipe.reading)
      case .terminal:
        let terminal = try System.makeTerminal()
        theirs.append(terminal.program)
        descriptors[index] = terminal.ours
      }
      if descriptors[index] >= 0 { try System.makeNonblocking(descriptors[index]) }
    }
    var variables = System.environment
    // Messages of the system and the order of names are those of every machine.
    variables["LC_ALL"] = "C"
    for (name, value) in environment { variables[name] = value }
    process = try System.spawn(
      tool.path, [tool.name] + arguments, variables.map { "\($0)=\($1)" }, folder: folder, descriptors: theirs)
  }

  deinit {
    if ending == nil {
      kill(-process, SIGKILL)
      _ = System.wait(process, hang: true)
    }
    for descriptor in descriptors + [inputDescriptor] where descriptor >= 0 { close(descriptor) }
  }

  /// Sends a signal to the program.
  func send(_ signal: Int32) { kill(process, signal) }

  /// Gives the program more to read.
  func write(_ text: String) { toWrite += Array(text.utf8) }

  /// Ends what the program reads.
  func closeInput() { keepsInputOpen = false }

  /// Lets the program run until a condition holds; false when that takes longer than it may.
  func wait(seconds: Double = 60, until condition: () throws -> Bool) rethrows -> Bool {
    let deadline = System.now() + seconds
    while try !condition() {
      guard System.now() < deadline, ending == nil else { return try condition() }
      pump(milliseconds: 5)
      if descriptors.allSatisfy({ $0 < 0 }) { look(hang: false) }
    }
    return true
  }

  /// Lets the program run to its end.
  func finish(seconds: Double = 60) -> Outcome {
    let deadline = System.now() + seconds
    while descriptors.contains(where: { $0 >= 0 }), System.now() < deadline { pump(milliseconds: 100) }
    while ending == nil, System.now() < deadline {
      look(hang: false)
      if ending == nil { pump(milliseconds: 2) }
    }
    if ending == nil {
      kill(-process, SIGKILL)
      look(hang: true)
      ending = .overdue
    }
    return Outcome(
      ending: ending ?? .overdue, outputBytes: kept[0], errorBytes: kept[1], peakMemory: peakMemory)
  }

  private func look(hang: Bool) {
    if ending == nil { ending = System.wait(process, hang: hang) }
  }

  /// Waits until bytes can be moved, and moves them.
  private func pump(milliseconds: Int32) {
    if ending == nil { peakMemory = max(peakMemory, System.peakMemory(of: process)) }
    if toWrite.isEmpty, !keepsInputOpen, inputDescriptor >= 0 {
      close(inputDescriptor)
      inputDescriptor = -1
    }
    var waiting: [pollfd] = []
    for descriptor in descriptors where descriptor >= 0 {
      waiting.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }
    if inputDescriptor >= 0, !toWrite.isEmpty {
      waiting.append(pollfd(fd: inputDescriptor, events: Int16(POLLOUT), revents: 0))
    }
    unsafe poll(&waiting, nfds_t(waiting.count), milliseconds)
    for index in descriptors.indices where descriptors[index] >= 0 {
      if !System.readAvailable(descriptors[index], into: &kept[index]) {
        close(descriptors[index])
        descriptors[index] = -1
      }
    }
    guard inputDescriptor >= 0, !toWrite.isEmpty else { return }
    if !System.writeAvailable(inputDescriptor, &toWrite) {
      // The program does not read any more.
      close(inputDescriptor)
      inputDescriptor = -1
      toWrite = []
    }
  }
}
