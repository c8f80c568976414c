import Foundation
import HDF5
import Testing

/// What a MATLAB 7.3 file needs of HDF5: a user block, attributes of exact length, numbers of exact type.
@Suite struct UserBlockTests {
  private func fill(_ file: borrowing HDF5File) throws {
    let x = try file.root().write([1.0, 2, 3, 4, 5, 6], to: "x", shape: [3, 2])
    let attributes = try x.attributes()
    try attributes.write("double", to: "MATLAB_class", as: .fixedASCII)
    try attributes.write(Int32(1), to: "MATLAB_int_decode")
    try attributes.write(UInt8(1), to: "MATLAB_empty")
    try attributes.write(UInt64(8), to: "MATLAB_sparse")
  }

  /// The block of a closed file is written with plain file functions, that of a file in memory into its image.
  @Test func theBlockIsTheCallers() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("x.mat")
    let onDisk = try HDF5File(creating: path, userBlockSize: 512)
    try fill(onDisk)
    try onDisk.close()
    let inMemory = try HDF5File(creatingInMemory: "x", userBlockSize: 512)
    try fill(inMemory)
    var image = try inMemory.image()
    let text = Array("MATLAB 7.3 MAT-file".utf8)
    image.replaceSubrange(0..<text.count, with: text)
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    try handle.write(contentsOf: Data(text))
    try handle.close()
    #expect(try [UInt8](Data(contentsOf: URL(filePath: path))) == image)
    func check(_ file: consuming HDF5File) throws {
      #expect(try file.userBlockSize == 512)
      #expect(try file.root().dataset(at: "x").read(Double.self) == [1, 2, 3, 4, 5, 6])
    }
    try check(HDF5File(reading: path))
    try check(HDF5File(image: image))
  }

  @Test(.needsH5dump) func attributesAreAsMATLABWritesThem() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("x.mat")
    let file = try HDF5File(creating: path, userBlockSize: 512)
    try fill(file)
    try file.close()
    let dump = try h5dump("-B", path)
    #expect(dump.contains("SUPERBLOCK_VERSION 0"))
    #expect(dump.contains("USERBLOCK_SIZE 512"))
    let text = dump.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      text.contains(
        "ATTRIBUTE \"MATLAB_class\" { DATATYPE H5T_STRING { STRSIZE 6; STRPAD H5T_STR_NULLTERM; CSET H5T_CSET_ASCII; "
          + "CTYPE H5T_C_S1; } DATASPACE SCALAR"))
    for (name, type) in [("int_decode", "H5T_STD_I32LE"), ("empty", "H5T_STD_U8LE"), ("sparse", "H5T_STD_U64LE")] {
      #expect(text.contains("ATTRIBUTE \"MATLAB_\(name)\" { DATATYPE \(type) DATASPACE SCALAR"))
    }
  }
}
