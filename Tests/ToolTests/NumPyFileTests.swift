import TensorFiles
import Tensors
import Testing

/// Arrays of NumPy's go through the tools as those of other formats do.
@Suite struct NumPyFileTests {
  private static let x = Matrix(rows: 40, columns: 2, elements: (0..<80).map { Double($0 * 7919 % 997) / 997 })
  private static let y = Matrix(rows: 40, columns: 1, elements: (0..<40).map { Double($0 * 31 % 2) })

  /// The same arrays in another format train the same parameters.
  @Test func trainingFromAnArchive() throws {
    let folder = try TemporaryFolder()
    for file in ["d.mat", "d.npz"] {
      try folder.write(["X": NumPyFileTests.x, "y": NumPyFileTests.y], to: file)
      let outcome = try Tool.train(file, "--iterations", "20", "--quiet", "-o", file + ".h5", in: folder)
      #expect(outcome.code == 0 && outcome.errors == "", "\(outcome)")
    }
    let weights = try ["d.mat.h5", "d.npz.h5"].map { file in
      try FileFormats.open(folder.file(file)).reader.tensor("W1").doublesInStorageOrder()
    }
    #expect(weights[0] == weights[1])
  }

  /// Through a pipe an archive is kept until it can be sought in, and an array is `data`.
  @Test func throughStandardInput() throws {
    let folder = try TemporaryFolder()
    try folder.write(["X": NumPyFileTests.x, "y": NumPyFileTests.y], to: "d.npz")
    let archive = try Tool.inspect.run(["-"], input: .bytes(folder.bytes("d.npz")), in: folder)
    #expect(archive.code == 0)
    #expect(archive.lines.dropFirst() == ["  X  40x2  float64", "  y  40x1  float64"])
    try folder.write(["X": NumPyFileTests.x], to: "x.npy")
    let array = try Tool.inspect.run(["-"], input: .bytes(folder.bytes("x.npy")), in: folder)
    #expect(array.lines.dropFirst() == ["  data  40x2  float64"])
    let named = try Tool.inspect.run(["x.npy"], in: folder)
    #expect(named.lines == ["x.npy: NumPy array, 768 bytes", "  x  40x2  float64"])
  }

  /// What cannot be read is said, with what can be done; the arrays beside it are listed all the same.
  @Test func aDamagedMember() throws {
    let folder = try TemporaryFolder()
    try folder.write(["X": NumPyFileTests.x, "y": NumPyFileTests.y], to: "d.npz")
    var bytes = try folder.bytes("d.npz")
    bytes[100] = UInt8(ascii: "?")
    try folder.write(bytes, to: "e.npz")
    let outcome = try Tool.inspect.run(["e.npz"], in: folder)
    #expect(outcome.code == 65)
    #expect(outcome.output.contains("y  40x1  float64"), "\(outcome)")
    #expect(outcome.errors.hasPrefix("e.npz: X: the header has "), "\(outcome)")
  }
}
