import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A reader of a file that another process reads: the list is here, everything else is asked for when it is needed.
final class IsolatedReader: PartialReader {
  let entries: [TensorEntry]
  let groups: [String]
  let notes: [String]
  /// Also a process that ended: whoever asked did not need to take the answer for the file's.
  var damage: FormatError? { listDamage ?? connection.failure }
  private let listDamage: FormatError?
  /// What the system has to hold the process by.
  let walls: Sandbox.Walls
  private let connection: ReaderConnection
  private let file: String
  private let limits: Limits
  /// Where each name stands among the entries.
  private let places: [String: Int]

  /// Starts a process and asks it for the list.
  ///
  /// - Throws: ``FormatError``: what opening the file in this process throws; `inputOutput` where no process can be
  ///   started; `damaged` or `limit` where it crashes or takes too long.
  convenience init(_ input: InputFile, as format: any FileFormat, limits: Limits) throws(FormatError) {
    let child = try ReaderChild(reading: input, program: limits.isolation)
    let task = ReaderTask(
      format: format.name, file: input.name, start: child.start, limits: limits,
      endsWithParent: child.endsWithParent)
    try self.init(child.connection, task, size: try input.size())
  }

  /// Asks a process for the list.
  ///
  /// - Parameter size: the bytes of the file.
  init(_ connection: ReaderConnection, _ task: ReaderTask, size: Int) throws(FormatError) {
    var request = FrameWriter(.open)
    task.write(to: &request)
    let limits = task.limits
    let file = task.file
    let list = try connection.ask(request, at: .file, bytes: size) { (cursor) throws(FormatError) in
      try FileList(&cursor, file: file, limits: limits)
    }
    walls = list.walls
    (entries, groups, notes, listDamage) = (list.entries, list.groups, list.notes, list.damage)
    self.connection = connection
    self.file = file
    self.limits = limits
    var places: [String: Int] = [:]
    for (index, entry) in list.entries.enumerated() {
      // A reader lists no name twice.
      guard places.updateValue(index, forKey: entry.name) == nil else { throw .impossibleAnswer }
    }
    self.places = places
  }

  func entry(_ name: String) throws(FormatError) -> TensorEntry {
    guard let place = places[name] else { throw missing(name) }
    return entries[place]
  }

  func attributes(of path: String) throws(FormatError) -> [Attribute] {
    var request = FrameWriter(.attributes)
    request.text(path)
    let (most, place) = (limits.objects, path.isEmpty ? FormatError.Location.file : .object(path))
    return try connection.ask(request, at: place, bytes: 0) { (cursor) throws(FormatError) in
      try cursor.list(ofBytes: 9, atMost: most) { (cursor) throws(FormatError) in try cursor.attribute() }
    }
  }

  func tensor(_ name: String) throws(FormatError) -> Tensor {
    do throws(FormatError) { return try array(name).tensor() } catch { throw error.naming(file) }
  }

  func source(of name: String) throws(FormatError) -> any TensorSource { try array(name) }
  func rows(of name: String) throws(FormatError) -> any RowSource { try array(name).rows() }

  func examples(of name: String, along dimension: ExampleDimension) throws(FormatError) -> (any RowSource)? {
    do throws(FormatError) { return try array(name).examples(along: dimension) } catch { throw error.naming(file) }
  }

  private func array(_ name: String) throws(FormatError) -> IsolatedArray {
    let entry = try entry(name)
    guard let type = entry.elementType else { throw notNumeric(entry) }
    return IsolatedArray(entry, type, connection, limits)
  }
}

/// What a process is told of the file that it is to read.
struct ReaderTask {
  let format: String
  /// The name of the file in messages.
  let file: String
  /// Where in the open file the input begins.
  let start: Int
  let limits: Limits
  /// Whether the process is to end with the thread that started it.
  let endsWithParent: Bool

  init(format: String, file: String, start: Int, limits: Limits, endsWithParent: Bool = false) {
    self.endsWithParent = endsWithParent
    self.format = format
    self.file = file
    self.start = start
    self.limits = limits
  }

  init(_ cursor: inout FrameCursor) throws(FormatError) {
    format = try cursor.text()
    file = try cursor.text()
    start = try cursor.integer()
    var limits = Limits()
    limits.memory = try cursor.integer()
    limits.objects = try cursor.integer()
    limits.depth = try cursor.integer()
    limits.threads = try cursor.integer()
    self.limits = limits
    endsWithParent = try cursor.flag()
  }

  func write(to request: inout FrameWriter) {
    request.text(format)
    request.text(file)
    for number in [start, limits.memory, limits.objects, limits.depth, limits.threads] { request.integer(number) }
    request.flag(endsWithParent)
  }
}

/// All that is said of a file at once.
struct FileList {
  let entries: [TensorEntry]
  let groups: [String]
  let notes: [String]
  let damage: FormatError?
  /// What holds the process that says this.
  let walls: Sandbox.Walls

  init(_ reader: any TensorReader, walls: Sandbox.Walls) {
    self.walls = walls
    (entries, groups, notes, damage) = (reader.entries, reader.groups, reader.notes, reader.damage)
  }

  init(_ cursor: inout FrameCursor, file: String, limits: Limits) throws(FormatError) {
    let most = max(limits.objects, 0)
    // A name, a shape, a type and what may be missing.
    entries = try cursor.list(ofBytes: 19, atMost: most) { (cursor) throws(FormatError) in try cursor.entry() }
    groups = try cursor.list(ofBytes: 8, atMost: most) { (cursor) throws(FormatError) in try cursor.text() }
    notes = try cursor.list(ofBytes: 8, atMost: 1000) { (cursor) throws(FormatError) in try cursor.text() }
    walls = Sandbox.Walls(rawValue: Int(try cursor.byte()))
    damage = try cursor.optional { (cursor) throws(FormatError) in try cursor.error(file: file) }
  }

  func write(to answer: inout FrameWriter) {
    answer.list(entries) { $0.entry($1) }
    answer.list(groups) { $0.text($1) }
    answer.list(notes) { $0.text($1) }
    answer.byte(UInt8(truncatingIfNeeded: walls.rawValue))
    answer.optional(damage) { $0.error($1) }
  }
}

extension IsolatedReading {
  /// A reader that is answered on the other end of a socket: for tests, which say what no process says but one that a
  /// file has taken over.
  package static func reader(answeredOn socket: Int32, limits: Limits) throws(FormatError) -> any PartialReader {
    guard let memory = SharedRing.makeDescriptor(), let ring = SharedRing(mapping: memory) else {
      throw FormatError(.inputOutput, SystemFailure.last.reason)
    }
    close(memory)
    let line = FrameLine(owning: socket, wakesUp: true)
    let connection = ReaderConnection(line, ring: ring, process: nil, file: "hostile", input: nil)
    return try IsolatedReader(connection, ReaderTask(format: "h5", file: "hostile", start: 0, limits: limits), size: 0)
  }
}
