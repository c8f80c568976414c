/// What a process that reads a file is asked: one byte, then what the request needs.
enum ReaderRequest: UInt8 {
  /// The file's list. It comes first, and once.
  case open = 1
  /// The attributes of a path.
  case attributes
  /// An array, whole.
  case tensor
  /// An array block by block, and the next block.
  case blocks, nextBlock
  /// The rows of an array as doubles, its examples as rows, and some of them.
  case rows, examples, someRows
  /// That blocks or rows are not read any more. There is no answer.
  case release
}

/// What an answer begins with.
enum ReaderAnswer: UInt8 {
  /// An error, or what was asked for.
  case failure, success
  /// How many bytes of the file were read since the last word: what was asked for is still to come.
  case progress
}

/// Bytes of the file between two words about them.
let leastBytesToTell = 1 << 16

/// Numbers of at most so many bytes come within the answer; more come through the ring.
let mostBytesInAnswer = 32 << 10

extension FrameWriter {
  /// A request.
  init(_ request: ReaderRequest) { byte(request.rawValue) }
}
