import Foundation
import TensorFiles
import Tensors
import Testing

/// Arrays that are written and read block by block.
@Suite struct HDF5StreamingTests {
  /// 12 MB: more than a block.
  private func large(_ order: Order, _ type: ElementType = .float64) throws -> Tensor {
    let shape = [30_001, 50]
    let numbers = (0..<30_001 * 50).map { Double($0 % 25_013) }
    return try Tensor(shape: shape, elementType: .float64, order: order, storage: Tensor(numbers).storage)
      .converted(to: type)
  }

  @Test(arguments: ["h5", "mat73"], [nil, 0, 1, 9])
  func largeArraysComeBack(format: String, level: Int?) throws {
    try withTemporaryFolder { folder in
      for order in [Order.rowMajor, .columnMajor] {
        let tensor = try large(order, level == 9 ? .float32 : .float64)
        var archive = TensorArchive()
        archive.set("X", to: tensor)
        archive.set("y", to: try Tensor((0..<2_000_000).map { Double($0) }))
        let path = "\(folder)/\(order)"
        try FileFormats.write(
          ArchiveSource(archive), to: path, as: FileFormats.named(format), options: WritingOptions(compression: level))
        let reader = try FileFormats.open(path).reader
        #expect(try reader.tensor("X").digest == tensor.digest)
        #expect(try reader.tensor("y").doublesInStorageOrder().last == 1_999_999)
        // Blocks that are not those in which it was written.
        let blocks = try reader.source(of: "X").blocks(ofRows: 999)
        var first = 0
        while let block = try blocks.next() {
          let count = block.shape[0]
          #expect(try block.digest == tensor.rows(first..<first + count).digest)
          first += count
        }
        #expect(first == 30_001)
      }
    }
  }

  @Test(.enabled(if: Python.hasH5py, "needs python3 with h5py"))
  func chunksAreWholeRowsShuffledAndDeflated() throws {
    try withTemporaryFolder { folder in
      var archive = TensorArchive()
      archive.set("X", to: try large(.rowMajor))
      archive.set("wide", to: try Tensor([Double](repeating: 0.5, count: 300_000), shape: [2, 150_000]))
      archive.set("empty", to: try Tensor([Double](), shape: [0, 3]))
      archive.set("scalar", to: try Tensor([1.0], shape: []))
      try FileFormats.write(
        ArchiveSource(archive), to: "\(folder)/a.h5", options: WritingOptions(compression: 4))
      let script = """
        import h5py, sys
        f = h5py.File(sys.argv[1])
        print([(n, d.chunks, d.compression, d.compression_opts, d.shuffle) for n, d in f.items()])
        """
      #expect(
        try Python.run(["-c", script, "\(folder)/a.h5"])
          == "[('X', (1310, 50), 'gzip', 4, True), ('empty', None, None, None, False), "
          + "('scalar', None, None, None, False), ('wide', (1, 65536), 'gzip', 4, True)]\n")
    }
  }

  /// What cannot be sought in gets the bytes of a temporary file, which is gone afterwards.
  @Test func largeFilesGoThroughPipes() throws {
    try withTemporaryFolder { folder in
      var archive = TensorArchive()
      archive.set("X", to: try Tensor([Double](repeating: 0.5, count: 5_000_000)))
      for format in ["h5", "mat73"] {
        try FileFormats.write(archive, to: "\(folder)/file", as: FileFormats.named(format))
        let copy = Process()
        copy.executableURL = URL(filePath: "/bin/sh")
        copy.arguments = ["-c", "mkfifo '\(folder)/pipe' && cat '\(folder)/pipe' > '\(folder)/copy'"]
        try copy.run()
        while !FileManager.default.fileExists(atPath: "\(folder)/pipe") { usleep(1000) }
        try FileFormats.write(archive, to: "\(folder)/pipe", as: FileFormats.named(format))
        copy.waitUntilExit()
        let paths = ["file", "copy"].map { "\(folder)/\($0)" }
        #expect(FileManager.default.contentsEqual(atPath: paths[0], andPath: paths[1]))
        for name in ["pipe", "copy"] { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
      }
    }
  }
}
