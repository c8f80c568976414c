import Foundation
import TensorFiles
import Tensors
import Testing

@Suite struct MAT73Tests {
  private let format = MAT73Format()

  private func write(_ members: [(String, Tensor)], to path: String) throws {
    var archive = TensorArchive()
    for (name, tensor) in members { archive.set(name, to: tensor) }
    try FileFormats.write(archive, to: path, as: format)
  }

  private func message(_ body: () throws -> Void) -> String? {
    var error = #expect(throws: FormatError.self) { try body() }
    error?.file = nil
    return error?.description
  }

  @Test func theWordTellsTheFormatNotTheText() throws {
    #expect(try FileFormats.forWriting(path: "x.mat").name == "mat5")
    let golden = ExampleFile.package.appending(path: "Formats/mat73/golden/scipy_matlab.mat").path
    let bytes = try InputFile(path: golden).contents(limit: 1 << 20)
    #expect(bytes.starts(with: "MATLAB 7.0 MAT-file".utf8))
    #expect(try FileFormats.open(golden).format.name == "mat73")
  }

  @Test func namesAndTypesThatMATLABHasNot() throws {
    let x = try Tensor([1.0])
    for name in ["1x", "_x", "a b", "a/b", "größe", "", String(repeating: "a", count: 64)] {
      let words = message { try write([(name, x)], to: "/dev/null") }
      #expect(words?.contains("this is no MATLAB name, which is a letter, then letters, digits and _") == true)
    }
    #expect(
      message { try write([("end", x)], to: "/dev/null") }
        == "end: this is a word of MATLAB's own, which no variable can have as its name; --rename 'end=end_' gives it "
        + "another")
    #expect(
      message { try write([("x", x.converted(to: .float16))], to: "/dev/null") }
        == "x: MATLAB has no float16; convert it to float32 first (--type float32)")
  }

  @Test func vectorsBecomeColumns() throws {
    try withTemporaryFolder { folder in
      let members = [("v", try Tensor([1.0, 2, 3])), ("s", try Tensor([4.0], shape: []))]
      var archive = TensorArchive()
      for (name, tensor) in members { archive.set(name, to: tensor) }
      #expect(
        try format.changes(writing: ArchiveSource(archive)) == [
          "v: an array of one dimension becomes 3x1: MATLAB's arrays have two dimensions at least",
          "s: a scalar becomes 1x1: MATLAB's arrays have two dimensions at least",
        ])
      try write(members, to: "\(folder)/x.mat")
      let reader = try FileFormats.open("\(folder)/x.mat").reader
      #expect(try reader.tensor("v").shape == [3, 1] && reader.tensor("s").shape == [1, 1])
    }
  }

  @Test func theHeaderIsMATLABs() throws {
    try withTemporaryFolder { folder in
      try write([("x", try Tensor([1.0]))], to: "\(folder)/x.mat")
      let bytes = try InputFile(path: "\(folder)/x.mat").contents(limit: 1 << 20)
      #expect(bytes.starts(with: "MATLAB 7.3 MAT-file, ".utf8))
      #expect(bytes[..<116].allSatisfy { (0x20..<0x7F).contains($0) })
      #expect(Array(bytes[116..<128]) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x49, 0x4D])
      #expect(bytes[128..<512].allSatisfy { $0 == 0 })
      // Version 0 of the superblock: what every library of HDF5 opens.
      #expect(bytes[512] == 0x89 && bytes[520] == 0)
    }
  }

  /// h5py shows the file as MATLAB's own library would see it.
  @Test(.enabled(if: Python.hasH5py, "needs python3 with h5py"))
  func variablesAreStoredAsMATLABStoresThem() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/x.mat"
      try write(
        [
          ("X", try Tensor([1.0, 2, 3, 4, 5, 6], shape: [3, 2])),
          ("b", try Tensor([1.0, 0]).converted(to: .bool)), ("c", try Tensor([1.0]).converted(to: .complex64)),
          ("d", try Tensor((0..<20_000).map { Float($0) }, shape: [10_000, 2])),
          ("e", try Tensor([Int16](), shape: [0, 3])),
        ], to: path)
      let script = """
        import h5py, sys
        f = h5py.File(sys.argv[1])
        for n, d in f.items():
            a = {}
            for k in d.attrs:
                t = d.attrs.get_id(k).get_type()
                pad = (t.get_size(), t.get_strpad(), t.get_cset()) if isinstance(t, h5py.h5t.TypeStringID) else ''
                v = d.attrs[k]
                v = v.decode() if isinstance(v, bytes) else int(v)
                a[k] = (d.attrs.get_id(k).dtype.str, d.attrs.get_id(k).shape, v, pad)
            print(n, d.shape, d.dtype.str, d.chunks, d.compression_opts, d[()].tolist() if d.size < 9 else '', a)
        """
      let expected = """
        X (2, 3) <f8 None None [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]] {'MATLAB_class': ('|S6', (), 'double', (6, 0, 0))}
        b (1, 2) |u1 None None [[1, 0]] {'MATLAB_class': ('|S7', (), 'logical', (7, 0, 0)), \
        'MATLAB_int_decode': ('<i4', (), 1, '')}
        c (1, 1) |V8 None None [[(1.0, 0.0)]] {'MATLAB_class': ('|S6', (), 'single', (6, 0, 0))}
        d (2, 10000) <f4 (2, 10000) 3  {'MATLAB_class': ('|S6', (), 'single', (6, 0, 0))}
        e (2,) <u8 None None [0, 3] {'MATLAB_class': ('|S5', (), 'int16', (5, 0, 0)), \
        'MATLAB_empty': ('|u1', (), 1, '')}

        """
      let found = try Python.run(["-c", script, path])
      #expect(found == expected)
    }
  }
}
