import Foundation
import TensorFiles
import Tensors
import Testing

@Suite("safetensors") struct SafetensorsTests {
  private static func file(_ header: String, _ data: [UInt8] = [], length: Int? = nil) -> [UInt8] {
    let text = Array(header.utf8)
    let length = length ?? text.count
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + text + data
  }

  private static func open(_ bytes: [UInt8], from name: String? = nil) throws(FormatError) -> OpenFile {
    try FileFormats.open(InputFile(bytes: bytes, name: "x"), from: name)
  }

  /// A header whose length is 640 begins like a pickle of protocol 2, one of 1152 like one of protocol 4.
  @Test(arguments: [640, 896, 1152, 1408]) func aLengthThatLooksLikeAPickle(length: Int) throws {
    let header = "{" + String(repeating: " ", count: length - 2) + "}"
    #expect(try Self.open(Self.file(header)).format.name == "safetensors")
  }

  @Test func otherFilesAreNotTaken() throws {
    let format = SafetensorsFormat()
    // Text, a matrix of MATLAB level 4 with 123 columns and none of its rows, nothing behind the length, no object.
    for bytes: [UInt8] in [
      Array("x,y\n1,2\n{\"a\": 1}".utf8), [10, 0, 0, 0, 0, 0, 0, 0, 123, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 65, 0],
      [2, 0, 0, 0, 0, 0, 0, 0], Self.file("[1]"), Self.file("{1}"), Self.file("{}", length: 0),
    ] {
      #expect(!format.recognizes(prefix: bytes, size: bytes.count))
    }
    #expect(format.recognizes(prefix: Self.file("{}"), size: 10))
    #expect(format.recognizes(prefix: Self.file(" \n{ \"a\""), size: 100))
  }

  @Test func aFileThatIsTooShort() throws {
    let error = #expect(throws: FormatError.self) { try Self.open([1, 2], from: "safetensors") }
    #expect(error?.sentence == "the file has 2 bytes; a safetensors file begins with 8 bytes of length")
  }

