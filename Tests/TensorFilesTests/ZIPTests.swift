import Foundation
import TensorFiles
import Tensors
import Testing

private func message(_ body: () throws -> Void) -> String? {
  #expect(throws: FormatError.self) { try body() }?.description
}

/// The container, which knows no tensors.
@Suite struct ZIPTests {
  /// An archive with members of these names and bytes.
  private func write(
    _ members: [(name: String, bytes: [UInt8])], level: Int? = nil, mostShort: Int = 0x7FFF_FFFF, to path: String
  ) throws {
    var output = try OutputFile(path: path)
    var zip = ZIPWriter(mostShort: mostShort)
    for member in members {
      try zip.begin(member.name, level: level, to: &output)
      for part in stride(from: 0, to: member.bytes.count, by: 1000) {
        try zip.write(Array(member.bytes[part..<min(part + 1000, member.bytes.count)]), to: &output)
      }
      try zip.end(to: &output)
    }
    try zip.finish(to: &output)
    try output.commit()
  }

  private static let members: [(name: String, bytes: [UInt8])] = [
    ("empty", []), ("a", [1, 2, 3]), ("folder/größe", (0..<100_000).map { UInt8($0 * $0 % 251) }), ("z", [9]),
  ]

  @Test(arguments: [nil, 1, 6, 9] as [Int?], [0x7FFF_FFFF, 10]) func roundTrip(level: Int?, mostShort: Int) throws {
    try withTemporaryFolder { folder in
      try write(ZIPTests.members, level: level, mostShort: mostShort, to: folder + "/x.zip")
      let archive = try ZIPArchive(InputFile(path: folder + "/x.zip"), limits: Limits())
      #expect(archive.damage == nil)
      #expect(archive.members.map(\.name) == ZIPTests.members.map(\.name))
      for (member, expected) in zip(archive.members, ZIPTests.members) {
        #expect(member.size == expected.bytes.count)
        #expect(try archive.contents(of: member, limit: 1 << 20) == expected.bytes)
        // A part, then the rest unseen: the checksum is still that of all.
        let stream = try archive.open(member)
        #expect(try stream.take(member.size / 3) == Array(expected.bytes.prefix(member.size / 3)))
        try stream.finish()
      }
      #expect(
        message { _ = try archive.contents(of: archive.members[1], limit: 2) }
          == "a: 3 bytes are needed in memory, the limit is 2")
    }
  }

  @Test(.enabled(if: Python.hasNumPy, "Python is not here"), arguments: [nil, 6] as [Int?], [0x7FFF_FFFF, 10])
  func pythonReads(level: Int?, mostShort: Int) throws {
    try withTemporaryFolder { folder in
      try write(ZIPTests.members, level: level, mostShort: mostShort, to: folder + "/x.zip")
      let program = """
        import sys, zipfile
        with zipfile.ZipFile(sys.argv[1]) as f:
            print(f.testzip(), [(i.filename, len(f.read(i)), i.date_time[:3]) for i in f.infolist()])
        """
      #expect(
        try Python.run(["-c", program, folder + "/x.zip"])
          == "None [('empty', 0, (1980, 1, 1)), ('a', 3, (1980, 1, 1)), ('folder/größe', 100000, (1980, 1, 1)), "
          + "('z', 1, (1980, 1, 1))]\n")
    }
  }

  /// More members than 16 bits count.
  @Test func manyMembers() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/x.zip"
      try write((0..<70_000).map { ("\($0)", []) }, to: path)
      let archive = try ZIPArchive(InputFile(path: path), limits: Limits())
      #expect(archive.damage == nil && archive.members.count == 70_000 && archive.members.last?.name == "69999")
      let limited = try ZIPArchive(InputFile(path: path), limits: Limits(objects: 69_999))
      #expect(limited.damage?.sentence == "the ZIP archive has 70000 members, 69999 are the limit")
      if Python.hasNumPy {
        let program = "import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))"
        #expect(try Python.run(["-c", program, path]) == "70000\n")
      }
    }
  }

  /// What cannot be read is listed, and says why when it is opened.
  @Test(arguments: [
    (6, 1, "a: the member is encrypted, which is not read; decrypt the archive first"),
    (6, 1 << 5, "a: the member is a patch of another file, which is not read"),
    (
      8, 12,
      "a: the member is compressed by method 12 (bzip2), which is not read; write the archive again with deflate or "
        + "uncompressed"
    ),
    (
      8, 77,
      "a: the member is compressed by method 77, which is not read; write the archive again with deflate or "
        + "uncompressed"
    ),
  ])
  func refused(field: Int, value: UInt8, text: String) throws {
    try withTemporaryFolder { folder in
      try write([("a", [1])], to: folder + "/x.zip")
      var bytes = try InputFile(path: folder + "/x.zip").contents(limit: 1 << 20)
      // The header before the member, and its entry in the directory, whose fields stand two bytes farther.
      bytes[field] = value
      bytes[30 + 1 + 20 + 1 + field + 2] = value
      let archive = try ZIPArchive(InputFile(bytes: bytes, name: "x.zip"), limits: Limits())
      #expect(archive.members.map(\.name) == ["a"])
      #expect(message { _ = try archive.open(archive.members[0]) } == text)
      let reader = try FileFormats.open(InputFile(bytes: bytes, name: "x.zip"), from: "npz").reader
      #expect(reader.entries.map(\.isNumeric) == [false])
    }
  }

  /// What other programs keep in ZIP archives is named.
  @Test(arguments: [
    (
      ["archive/data.pkl", "archive/data/0"],
      "a PyTorch file (.pt), a pickle, which can run programs and is not read; in Python, "
        + "safetensors.torch.save_file(torch.load('model.pt', weights_only=True), 'model.safetensors') writes one that is"
    ),
    (
      ["W1.npy.bin", "schema.json"],
      "a model that skops saved, which is not read; in Python, open('model.onnx', 'wb').write("
        + "skl2onnx.to_onnx(model, X[:1]).SerializeToString()) writes one that is"
    ),
    (
      ["docProps/app.xml", "xl/workbook.xml"],
      "an Excel workbook (.xlsx), which is not read; save the sheet as CSV"
    ),
    (["mimetype", "content.xml"], "an OpenDocument file (.ods), which is not read; save the sheet as CSV"),
    (
      ["a.csv", "b.csv", "c.csv", "d.csv", "e.csv"],
      "a ZIP archive of a.csv, b.csv, c.csv, d.csv and 1 more, which is not read; unzip takes its files out of it"
    ),
    (["folder/"], "a ZIP archive of nothing, which is not read; unzip takes its files out of it"),
  ])
  func foreign(names: [String], text: String) throws {
    try withTemporaryFolder { folder in
      // Longer than what is looked at to tell a format: the names are found in the directory.
      try write(names.map { ($0, [UInt8](repeating: 1, count: 5000)) }, to: folder + "/x.zip")
      #expect(message { _ = try FileFormats.open(folder + "/x.zip") } == "\(folder)/x.zip: \(text)")
    }
  }

  /// Names of old archives are in the letters of the first PC, those of others in UTF-8.
  @Test func lettersOfNames() throws {
    try withTemporaryFolder { folder in
      try write([("grXe", [])], to: folder + "/x.zip")
      let bytes = try InputFile(path: folder + "/x.zip").contents(limit: 1 << 20)
      let old = bytes.map { $0 == UInt8(ascii: "X") ? 0x94 : $0 }
      let archive = try ZIPArchive(InputFile(bytes: old, name: "x.zip"), limits: Limits())
      #expect(archive.members.map(\.name) == ["gröe"])
      #expect(try archive.contents(of: archive.members[0], limit: 1) == [])
    }
  }

  @Test func checksums() {
    var checksum = CRC32()
    #expect(checksum.value == 0)
    checksum.update(Array("1234".utf8))
    checksum.update([])
    checksum.update(Array("56789".utf8))
    // The check value of every description of CRC-32.
    #expect(checksum.value == 0xCBF4_3926)
  }
}
