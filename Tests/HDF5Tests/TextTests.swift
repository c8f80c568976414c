import HDF5
import Testing

private let fixedTexts: [(name: String, texts: [String], type: String)] = [
  ("matlab", ["double"], "6-byte ASCII string"),
  ("terminated", ["text"], "8-byte ASCII string"),
  ("null_padded", ["te\0xt"], "8-byte ASCII string"),
  ("null_padded_full", ["déx"], "4-byte UTF-8 string"),
  ("space_padded", ["te xt"], "8-byte ASCII string"),
  ("array", ["ab", "c", "def", ""], "3-byte ASCII string"),
  ("latin1", ["gr\u{FFFD}n"], "4-byte ASCII string"),
]

@Suite final class TextTests {
  let root: HDF5Group

  init() throws { root = try HDF5File(reading: golden + "text.h5").root() }

  @Test(arguments: fixedTexts)
  func readsFixedLengths(name: String, texts: [String], type: String) throws {
    let attribute = try root.dataset(at: "o").attributes().attribute(name)
    #expect(try attribute.readStrings() == texts)
    #expect(attribute.datatype.description == type)
    #expect(try root.dataset(at: name).readStrings() == texts)
  }

  @Test func readsVariableLengths() throws {
    let attributes = try root.dataset(at: "o").attributes()
    #expect(try attributes.string("variable_utf8") == "grün")
    #expect(try attributes.attribute("variable_utf8").datatype == .string(.init()))
    #expect(try attributes.string("variable_ascii") == "plain")
    #expect(try attributes.strings("variable_array") == ["a", "", "dé"])
    #expect(try attributes.string("variable_empty") == "")
    #expect(try attributes.strings("null") == [])
    let long = String(repeating: "läng", count: 100)
    #expect(try root.dataset(at: "variable").readStrings() == ["one", "", "drei", long])
  }

  @Test func readsSequencesOfCharacters() throws {
    let fields = try root.dataset(at: "o").attributes().attribute("MATLAB_fields")
    #expect(try fields.readStrings() == ["data", "ir"])
  }

  @Test func keepsBytesThatAreNoText() throws {
    #expect(try root.dataset(at: "latin1").readStringBytes() == [[0x67, 0x72, 0xFC, 0x6E]])
  }

  @Test func keepsLimits() throws {
    let attributes = try root.dataset(at: "o").attributes()
    #expect(failure { _ = try attributes.string("matlab", limit: 5) }?.code == .tooLarge)
    #expect(try attributes.string("matlab", limit: 6) == "double")
    #expect(failure { _ = try attributes.strings("variable_array", limit: 10) }?.code == .tooLarge)
    // Three pointers, then the texts.
    #expect(try attributes.strings("variable_array", limit: 24).count == 3)
    let error = failure { _ = try root.dataset(at: "variable").readStrings(limit: 100) }
    #expect(error?.code == .tooLarge)
    #expect(error?.description == "/variable has texts of more than the limit of 100 bytes")
    #expect(try root.dataset(at: "variable").readStrings(limit: 1000).count == 4)
  }

