import CSandbox

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A process that was started to read one file.
struct ReaderChild {
  let connection: ReaderConnection
  /// Where in the open file the input begins.
  let start: Int
  /// Whether it can be told to end with this thread, which is as good as the process.
  let endsWithParent = csandbox_is_main_thread()

  /// What the process finds around itself. Nothing of the user's: HDF5 looks for programs to load in what variables name.
  private static let environment = [
    "HDF5_PLUGIN_PRELOAD=::", "HDF5_USE_FILE_LOCKING=FALSE", "SWIFT_BACKTRACE=enable=no",
  ]
  /// Descriptors are moved here first, so that none is closed by another that takes its place.
  private static let leastDescriptor: Int32 = 10

  /// Starts the process.
  ///
  /// - Throws: ``FormatError`` with code `inputOutput`.
  init(reading input: InputFile, program: Isolation) throws(FormatError) {
    let name = input.name
    guard let path = ReaderChild.path(of: program) else {
      throw FormatError(
        .inputOutput,
        "this program does not find itself, so that no process can read this; --isolation none reads it without one",
        file: name)
    }
    let file = try input.openFile()
    start = file.start
    typealias Place = IsolatedReading.Descriptor
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    #endif
    // Where files may not be that long (ulimit -f) there is none, as it is a file to the system.
    let memory = SharedRing.makeDescriptor()
    defer { if let memory { close(memory) } }
    let ring = memory.flatMap { SharedRing(mapping: $0) }
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw ReaderChild.failure(name) }
    let line = FrameLine(owning: ends[0], wakesUp: true)
    defer { close(ends[1]) }
    var places = [Place.file: file.descriptor, Place.line: ends[1]]
    if ring != nil { places[Place.ring] = memory }
    let process: pid_t
    switch ReaderChild.spawn(path, places) {
    case .success(let started): process = started
    case .failure(let error): throw error.naming(name)
    }
    connection = ReaderConnection(line, ring: ring, process: process, file: name, input: input)
  }

  /// The program that is started: never one that is looked for by name.
  private static func path(of program: Isolation) -> String? {
    if case .program(let path) = program { return path }
    #if os(Linux)
      // The program that runs, whatever its name names by now.
      let link = "/proc/self/exe"
      if System.linkTarget(link) != nil { return link }
    #endif
    guard let name = CommandLine.arguments.first, name.contains("/") else { return nil }
    return System.resolved(name)
  }

  private static func spawn(_ path: String, _ places: [Int32: Int32]) -> Result<pid_t, FormatError> {
    #if canImport(Glibc)
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    var moved: [Int32] = []
    defer { for descriptor in moved { close(descriptor) } }
    for (place, descriptor) in places.sorted(by: { $0.key < $1.key }) {
      let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, leastDescriptor)
      guard copy >= 0 else { return .failure(failure()) }
      moved.append(copy)
      unsafe posix_spawn_file_actions_adddup2(&actions, copy, place)
    }
    for place in [STDERR_FILENO, IsolatedReading.Descriptor.ring] where places[place] == nil {
      unsafe posix_spawn_file_actions_addopen(&actions, place, "/dev/null", O_WRONLY, 0)
    }
    // Signals of the terminal are for the program that started it, which ends it; others are taken as programs do.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { unsafe sigaddset(&signals, number) }
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var process = pid_t()
    let name = CommandLine.arguments.first ?? path
    let code = unsafe System.withCStrings([name, IsolatedReading.argument]) { arguments in
      unsafe System.withCStrings(environment) { variables in
        unsafe posix_spawn(&process, path, &actions, &attributes, arguments, variables)
      }
    }
    return code == 0 ? .success(process) : .failure(failure(SystemFailure(number: code)))
  }

  private static func failure(_ reason: SystemFailure = .last) -> FormatError {
    FormatError(
      .inputOutput,
      "no process can be started to read this: \(reason.reason); --isolation none reads it without one")
  }

  private static func failure(_ name: String) -> FormatError { failure().naming(name) }
}
