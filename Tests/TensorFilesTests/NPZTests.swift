import Foundation
import TensorFiles
import Tensors
import Testing

private func message(_ body: () throws -> Void) -> String? {
  #expect(throws: FormatError.self) { try body() }?.description
}

/// The error without the name of the file.
private func failure(_ body: () throws -> Void) -> String? {
  var error = #expect(throws: FormatError.self) { try body() }
  error?.file = nil
  return error?.description
}

@Suite struct NPZTests {
  private func golden(_ name: String) -> String {
    ExampleFile.package.appending(path: "Formats/npz/golden/\(name).npz").path
  }

  private static let names = TensorArchiveNames.all

  /// Names of any letters, with the numbers of their places.
  private enum TensorArchiveNames {
    static let all = ["X", "a/b", "größe", "x.npy", "", "with space", "日本", String(repeating: "n", count: 4000)]

    static func archive() throws -> TensorArchive {
      var archive = TensorArchive()
      for (index, name) in all.enumerated() { archive.set(name, to: try Tensor([Double(index)])) }
      return archive
    }
  }

  // MARK: Round trips

  @Test(arguments: [nil, 0, 1, 9]) func roundTrip(compression: Int?) throws {
    try withTemporaryFolder { folder in
      let archive = try NumberPatterns.archive()
      let path = folder + "/x.npz"
      try FileFormats.write(ArchiveSource(archive), to: path, options: WritingOptions(compression: compression))
      let file = try FileFormats.open(path)
      #expect(file.format.name == "npz" && file.reader.damage == nil && file.reader.notes == [])
      #expect(file.reader.entries.map(\.name) == archive.members.map(\.name))
      for member in archive.members {
        let tensor = try file.reader.tensor(member.name)
        #expect(tensor.shape == member.tensor.shape && tensor.elementType == member.tensor.elementType)
        #expect(try tensor.digest == member.tensor.digest, "\(member.name)")
        let source = try file.reader.source(of: member.name)
        #expect(try source.inBlocks(ofRows: 2) == member.tensor.bytesByRows, "\(member.name)")
      }
    }
  }

  @Test func names() throws {
    try withTemporaryFolder { folder in
      try FileFormats.write(TensorArchiveNames.archive(), to: folder + "/x.npz")
      let reader = try FileFormats.open(folder + "/x.npz").reader
      #expect(reader.entries.map(\.name) == NPZTests.names)
      for (index, name) in NPZTests.names.enumerated() {
        #expect(try reader.tensor(name).doublesInStorageOrder() == [Double(index)])
      }
    }
  }

  @Test func emptyArchive() throws {
    try withTemporaryFolder { folder in
      try FileFormats.write(TensorArchive(), to: folder + "/x.npz")
      let file = try FileFormats.open(folder + "/x.npz")
      #expect(file.format.name == "npz" && file.reader.entries.isEmpty && file.reader.damage == nil)
    }
  }

