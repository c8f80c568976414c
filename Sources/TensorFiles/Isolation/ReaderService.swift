import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a process does that reads a file for another one: it answers, one request after the other.
final class ReaderService {
  private let line: FrameLine
  /// Where many numbers go through; without it they go within the answers.
  private let ring: SharedRing?
  private let hasRing: Bool
  private var passes: [Int: Pass] = [:]
  private var passCount = 0
  /// Bytes of the file that were read and not told of.
  private var untold = 0

  /// What is being read part by part.
  private enum Pass {
    case blocks(any TensorBlocks)
    case rows(any RowSource)
  }

  /// Numbers that go behind an answer.
  private struct Numbers {
    let storage: TensorStorage
    let isByRows: Bool

    init(_ rows: TensorStorage) { (storage, isByRows) = (rows, true) }

    init(_ tensor: Tensor) { (storage, isByRows) = (tensor.storage, tensor.order == .rowMajor) }
  }

  /// Nil where the descriptors are not those of a process that was started to read.
  init?() {
    typealias Place = IsolatedReading.Descriptor
    guard let line = System.status(of: Place.line), line.st_mode & S_IFMT == S_IFSOCK,
      let memory = System.status(of: Place.ring)
    else { return nil }
    self.line = FrameLine(owning: Place.line, wakesUp: false)
    let ring = memory.st_size == off_t(SharedRing.byteCount) ? SharedRing(mapping: Place.ring) : nil
    hasRing = ring != nil
    self.ring = ring
  }

  /// Answers until nobody asks any more, and ends the process.
  func run() -> Never {
    guard let first = next(), first.first == ReaderRequest.open.rawValue else { _exit(EXIT_FAILURE) }
    var cursor = FrameCursor(first, from: 1)
    guard let task = try? ReaderTask(&cursor) else { _exit(EXIT_FAILURE) }
    typealias Place = IsolatedReading.Descriptor
    let walls = Sandbox.enter(
      limits: task.limits, file: Place.file, endsWithParent: task.endsWithParent, closingFrom: Place.end)
    var reader: (any TensorReader)?
    answer { answer throws(FormatError) in
      let input = try InputFile(descriptor: Place.file, start: task.start, name: task.file)
      let opened = try FileFormats.named(task.format).open(input, limits: task.limits)
      input.observe { [self] bytes in tell(bytes) }
      FileList(opened, walls: walls).write(to: &answer)
      reader = opened
      return nil
    }
    guard let reader else { _exit(EXIT_SUCCESS) }
    while let request = next() { serve(request, reader) }
    _exit(EXIT_SUCCESS)
  }

  private func next() -> [UInt8]? { line.receive(atMost: 1 << 24) { true } }

  private func serve(_ bytes: [UInt8], _ reader: any TensorReader) {
    guard let request = bytes.first.flatMap(ReaderRequest.init(rawValue:)), request != .open else {
      _exit(EXIT_FAILURE)
    }
    var cursor = FrameCursor(bytes, from: 1)
    if request == .release {
      if let number = try? cursor.integer() { passes[number] = nil }
      return
    }
    answer { answer throws(FormatError) in
      switch request {
      case .attributes: answer.list(try reader.attributes(of: try cursor.text())) { $0.attribute($1) }
      case .tensor: return Numbers(try reader.tensor(try cursor.text()))
      case .blocks:
        let (source, count) = (try reader.source(of: try cursor.text()), try cursor.integer())
        let blocks = try FormatError.converting { () throws in try source.blocks(ofRows: count) }
        answer.integer(add(.blocks(blocks)))
      case .nextBlock:
        guard case .blocks(let blocks)? = passes[try cursor.integer()] else { throw .impossibleAnswer }
        guard let block = try FormatError.converting({ () throws in try blocks.next() }) else {
          throw .impossibleAnswer
        }
        return Numbers(block)
      case .rows: answer.optional(try reader.rows(of: try cursor.text()), add)
      case .examples:
        let (name, isFirst) = (try cursor.text(), try cursor.flag())
        let partial = reader as? any PartialReader
        answer.optional(try partial?.examples(of: name, along: isFirst ? .first : .last), add)
      case .someRows:
        guard case .rows(let rows)? = passes[try cursor.integer()] else { throw .impossibleAnswer }
        return Numbers(try someRows(of: rows, from: try cursor.integer(), count: try cursor.integer()))
      case .open, .release: break
      }
      return nil
    }
  }

