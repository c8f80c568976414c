import Dispatch
import NetworkFiles
import Synchronization
import TensorFiles
import Tensors
import Testing
import Training

@Suite("Examples that are read while they are used") struct StreamedExamplesTests {
  static let exampleCount = 9001
  static let inputCount = 5

  /// Features (examples, inputs) with many digits, and labels of three classes.
  static let (features, labels): (Matrix, [Double]) = {
    var random = NumPyRandom(seed: 5)
    let features = random.rand(exampleCount, inputCount)
    return (features, (0..<exampleCount).map { _ in (random.rand() * 3).rounded(.down) + 4 })
  }()

  /// A file with those examples.
  private func open(_ kind: String, in folder: TemporaryFolder) throws -> OpenFile {
    let y = try Tensor(Self.labels)
    let column = try Tensor(Self.labels, shape: [Self.exampleCount, 1])
    let row = try Tensor(Self.labels, shape: [1, Self.exampleCount])
    let (rows, columns) = (try Tensor(Self.features), try Tensor(Self.features.transposed))
    switch kind {
    case "h5 rows": return try ExampleFixtures.open([("X", rows), ("y", y)], as: "h5", in: folder)
    case "h5 columns": return try ExampleFixtures.open([("X", columns), ("y", row)], as: "h5", in: folder)
    case "h5 compressed":
      return try ExampleFixtures.open(
        [("X", rows), ("y", y)], as: "h5", in: folder, options: WritingOptions(compression: 4))
    case "mat73 rows": return try ExampleFixtures.open([("X", rows), ("y", column)], as: "mat73", in: folder)
    case "mat73 columns": return try ExampleFixtures.open([("X", columns), ("y", row)], as: "mat73", in: folder)
    case "npz rows":
      return try ExampleFixtures.open(
        [("X", rows), ("y", y)], as: "npz", in: folder, options: WritingOptions(compression: 0))
    case "npz columns":
      return try ExampleFixtures.open(
        [("X", columns), ("y", row)], as: "npz", in: folder, options: WritingOptions(compression: 0))
    case "safetensors": return try ExampleFixtures.open([("X", rows), ("y", y)], as: "safetensors", in: folder)
    case "svmlight": return try ExampleFixtures.open([("X", rows), ("y", y)], as: "svmlight", in: folder)
    case "csv": return try ExampleFixtures.open([("X", rows), ("y", y)], as: "csv", in: folder)
    case "csv.gz":
      return try ExampleFixtures.open([("X", rows), ("y", y)], as: "csv", in: folder, name: "data.csv.gz")
    case "arff":
      var text = "@relation r\n" + (0..<Self.inputCount).map { "@attribute x\($0) real\n" }.joined()
      text += "@attribute y real\n@data\n"
      for row in 0..<Self.exampleCount {
        text += Self.features.row(row).map { "\($0)," }.joined() + "\(Self.labels[row])\n"
      }
      return try FileFormats.open(InputFile(bytes: Array(text.utf8), name: "data.arff"))
    case "pictures":
      let pictures = try Tensor(Self.features.elements, shape: [Self.exampleCount, 1, Self.inputCount, 1])
      return try ExampleFixtures.open([("X", pictures), ("y", y)], as: "h5", in: folder)
    default: throw FormatError(.unsupported, kind)
    }
  }

  static let kinds = [
    "h5 rows", "h5 columns", "h5 compressed", "mat73 rows", "mat73 columns", "npz rows", "npz columns", "safetensors",
    "svmlight", "csv", "csv.gz", "arff", "pictures",
  ]

  @Test("the rows are the bits of the dataset in memory, from any row on", arguments: kinds)
  func sameBits(_ kind: String) throws {
    let folder = try TemporaryFolder()
    let file = try open(kind, in: folder)
    let memory = try ExampleFixtures.selection(.classes).load(file)
    #expect(memory.train.dataset?.features == Self.features.transposed)
    let loaded = try ExampleFixtures.selection(.classes) { $0.memoryLimit = 1 }.load(file)
    guard case .rows(let streamed) = loaded.train else {
      Issue.record("these are in memory")
      return
    }
    #expect(loaded.classes?.names == ["4", "5", "6"] && streamed.exampleCount == Self.exampleCount)
    let expected = try ExampleFixtures.rows(memory.train)
    #expect(try ExampleFixtures.rows(loaded.train) == expected)
    #expect(try streamed.dataset().features == memory.train.dataset?.features)
    // Where training begins a block.
    let (source, width) = (try streamed.open(), streamed.columnCount)
    for row in [8999, 0, 4096, 4095, 9001, 17, 6000, 6001, 8192, 3] {
      try source.seek(toRow: row)
      var block = [Double](repeating: -1, count: 3 * width)
      var span = block.mutableSpan
      let count = try source.nextRows(into: &span)
      #expect(count == min(3, Self.exampleCount - row))
      #expect(block[..<(count * width)] == expected[row * width..<(row + count) * width])
    }
  }

