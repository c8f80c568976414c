import Foundation
import TensorFiles
import Tensors
import Testing

@Suite struct CaffeDataTests {
  private let format = CaffeDataFormat()

  private func archive(_ members: [(String, Tensor)]) -> TensorArchive {
    var archive = TensorArchive()
    for (name, tensor) in members { archive.set(name, to: tensor) }
    return archive
  }

  private func message(_ members: [(String, Tensor)], _ name: String = "a.h5") throws -> String? {
    try withTemporaryFolder { folder in
      let path = "\(folder)/\(name)"
      let error = #expect(throws: FormatError.self) { try FileFormats.write(archive(members), to: path, as: format) }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == [])
      guard var error else { return nil }
      error.file = nil
      return error.description
    }
  }

  @Test func writesFloatsAndTheListOfTheFile() throws {
    try withTemporaryFolder { folder in
      let data = archive([
        ("data", try Tensor([0.1, 2, 3, 4], shape: [2, 2])), ("label", try Tensor([UInt8(0), 1])),
      ])
      #expect(
        try format.changes(writing: ArchiveSource(data)) == [
          "data: float64 becomes float32, Caffe's type; numbers that it does not have are rounded",
          "label: uint8 becomes float32, Caffe's type",
        ])
      let path = "\(folder)/train.h5"
      try FileFormats.write(data, to: path, as: format)
      let reader = try FileFormats.open(path).reader
      #expect(try reader.tensor("data").firstNumbers(4) == [Double(Float(0.1)), 2, 3, 4])
      #expect(reader.entries.map(\.elementType) == [.float32, .float32])
      let list = try InputFile(path: "\(folder)/train.txt").contents(limit: 1000)
      #expect(String(decoding: list, as: UTF8.self) == path + "\n")
    }
  }

  @Test func namesTheListAfterTheFile() {
    #expect(format.companion(of: "a.b/train")?.path == "a.b/train.txt")
    #expect(format.companion(of: "x/train.v2.h5")?.path == "x/train.v2.txt")
    #expect(format.companion(of: "train.txt")?.path == "train.txt.txt")
    #expect(format.companion(of: ".h5")?.path == ".h5.txt")
  }

  @Test func saysWhatTheLayerDoesNotTake() throws {
    let X = try Tensor([1.0, 2, 3, 4, 5, 6], shape: [3, 2])
    let y = try Tensor([1.0, 0, 1])
    #expect(
      try message([("X", X), ("y", y)])
        == "data: Caffe's layer reads an array of this name, the file has X, y; --rename X=data gives it")
    #expect(
      try message([("data", X), ("y", y)])
        == "label: Caffe's layer reads an array of this name, the file has data, y; --rename y=label gives it")
    #expect(
      try message([("data", X), ("label", Tensor([1.0, 0, 1], shape: [1, 3]))])
        == "label: the shape 1x3 has 1 rows, data has 3; --transpose label makes the row a column")
    #expect(
      try message([("data", X), ("label", Tensor([1.0, 0]))])
        == "label: the shape 2 has 2 rows, data has 3: each example is one row of every array")
    #expect(
      try message([("data", X), ("label", y), ("more/z", y)])
        == "more/z: Caffe reads the arrays of the root group only; --rename renames it")
    #expect(
      try message([("data", Tensor([1.0, 1e39, 2])), ("label", y)])
        == "data: the value 1e+39 is beyond the range of Caffe's float32")
    #expect(
      try message([("data", X), ("label", y)], "a b.h5")
        == "Caffe splits its list of files at white space: the path of the file must have none")
  }

  @Test func infinitiesStay() throws {
    try withTemporaryFolder { folder in
      let data = archive([("data", try Tensor([-Double.infinity, .nan])), ("label", try Tensor([1.0, 0]))])
      try FileFormats.write(data, to: "\(folder)/a.h5", as: format)
      let tensor = try FileFormats.open("\(folder)/a.h5").reader.tensor("data")
      let numbers = try tensor.doublesInStorageOrder()
      #expect(numbers[0] == -.infinity && numbers[1].isNaN)
    }
  }
}