  @Test func refusedNames() throws {
    let source = StoredTensor(try Tensor([1.0]))
    func refusal(_ names: String...) -> String? {
      let archive = ArchiveSource(members: names.map { .init(name: $0, source: source) })
      return message { _ = try NPZFormat().changes(writing: archive) }
    }
    #expect(refusal("a", "b", "a") == "a: two arrays have this name; rename one (--rename)")
    #expect(refusal("a\0b") == "a\\x00b: a name in a ZIP archive cannot have a zero byte")
    #expect(
      refusal(String(repeating: "n", count: 5000))?.hasSuffix(": the name has 5000 bytes, 4062 at the most are written")
        == true)
  }

  // MARK: NumPy

  /// Byte for byte what np.savez writes, and np.savez_compressed: read by NumPy, written again and compared.
  @Test(.enabled(if: Python.hasNumPy, "Python with NumPy is not here"), arguments: [nil, 6])
  func bytesAreNumPys(compression: Int?) throws {
    try withTemporaryFolder { folder in
      var archive = try NumberPatterns.archive()
      for member in try TensorArchiveNames.archive().members where member.name != "" {
        archive.set(member.name, to: member.tensor)
      }
      try FileFormats.write(
        ArchiveSource(archive), to: folder + "/x.npz", options: WritingOptions(compression: compression))
      let program = """
        import numpy, sys
        with numpy.load(sys.argv[1]) as f: arrays = {n: f[n] for n in f.files}
        getattr(numpy, sys.argv[2])(sys.argv[1] + '2.npz', **arrays)
        print(len(arrays))
        """
      let save = compression == nil ? "savez" : "savez_compressed"
      let count = try Python.run(["-c", program, folder + "/x.npz", save])
      #expect(count == "\(archive.members.count)\n")
      let ours = try InputFile(path: folder + "/x.npz").contents(limit: 1 << 28)
      let theirs = try InputFile(path: folder + "/x.npz2.npz").contents(limit: 1 << 28)
      #expect(ours == theirs)
    }
  }

  /// Where nothing can be written over, the sizes follow the members: as NumPy does it in a pipe.
  @Test(.enabled(if: Python.hasNumPy, "Python with NumPy is not here"), arguments: [nil, 6])
  func throughAPipe(compression: Int?) throws {
    try withTemporaryFolder { folder in
      let archive = try NumberPatterns.archive()
      let (pipe, path) = (folder + "/pipe", folder + "/x.npz")
      let reader = Process()
      reader.executableURL = URL(filePath: "/bin/sh")
      reader.arguments = ["-c", "mkfifo \"$1\" && : > \"$3\" && cat \"$1\" > \"$2\"", "sh", pipe, path, folder + "/go"]
      try reader.run()
      while !FileManager.default.fileExists(atPath: folder + "/go") { usleep(1000) }
      try FileFormats.write(
        ArchiveSource(archive), to: pipe, as: NPZFormat(), options: WritingOptions(compression: compression))
      reader.waitUntilExit()
      let file = try FileFormats.open(path)
      #expect(file.reader.damage == nil)
      for member in archive.members {
        #expect(try file.reader.tensor(member.name).digest == member.tensor.digest, "\(member.name)")
      }
      let program = """
        import io, numpy, sys
        class Pipe(io.RawIOBase):
            def __init__(self): self.bytes = b''
            def writable(self): return True
            def write(self, data): self.bytes += bytes(data); return len(data)
        with numpy.load(sys.argv[1]) as f: arrays = {n: f[n] for n in f.files}
        pipe = Pipe()
        getattr(numpy, sys.argv[2])(pipe, **arrays)
        print(len(arrays), pipe.bytes == open(sys.argv[1], 'rb').read())
        """
      let save = compression == nil ? "savez" : "savez_compressed"
      #expect(try Python.run(["-c", program, path, save]) == "\(archive.members.count) True\n")
    }
  }

  // MARK: Damage

  /// One flipped bit in the numbers of a member: that one is an error however it is read, the others are not.
  @Test(arguments: [nil, 6]) func flippedBit(compression: Int?) throws {
    try withTemporaryFolder { folder in
      var archive = TensorArchive()
      for name in ["a", "x", "z"] {
        archive.set(name, to: try Tensor((0..<3000).map { Double($0) / 7 }, shape: [1000, 3]))
      }
      try FileFormats.write(
        ArchiveSource(archive), to: folder + "/x.npz", options: WritingOptions(compression: compression))
      var bytes = try InputFile(path: folder + "/x.npz").contents(limit: 1 << 20)
      bytes[bytes.count / 2] ^= 0x10
      let reader = try FileFormats.open(InputFile(bytes: bytes, name: "x.npz")).reader
      #expect(reader.damage == nil)
      for name in ["a", "z"] { #expect(try reader.tensor(name).digest == archive[name]?.digest) }
      let error = compression == nil ? "x: the checksum (CRC-32) is " : "x: the "
      #expect(failure { _ = try reader.tensor("x") }?.hasPrefix(error) == true)
      #expect(failure { _ = try reader.rows(of: "x") }?.hasPrefix(error) == true)
      #expect(failure { _ = try reader.source(of: "x").inBlocks(ofRows: 100) }?.hasPrefix(error) == true)
    }
  }

  /// Of an archive that was cut, the members before the cut are read.
  @Test func cut() throws {
    let bytes = try InputFile(path: golden("numpy_stored")).contents(limit: 1 << 20)
    let reader = try FileFormats.open(InputFile(bytes: Array(bytes.prefix(900)), name: "x.npz")).reader
    #expect(
      reader.damage?.description
        == "x.npz: big.npy: the member takes 148 bytes, the file ends 58 bytes short of them; "
        + "what stood after it is missing too")
    #expect(reader.entries.map(\.name) == ["X", "y", "fortran"])
    for entry in reader.entries { _ = try reader.tensor(entry.name) }
    // Behind the last member the directory is missing only.
    let whole = try FileFormats.open(InputFile(bytes: Array(bytes.dropLast()), name: "x.npz")).reader
    #expect(whole.entries.count == 7)
    #expect(whole.damage?.code == .truncated)
  }

  /// Of several members of one name NumPy gives the last.
  @Test func twoOfOneName() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/x.npz"
      var output = try OutputFile(path: path)
      var zip = ZIPWriter()
      for (name, number) in [("a.npy", 1.0), ("b.npy", 2), ("a.npy", 3), ("b", 4), ("c", 5), ("c.npy", 6)] {
        try zip.begin(name, level: nil, to: &output)
        try zip.write(try array(number), to: &output)
        try zip.end(to: &output)
      }
      try zip.finish(to: &output)
      try output.commit()
      let reader = try FileFormats.open(path).reader
      #expect(reader.entries.map(\.name) == ["a", "b", "c"])
      #expect(try reader.tensor("a").doublesInStorageOrder() == [3])
      #expect(try reader.tensor("b").doublesInStorageOrder() == [2])
      #expect(try reader.tensor("c").doublesInStorageOrder() == [6])
      #expect(
        reader.notes == [
          "a.npy: there are 2 members of this name; the last one counts, as in NumPy",
          "b: there is an array of this name and another file; the array counts",
          "c: there is an array of this name and another file; the array counts",
        ])
    }
  }

  /// The bytes of an .npy file with one number.
  private func array(_ number: Double) throws -> [UInt8] {
    try withTemporaryFolder { folder in
      var archive = TensorArchive()
      archive.set("x", to: try Tensor([number]))
      try FileFormats.write(archive, to: folder + "/x.npy")
      return try InputFile(path: folder + "/x.npy").contents(limit: 1 << 20)
    }
  }

  @Test func notOne() throws {
    let input = InputFile(bytes: Array("text".utf8), name: "x.npz")
    #expect(
      message { _ = try FileFormats.open(input, from: "npz") }
        == "x.npz: the first bytes are not those of a ZIP archive")
  }

  @Test func otherFiles() throws {
    let reader = try FileFormats.open(golden("numpy_others")).reader
    #expect(
      failure { _ = try reader.tensor("README") }
        == "README: this is file of 20 bytes, not an array of numbers")
    #expect(
      failure { _ = try reader.tensor("objects") }
        == "objects: this is pickled Python objects (|O) 2, not an array of numbers; in Python, save "
        + "objects.astype(float) with allow_pickle=False, if they are numbers")
    #expect(
      failure { _ = try reader.tensor("nope") }?.hasPrefix("nope: there is no such array; the file has a, ") == true)
  }
}