  @Test(
    "several openings are read by several threads", arguments: ["h5 compressed", "csv.gz", "npz columns", "svmlight"])
  func concurrent(_ kind: String) throws {
    let folder = try TemporaryFolder()
    let file = try open(kind, in: folder)
    let expected = try ExampleFixtures.rows(ExampleFixtures.selection(.classes).load(file).train)
    let loaded = try ExampleFixtures.selection(.classes) {
      $0.memoryLimit = 200_000
      $0.testFraction = 0.25
    }.load(file)
    guard case .rows(let train) = loaded.train, case .rows(let test)? = loaded.test else {
      Issue.record("these are in memory")
      return
    }
    let all = StreamedExamples(
      inputCount: train.inputCount, exampleCount: train.exampleCount, kind: train.kind, open: train.open)
    let alone = (try ExampleFixtures.rows(.rows(all)), try ExampleFixtures.rows(.rows(test)))
    #expect(alone.0.count + alone.1.count == expected.count)
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      do {
        let streamed = thread % 2 == 0 ? all : test
        let expected = thread % 2 == 0 ? alone.0 : alone.1
        let (source, width) = (try streamed.open(), streamed.columnCount)
        var block = [Double](repeating: 0, count: 100 * width)
        for turn in 0..<40 {
          let row = (turn * 7919 + thread * 101) % (streamed.exampleCount - 100)
          try source.seek(toRow: row)
          var span = block.mutableSpan
          let count = try source.nextRows(into: &span)
          if count != 100 || block[...] != expected[row * width..<(row + 100) * width] {
            failures.withLock { $0.append("thread \(thread), row \(row): \(count) rows") }
          }
        }
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
  }

  static let bad: [(String, WantedLabels)] = [
    ("a,b,y\n1,2,0\n1,1e400,1\n", .auto), ("a,b,y\n1,2,0\n1,x,1\n", .auto), ("a,b,y\n1,2,0\n1,,1\n", .auto),
    ("a,b,y\n1,2,0\n1,3,1\n1,2,2\n", .auto), ("a,b,y\n1,2,0\n1,3,1\n1,2,x\n", .auto), ("a,b,y\n1,2,0\n1,3\n", .auto),
    ("a,b,y\n1,2,0\n1,3,1e400\n", .values), ("a,b,y\n1,2,n\n1,3,m\n1,,m\n", .classes),
    ("a,b,y\n1,2,n\n1,3,m\n1,3,\n", .classes), ("a,b,y\n1,2,n\n1,3,m\n1,3,k\n", .auto),
  ]

  @Test("bad values have the same place and sentence as in memory", arguments: bad)
  func sameErrors(_ text: String, _ wanted: WantedLabels) throws {
    let inMemory = ExampleFixtures.message(try ExampleFixtures.csv(text), ExampleFixtures.selection(wanted))
    let read = ExampleFixtures.message(
      try ExampleFixtures.csv(text), ExampleFixtures.selection(wanted) { $0.memoryLimit = 1 })
    #expect(inMemory == read && inMemory != nil)
  }

  @Test("behind a bad value nothing is read, until another row is sought")
  func errorsStay() throws {
    for text in ["a,y\n1,0\n2,1\nx,1\n3,0\n", "a,y\n1,0\n2,1\n1e400,1\n3,0\n"] {
      let loaded = try ExampleFixtures.selection { $0.memoryLimit = 1 }.load(ExampleFixtures.csv(text))
      guard case .rows(let streamed) = loaded.train else { return }
      let source = try streamed.open()
      var block = [Double](repeating: 0, count: 8)
      for row in [2, 2, 0] {
        try source.seek(toRow: row)
        for _ in 0..<2 {
          #expect(throws: FormatError.self) {
            var span = block.mutableSpan
            _ = try source.nextRows(into: &span)
          }
        }
      }
      try source.seek(toRow: 3)
      var span = block.mutableSpan
      #expect(try source.nextRows(into: &span) == 1)
      #expect(block[0] == 3)
    }
  }

  @Test("bad values of arrays have the same place and sentence as in memory")
  func sameErrorsOfArrays() throws {
    let folder = try TemporaryFolder()
    let good = Matrix([[1, 2], [3, 4], [5, 6]])
    for (features, labels) in [
      (Matrix([[1, 2], [3, .infinity], [5, 6]]), [0.0, 1, 0]), (good, [0, 2, 1]), (good, [0, .nan, 1]),
      (good, [0, 1e300, 0]),
    ] {
      let file = try ExampleFixtures.open(
        [("X", try Tensor(features)), ("y", try Tensor(labels))], as: "h5", in: folder)
      for wanted in [WantedLabels.auto, .classes, .values] {
        func outcome(_ limit: Int?) throws -> String {
          do {
            let loaded = try ExampleFixtures.selection(wanted) { $0.memoryLimit = limit }.load(file)
            return "\(try ExampleFixtures.rows(loaded.train))"
          } catch { return "\(error)" }
        }
        #expect(try outcome(nil) == outcome(1))
      }
    }
  }

  @Test("what cannot be read in parts says what to do")
  func notInParts() throws {
    let folder = try TemporaryFolder()
    let arrays = [("X", try Tensor(Self.features)), ("y", try Tensor(Self.labels))]
    for format in ["mat5", "npz"] {
      let file = try ExampleFixtures.open(
        arrays, as: format, in: folder, options: WritingOptions(compression: format == "npz" ? 6 : nil))
      let message = ExampleFixtures.message(
        file, ExampleFixtures.selection(.classes) { $0.memoryLimit = 300_000 })
      let expected =
        folder.path
        + "/data: X: 360040 bytes of numbers are too many for --memory-limit (300000 bytes), and \(file.format.title) is not read in "
        + "parts here: reg-convert to .h5 or .npy makes a file that is"
      #expect(message == expected)
    }
  }

  @Test("it is said that examples are read, and why")
  func notes() throws {
    let loaded = try ExampleFixtures.selection { $0.memoryLimit = 40 }.load(
      ExampleFixtures.csv("a,b,y\n1,2,0\n3,4,1\n"))
    #expect(loaded.notes == ["the examples take 48 bytes in memory, more than 40: they are read while they are used"])
  }
}
