import Foundation
import HDF5
import Testing

@Suite struct FileTests {
  @Test func writesAndReads() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.h5")
    let file = try HDF5File(creating: path)
    let root = try file.root()
    try root.write([1.5, 2, 3, 4, 5, 6], to: "group/X", shape: [2, 3])
    try root.dataset(at: "group/X").attributes().write("metres", to: "units")
    try file.close()
    #expect(throws: HDF5Error.self) { _ = try root.dataset(at: "group/X") }

    let again = try HDF5File(reading: path)
    let x = try again.root().dataset(at: "/group/X")
    #expect(try x.shape == [2, 3])
    #expect(x.datatype == HDF5Datatype(.float64))
    #expect(x.layout == .contiguous)
    #expect(try x.read(Double.self) == [1.5, 2, 3, 4, 5, 6])
    #expect(try x.read(Double.self, HDF5Hyperslab(offset: [0, 1], count: [2, 2])) == [2, 3, 5, 6])
    #expect(try x.attributes().string("units") == "metres")
    #expect(try x.attributes().names() == ["units"])
    try again.close()
  }

  @Test func errorsCarryCallObjectAndStack() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("none.h5")
    let missing = failure { _ = try HDF5File(reading: path) }
    #expect(missing?.code == .failedCall && missing?.call == "H5Fopen" && missing?.object == path)
    #expect(missing?.stack.first?.contains("No such file or directory") == true)
    #expect(missing?.description.hasPrefix("H5Fopen failed on \(path): ") == true)

    try Data("This is text, not HDF5.".utf8).write(to: URL(fileURLWithPath: path))
    let text = failure { _ = try HDF5File(reading: path) }
    #expect(text?.stack.contains { $0.contains("file signature not found") } == true)

    let root = try HDF5File(reading: golden + "shapes.h5").root()
    let absent = failure { _ = try root.dataset(at: "compound/none") }
    #expect(absent?.call == "H5Oopen" && absent?.object == "/compound/none")
    let stack = try #require(absent?.stack)
    #expect(stack.count > 2 && stack.last?.contains("H5Oopen") == true, "\(stack)")
    #expect(failure { _ = try HDF5File(reading: "a\0b") }?.code == .invalidArgument)
  }

  @Test func doesNotReplaceUnlessTold() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.h5")
    try HDF5File(creating: path).close()
    #expect(failure { _ = try HDF5File(creating: path) }?.call == "H5Fcreate")
    let file = try HDF5File(creating: path, replacing: true)
    try file.root().write([1], to: "x", shape: [])
    try file.close()
    let update = try HDF5File(updating: path)
    try update.root().dataset(at: "x").write([2])
    try update.root().write([3], to: "y", shape: [])
    try update.close()
    let read = try HDF5File(reading: path)
    #expect(try read.root().links().map(\.name) == ["x", "y"])
    #expect(try read.root().dataset(at: "x").read(Int.self) == [2])
    #expect(failure { try read.root().write([1], to: "z", shape: []) }?.call == "H5Dcreate2")
  }

  /// Whoever owns a dataset can use it; the file stays open as long as something of it does.
  @Test func objectsOutliveTheirFile() throws {
    let dataset = try HDF5File(reading: golden + "shapes.h5").root().dataset(at: "rank4")
    #expect(try dataset.read(Int32.self) == Array(0..<120))
  }

  @Test func closingClosesEverything() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.h5")
    let file = try HDF5File(creating: path)
    let x = try file.root().write([1.0], to: "x", shape: [1])
    let attributes = try x.attributes()
    try attributes.write(1, to: "a")
    let attribute = try attributes.attribute("a")
    try file.close()
    #expect(failure { _ = try x.read(Double.self) }?.code == .failedCall)
    #expect(failure { _ = try attribute.read(Int.self) }?.code == .failedCall)
    #expect(failure { _ = try attributes.names() }?.code == .failedCall)
    // Had it stayed open for writing, this would fail.
    let again = try HDF5File(creating: path, replacing: true)
    try again.close()
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
  func reportsAFullDisk() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("full.h5")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
    #expect(failure { _ = try HDF5File(creating: path, replacing: true).close() } != nil)
  }
}