  private func add(_ pass: Pass) -> Int {
    passCount += 1
    passes[passCount] = pass
    return passCount
  }

  private func add(to answer: inout FrameWriter, _ rows: any RowSource) {
    answer.integer(add(.rows(rows)))
    answer.integer(rows.rowCount ?? 0)
    answer.integer(rows.columnCount)
  }

  private func someRows(of rows: any RowSource, from first: Int, count: Int) throws(FormatError) -> TensorStorage {
    try FormatError.converting { () throws in
      try rows.seek(toRow: first)
      let bytes = try Tensor.byteCount(shape: [count, rows.columnCount], elementType: .float64)
      var buffer = try TensorBuffer(byteCount: bytes)
      var done = 0
      while done < count {
        let taken = try buffer.withMutableElements(as: Double.self) { span in
          var rest = span._mutatingExtracting(done * rows.columnCount..<span.count)
          return try rows.nextRows(into: &rest)
        }
        guard taken > 0 else { throw FormatError.impossibleAnswer }
        done += taken
      }
      return buffer.finish()
    }
  }

  /// Says, before the answer, that more of the file was read.
  private func tell(_ bytes: Int) {
    untold += bytes
    guard untold >= leastBytesToTell else { return }
    var news = FrameWriter()
    news.byte(ReaderAnswer.progress.rawValue)
    news.integer(untold)
    untold = 0
    guard line.send(news.bytes, waiting: { true }) else { _exit(EXIT_FAILURE) }
  }

  /// Sends an answer, and the numbers behind it; or the error.
  private func answer(_ make: (inout FrameWriter) throws(FormatError) -> Numbers?) {
    var answer = FrameWriter()
    var numbers: Numbers?
    answer.byte(ReaderAnswer.success.rawValue)
    do throws(FormatError) { numbers = try make(&answer) } catch {
      answer = FrameWriter()
      answer.byte(ReaderAnswer.failure.rawValue)
      answer.error(error)
    }
    if let numbers {
      answer.flag(numbers.isByRows)
      answer.integer(numbers.storage.byteCount)
      if !isForRing(numbers) { answer.raw(numbers.storage) }
    }
    guard line.send(answer.bytes, waiting: { true }) else { _exit(EXIT_FAILURE) }
    if let numbers, isForRing(numbers) { send(numbers.storage) }
  }

  private func isForRing(_ numbers: Numbers) -> Bool { hasRing && numbers.storage.byteCount > mostBytesInAnswer }

  /// Sends bytes through the ring: each token says that a slot is full, and comes back when it is empty.
  private func send(_ storage: TensorStorage) {
    storage.withBytes { span in
      unsafe span.withUnsafeBytes { bytes in
        let turns = (bytes.count - 1) / SharedRing.slotBytes + 1
        var free = SharedRing.slotCount
        // Those that were sent and did not come back are as many as slots that are not free.
        func wait() {
          let count = line.receiveTokens(atMost: SharedRing.slotCount - free) { true }
          guard let count else { _exit(EXIT_FAILURE) }
          free += count
        }
        for turn in 0..<turns {
          if free == 0 { wait() }
          let first = turn * SharedRing.slotBytes
          let part = unsafe UnsafeRawBufferPointer(
            rebasing: bytes[first..<min(first + SharedRing.slotBytes, bytes.count)])
          unsafe ring?.fill(turn, from: part)
          guard line.sendTokens(1, waiting: { true }) else { _exit(EXIT_FAILURE) }
          free -= 1
        }
        while free < SharedRing.slotCount { wait() }
      }
    }
  }
}

extension FormatError {
  /// What a function gives; its errors are ours.
  fileprivate static func converting<Value>(_ body: () throws -> Value) throws(FormatError) -> Value {
    do { return try body() } catch { throw .converted(error, at: "") }
  }
}
