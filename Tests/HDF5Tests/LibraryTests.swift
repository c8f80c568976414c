import Foundation
import HDF5
import Testing

/// What concerns the whole process; most of it runs in a process of its own.
@Suite struct LibraryTests {
  /// Uses much of the module, with failures in between.
  static func useEverything() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.h5")
    let file = try HDF5File(creating: path)
    let root = try file.root()
    let x = try root.write([1.0, 2], to: "a/x", shape: [2], storage: .chunked([1], deflate: 1))
    try x.attributes().write("text", to: "t")
    try x.attributes().write(["a", "b"], to: "u")
    try x.attributes().write([1 + 1], to: "v")
    _ = failure { try x.attributes().write("ü", to: "w", as: .fixedASCII) }
    _ = failure { _ = try x.attributes().string("none") }
    _ = failure { _ = try x.attributes().string("v") }
    _ = failure { _ = try root.dataset(at: "none") }
    _ = failure { _ = try root.dataset(at: "a") }
    _ = failure { try root.createGroup("a") }
    _ = failure { _ = try root.createDataset("y", type: .compound([]), space: .scalar) }
    _ = failure { _ = try x.read(Double.self, HDF5Hyperslab(offset: [1], count: [2])) }
    _ = try file.image()
    try file.close()
    for name in ["numbers.h5", "shapes.h5", "text.h5", "links.h5", "latest.h5", "filters.h5"] {
      let file = try HDF5File(reading: golden + name)
      let root = try file.root()
      for link in try root.links() {
        do {
          if case .dataset(let dataset) = try root.object(at: link) {
            for name in try dataset.attributes().names() {
              _ = try? dataset.attributes().strings(name)
              _ = try? dataset.attributes().values(name, as: Double.self)
            }
            _ = try? dataset.readStrings()
            _ = try dataset.read(Double.self)
          }
        } catch {}
      }
    }
    _ = failure { _ = try HDF5File(reading: folder.file("none")) }
    _ = failure { _ = try HDF5File(image: [1, 2, 3]) }
    _ = failure { _ = try HDF5File(creating: folder.file("none/none")) }
  }

  @Test func identifiersAreClosed() async {
    await #expect(processExitsWith: .success) {
      #expect(Library.heldIdentifierCount == 0 && Library.openObjectCount == 0)
      try LibraryTests.useEverything()
      #expect(Library.heldIdentifierCount == 0)
      #expect(Library.openObjectCount == 0)
      // And they are counted while they are held.
      let file = try HDF5File(creatingInMemory: "x")
      let root = try file.root()
      #expect(Library.openObjectCount == 2)
      #expect(Library.heldIdentifierCount >= 2)
      _ = consume root
      #expect(Library.openObjectCount == 1)
    }
  }

  @Test func nothingIsPrinted() async {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardErrorContent, \.standardOutputContent]
    ) {
      try LibraryTests.useEverything()
      // Each thread has an error stack of its own.
      let done = DispatchSemaphore(value: 0)
      let thread = Thread {
        try? LibraryTests.useEverything()
        done.signal()
      }
      thread.stackSize = 8 << 20
      thread.start()
      done.wait()
    }
    #expect(result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } == "")
    let output = result.map { String(decoding: $0.standardOutputContent, as: UTF8.self) } ?? ""
    #expect(!output.contains("HDF5-DIAG"))
  }

  @Test func nestedCallsEndTheProcess() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try Library.call("outer", on: "x") { () -> Int in
        (try? Library.call("inner", on: "y") { 0 }) ?? 0
      }
    }
    let text = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
    #expect(text.contains("HDF5 was called from inside a call of HDF5; callbacks may only collect"))
  }

  @Test func pluginsAreNotLoaded() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      // A plugin folder with a library that cannot be one: were it looked at, the error would say so.
      unsafe setenv("HDF5_PLUGIN_PATH", folder.path, 1)
      try Data("no library".utf8).write(to: URL(fileURLWithPath: folder.file("libx.so")))
      let dataset = try HDF5File(reading: golden + "filters.h5").root().dataset(at: "lz4")
      let error = failure { _ = try dataset.read(Double.self) }
      #expect(error?.code == .missingFilter)
      #expect(error?.stack.contains { $0.contains("plugin") && $0.contains("search") } == false)
    }
  }

  @Test func manyFilesInParallel() async throws {
    let folder = try TemporaryFolder()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<64 {
        group.addTask {
          let path = folder.file("\(index).h5")
          let values = (0..<1000).map { Double($0 * index) }
          let file = try HDF5File(creating: path)
          try file.root().write(values, to: "x", shape: [10, 100], storage: .chunked([3, 30], deflate: 1))
          try file.close()
          let again = try HDF5File(reading: path)
          let x = try again.root().dataset(at: "x")
          for row in 0..<10 {
            let part = HDF5Hyperslab(rows: row..<(row + 1), of: [10, 100])
            #expect(try x.read(Double.self, part) == Array(values[(row * 100)..<((row + 1) * 100)]))
            let error = failure { _ = try again.root().dataset(at: "none \(index)") }
            #expect(error?.object == "/none \(index)")
            #expect(error?.stack.contains { $0.contains("none \(index)") } == true)
          }
          let shared = try HDF5File(reading: golden + "shapes.h5")
          #expect(try shared.root().dataset(at: "rank4").read(Int32.self) == Array(0..<120))
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func manyThreadsReadOneDataset() throws {
    let dataset = try HDF5File(reading: golden + "filters.h5").root().dataset(at: "gzip_shuffle")
    let expected = (0..<600).map { Double($0 % 12) / 8 }
    DispatchQueue.concurrentPerform(iterations: 32) { row in
      let part = HDF5Hyperslab(rows: row..<(row + 100), of: [200, 3])
      let values = try? dataset.read(Double.self, part)
      #expect(values == Array(expected[(row * 3)..<(row * 3 + 300)]))
    }
  }
}
