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
}