  @Test func widerElementsStandFirst() throws {
    var archive = TensorArchive()
    archive.set("b", to: try Tensor([UInt8(1), 2, 3]))
    archive.set("z", to: try Tensor([1.5, -2], shape: [2, 1]))
    archive.set("a", to: try Tensor([Int64(7)], shape: []))
    archive.setAttribute("note", to: .text("a \"b\"\u{1B}\n\u{E9}"))
    archive.setAttribute("layers", to: try .integer(3))
    archive.setAttribute("columns", of: "z", to: .texts(["x"]))
    let source = ArchiveSource(archive)
    #expect(
      try SafetensorsFormat().changes(writing: source) == [
        "the attribute 'layers' is not kept: safetensors has no place for it",
        "z: the attribute 'columns' is not kept: safetensors has no place for it",
      ])
    try withTemporaryFolder { folder in
      try FileFormats.write(archive, to: "\(folder)/a.safetensors")
      let bytes = try InputFile(path: "\(folder)/a.safetensors").contents(limit: 1000)
      let header =
        #"{"__metadata__":{"note":"a \"b\"\u001b\u000aé"},"z":{"dtype":"F64","shape":[2,1],"data_offsets":[0,16]},"#
        + #""a":{"dtype":"I64","shape":[],"data_offsets":[16,24]},"b":{"dtype":"U8","shape":[3],"data_offsets":[24,27]}}"#
      let length = (header.utf8.count + 7) / 8 * 8
      let padded = header + String(repeating: " ", count: length - header.utf8.count)
      #expect(Array(bytes.prefix(8 + length)) == Self.file(padded))
      #expect(bytes.count == 8 + length + 27)
      let file = try FileFormats.open("\(folder)/a.safetensors")
      #expect(file.format.name == "safetensors")
      #expect(file.reader.entries.map(\.name) == ["z", "a", "b"])
      #expect(try file.reader.attributes(of: "").map(\.value.text) == ["a \"b\"\u{1B}\n\u{E9}"])
    }
  }

  @Test func whatHasNoPlace() throws {
    func message(_ name: String, _ tensor: Tensor) -> String? {
      var archive = TensorArchive()
      archive.set(name, to: tensor)
      do throws(FormatError) { _ = try SafetensorsFormat().changes(writing: ArchiveSource(archive)) } catch {
        return error.description
      }
      return nil
    }
    #expect(
      message("__metadata__", try Tensor([1.0]))
        == "__metadata__: this name stands for texts about the file; rename the array (--rename)")
    #expect(
      message("z", try Tensor([1.0]).converted(to: .complex128))
        == "z: safetensors has no type for complex128; --type complex64 makes it one that it has")
  }

  /// 12 GB, of which nothing but the header and two rows is read: the file has holes in the place of the zeros.
  @Test func aLargeFileIsNotRead() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/large.safetensors"
      let rows = 500_000_000
      let header =
        #"{"X":{"dtype":"F64","shape":[\#(rows),3],"data_offsets":[0,\#(rows * 24)]},"y":{"dtype":"BF16","shape":[2,1],"#
        + #""data_offsets":[\#(rows * 24),\#(rows * 24 + 4)]}}"#
      #expect(FileManager.default.createFile(atPath: path, contents: Data(Self.file(header))))
      let handle = try #require(FileHandle(forWritingAtPath: path))
      let end = UInt64(8 + header.utf8.count + rows * 24)
      try handle.truncate(atOffset: end)
      try handle.seek(toOffset: end)
      try handle.write(contentsOf: [0xC0, 0x3F, 0x20, 0xC0])  // 1.5, -2.5
      try handle.close()
      let reader = try FileFormats.open(path).reader
      #expect(reader.damage == nil)
      #expect(reader.entries.map(\.shape) == [[rows, 3], [2, 1]])
      #expect(reader.entries.map(\.remark) == [nil, "stored as bfloat16"])
      let source = try reader.rows(of: "X")
      try source.seek(toRow: rows - 2)
      var block = [Double](repeating: 7, count: 12)
      var span = block.mutableSpan
      #expect(try source.nextRows(into: &span) == 2)
      #expect(block.prefix(7) == [0, 0, 0, 0, 0, 0, 7])
      let error = #expect(throws: FormatError.self) { try reader.tensor("X") }
      #expect(error?.code == .limit)
      #expect(try reader.tensor("y").doublesInStorageOrder() == [1.5, -2.5])
      let halves = try reader.rows(of: "y")
      var few = [Double](repeating: 7, count: 3)
      var part = few.mutableSpan
      #expect(try halves.nextRows(into: &part) == 2)
      #expect(few == [1.5, -2.5, 7])
      let blocks = try reader.source(of: "y").blocks(ofRows: 1)
      #expect(try blocks.next()?.doublesInStorageOrder() == [1.5])
      #expect(try blocks.next()?.doublesInStorageOrder() == [-2.5])
      #expect(try blocks.next() == nil)
    }
  }

  /// Values that no array has, of any kind, and texts with escapes.
  @Test func membersThatMeanNothing() throws {
    let header =
      #" {"__metadata__": null, "\u00e4\n": {"more": [{"x": [], "y": {}}, -0.5e+3, true, false, null, "\""], "dtype": "U8","#
      + #" "shape": [ 1 , 0 ], "data_offsets": [0,0] } } "#
    let reader = try Self.open(Self.file(header)).reader
    #expect(reader.entries.map(\.name) == ["ä\n"] && reader.entries[0].shape == [1, 0])
  }

  @Test(arguments: [
    (#"{"a": [[}"#, "a value was expected at byte 8"), (#"{"a": {"x": tru}}"#, "a value was expected at byte 12"),
    (#"{"a": {"x": 01}}"#, "',' or '}' was expected at byte 13"),
    (#"{"a": {"x": [1,]}}"#, "a value was expected at byte 15"),
    (#"{"a": {"x": -}}"#, "a digit was expected at byte 13"),
    (#"{"a": {"x": {"y" 1}}}"#, "':' was expected at byte 17"),
    (#"{"a": {"x": [1 2]}}"#, "',' or a closing bracket was expected at byte 15"),
    (#"{"a"#, "it ends where a quotation mark was expected"), (#"{"a":{}"#, "it ends where ',' or '}' was expected"),
    (#"{"a": {"x": {"y": 1,}}}"#, "a name was expected at byte 20"),
  ])
  func whereJSONEnds(header: String, sentence: String) throws {
    let error = #expect(throws: FormatError.self) { try Self.open(Self.file(header)) }
    // An array without a type is found before what follows it.
    let found = error?.description ?? ""
    #expect(found == "x: byte 8: the header that begins here: no valid JSON: \(sentence)" || found.hasPrefix("x: a: "))
  }

  @Test(arguments: [#"{"a": {"dtype": "F32" "shape": [0], "data_offsets": [0, 0]}}"#, "{} x", "{"])
  func aHeaderThatIsNoJSON(header: String) throws {
    let error = #expect(throws: FormatError.self) { try Self.open(Self.file(header)) }
    #expect(error?.description.hasPrefix("x: byte 8: the header that begins here: no valid JSON: ") ?? false)
  }

  @Test func whatIsNotNumericIsNamed() throws {
    let bytes = Self.file(#"{"w":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}"#, [1, 2])
    let error = #expect(throws: FormatError.self) { try Self.open(bytes).reader.tensor("w") }
    #expect(
      error?.description
        == "x: w: this is numbers of 8 bits (F8_E4M3) 2, not an array of numbers; in PyTorch, tensor.to(torch.float32) "
        + "makes numbers of them that are read")
  }
}