  @Test func readsWhatItWrote() throws {
    let file = try HDF5File(creatingInMemory: "text")
    let root = try file.root()
    let attributes = try root.attributes()
    try attributes.write("double", to: "MATLAB_class", as: .fixedASCII)
    try attributes.write("grün", to: "fixed", as: .fixedUTF8)
    try attributes.write("grün", to: "variable")
    try attributes.write(["a", "", "lang"], to: "array", as: .fixedASCII)
    try attributes.write(["a", "", "läng", "b"], to: "table", shape: [2, 2])
    try attributes.write("", to: "empty", as: .fixedASCII)
    try attributes.write([String](), to: "none")
    for padding in [HDF5StringFormat.Padding.nullTerminated, .nullPadded, .spacePadded] {
      for size in [4, 7] {
        let format = HDF5StringFormat(length: .fixed(size), characterSet: .ascii, padding: padding)
        try root.createDataset("\(padding)\(size)", type: .string(format), space: .fixed([2]))
          .writeStrings(["text", "x"])
      }
    }
    try root.createDataset("variable", type: .string(.init()), space: .fixed([3]))
      .writeStrings(["eins", "", "größer"])

    let again = try HDF5File(image: try file.image()).root()
    let read = try again.attributes()
    #expect(try read.string("MATLAB_class") == "double")
    #expect(
      try read.attribute("MATLAB_class").datatype
        == .string(.init(length: .fixed(6), characterSet: .ascii, padding: .nullTerminated)))
    #expect(try read.attribute("MATLAB_class").dataspace == .scalar)
    #expect(try read.string("fixed") == "grün")
    #expect(try read.string("variable") == "grün")
    #expect(try read.strings("array") == ["a", "", "lang"])
    #expect(try read.strings("table") == ["a", "", "läng", "b"])
    #expect(try read.attribute("table").dataspace.shape == [2, 2])
    #expect(try read.string("empty") == "")
    #expect(try read.strings("none") == [])
    for name in ["nullTerminated4", "nullPadded7", "spacePadded4", "spacePadded7", "nullTerminated7"] {
      #expect(try again.dataset(at: name).readStrings() == ["text", "x"])
    }
    #expect(try again.dataset(at: "variable").readStrings() == ["eins", "", "größer"])
  }

  @Test func refusesTextThatWouldChange() throws {
    let root = try HDF5File(creatingInMemory: "text").root()
    let attributes = try root.attributes()
    let error = failure { try attributes.write("grün", to: "a", as: .fixedASCII) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.description == "attribute a of / is ASCII and cannot hold other characters")
    #expect(failure { try attributes.write("a\0b", to: "a") }?.code == .invalidArgument)
    #expect(failure { try attributes.write("a\0b", to: "a", as: .fixedUTF8) }?.code == .invalidArgument)
    let format = HDF5StringFormat(length: .fixed(3), characterSet: .ascii, padding: .spacePadded)
    let dataset = try root.createDataset("x", type: .string(format), space: .fixed([1]))
    #expect(failure { try dataset.writeStrings(["long"]) }?.code == .invalidArgument)
    #expect(failure { try dataset.writeStrings(["a "]) }?.code == .invalidArgument)
    #expect(failure { try dataset.writeStrings(["a", "b"]) }?.code == .wrongSize)
    #expect(failure { try dataset.write([1.0]) }?.code == .unsupportedType)
  }

  @Test func replacesAndRemovesAttributes() throws {
    let attributes = try HDF5File(creatingInMemory: "text").root().attributes()
    try attributes.write("text", to: "b")
    try attributes.write([1.0, 2], to: "b")
    try attributes.write(3, to: "ä")
    try attributes.write(true, to: "a")
    #expect(try attributes.names() == ["a", "b", "ä"])
    #expect(try attributes.values("b", as: Double.self) == [1, 2])
    #expect(try attributes.value("ä", as: Int.self) == 3)
    try attributes.remove("b")
    #expect(try !attributes.contains("b") && attributes.contains("a"))
    let error = failure { _ = try attributes.attribute("b") }
    #expect(error?.call == "H5Aopen" && error?.object == "attribute b of /")
    #expect(failure { _ = try attributes.names(limit: 1) }?.code == .tooLarge)
    #expect(failure { _ = try attributes.contains("a\0b") }?.code == .invalidArgument)
  }

  @Test func largeAttributesNeedANewerFormat() throws {
    let values = [Double](repeating: 1, count: 10_000)
    let old = try HDF5File(creatingInMemory: "old").root().attributes()
    let error = failure { try old.write(values, to: "large") }
    #expect(error?.code == .failedCall && error?.call == "H5Acreate2")
    #expect(try old.names() == [])
    let file = try HDF5File(creatingInMemory: "new", oldest: .v18)
    try file.root().attributes().write(values, to: "large")
    let again = try HDF5File(image: try file.image())
    #expect(try again.root().attributes().values("large", as: Double.self) == values)
  }

  @Test(.needsH5py) func h5pyReadsOurText() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("text.h5")
    let file = try HDF5File(creating: path)
    let root = try file.root()
    let attributes = try root.attributes()
    try attributes.write("double", to: "matlab", as: .fixedASCII)
    try attributes.write("grün", to: "fixed", as: .fixedUTF8)
    try attributes.write("grün", to: "variable")
    try attributes.write(["a", "", "läng"], to: "array")
    try attributes.write(["a", "", "lang"], to: "fixed_array", as: .fixedASCII)
    try attributes.write([1.5, 2], to: "numbers")
    try attributes.write(true, to: "größe")
    try root.createDataset("texts", type: .string(.init()), space: .fixed([2])).writeStrings(["eins", "zweï"])
    try file.close()
    try python(
      path,
      """
      file = h5py.File(path)
      a = file.attrs
      assert a['matlab'] == b'double', a['matlab']
      assert a['fixed'].decode() == 'grün' and a['variable'] == 'grün', (a['fixed'], a['variable'])
      assert list(a['array']) == ['a', '', 'läng'] and list(a['fixed_array']) == [b'a', b'', b'lang']
      assert list(a['numbers']) == [1.5, 2] and a['größe'] == True and a['größe'].dtype == bool
      assert list(file['texts'].asstr()) == ['eins', 'zweï']
      matlab = a.get_id('matlab')
      assert matlab.get_type().get_size() == 6 and matlab.get_type().get_strpad() == h5py.h5t.STR_NULLTERM
      assert matlab.get_type().get_cset() == h5py.h5t.CSET_ASCII and matlab.shape == ()
      """)
  }

  @Test(.needsH5dump) func h5dumpReadsOurText() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("text.h5")
    let file = try HDF5File(creating: path)
    try file.root().attributes().write("double", to: "MATLAB_class", as: .fixedASCII)
    try file.root().attributes().write(["a", "bc"], to: "variable")
    try file.close()
    let dump = try h5dump("-A", path)
    for text in [
      "STRSIZE 6", "STRPAD H5T_STR_NULLTERM", "H5T_CSET_ASCII", "(0): \"double\"", "STRSIZE H5T_VARIABLE",
      "H5T_CSET_UTF8", "(0): \"a\", \"bc\"",
    ] {
      #expect(dump.contains(text), "\(dump)")
    }
  }
}
