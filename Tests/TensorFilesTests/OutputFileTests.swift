import Foundation
import TensorFiles
import Testing

@Suite("Outputs") struct OutputFileTests {
  private func write(_ bytes: [UInt8], to path: String, commits: Bool = true) throws {
    var output = try OutputFile(path: path)
    try output.write(bytes)
    if commits { try output.commit() }
  }

  private func contents(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 1_000_000])
  func everyByteIsThere(_ count: Int) throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try write(bytes, to: "\(folder.path)/a")
    #expect(try contents("\(folder.path)/a") == bytes)
    #expect(try folder.names == ["a"])
    var output = try OutputFile(path: "\(folder.path)/b")
    for start in stride(from: 0, to: count, by: 999) { try output.write(Array(bytes[start..<min(count, start + 999)])) }
    try output.commit()
    #expect(try contents("\(folder.path)/b") == bytes)
  }

  @Test func nothingIsLeftWithoutACommit() throws {
    let folder = try TemporaryFolder()
    try write([1, 2, 3], to: "\(folder.path)/a", commits: false)
    #expect(try folder.names == [])
    try write([1], to: "\(folder.path)/a")
    try write([2], to: "\(folder.path)/a", commits: false)
    #expect(try contents("\(folder.path)/a") == [1])
    #expect(try folder.names == ["a"])
  }

  @Test func theOldFileIsThereUntilTheCommit() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a"
    try write([1], to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    var output = try OutputFile(path: path)
    try output.write([2])
    try output.flush()
    #expect(try contents(path) == [1])
    try output.commit()
    #expect(try contents(path) == [2])
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
  }

  @Test func aLinkStaysALink() throws {
    let folder = try TemporaryFolder()
    try write([1], to: "\(folder.path)/target")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/link", withDestinationPath: "\(folder.path)/target")
    try write([2], to: "\(folder.path)/link")
    #expect(try contents("\(folder.path)/target") == [2])
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder.path)/link") == "\(folder.path)/target")
  }

  @Test func aLinkToNoFileYetCreatesIt() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: "\(folder.path)/d", withIntermediateDirectories: false)
    func link(_ name: String, to target: String) throws {
      unsafe try #require(symlink(target, "\(folder.path)/\(name)") == 0)
    }
    // A link to a link that is relative to its own folder.
    try link("first", to: "d/second")
    try link("d/second", to: "../target")
    try write([1], to: "\(folder.path)/first", commits: false)
    #expect(try folder.names == ["d", "first"])
    try write([2], to: "\(folder.path)/first")
    #expect(try folder.names == ["d", "first", "target"])
    #expect(try contents("\(folder.path)/target") == [2])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder.path)/first") == "d/second")
    try link("absolute", to: "\(folder.path)/d/new")
    try write([3], to: "\(folder.path)/absolute")
    #expect(try contents("\(folder.path)/d/new") == [3])
    try link("circle", to: "circle")
    let circle = #expect(throws: FormatError.self) { try write([4], to: "\(folder.path)/circle") }
    #expect(circle?.code == .cannotCreate && circle?.sentence == "too many levels of symbolic links")
  }

  /// A name has at most 255 bytes, and so has the temporary one.
  @Test(arguments: ["a", "é", "🙂", "e\u{301}\u{302}"])
  func longNamesAreCutBetweenCharacters(_ character: String) throws {
    let folder = try TemporaryFolder()
    let name = String(repeating: character, count: 255 / character.utf8.count)
    var output = try OutputFile(path: "\(folder.path)/\(name)")
    let temporary = try #require(try folder.names.first)
    #expect(temporary.utf8.count <= 255 && temporary.hasPrefix(".\(character)") && !temporary.contains("\u{FFFD}"))
    try output.write([1])
    try output.commit()
    #expect(try folder.names == [name])
  }

  @Test func whatCannotBeCreated() throws {
    let folder = try TemporaryFolder()
    let missing = #expect(throws: FormatError.self) { try write([1], to: "\(folder.path)/no/a") }
    #expect(missing?.code == .cannotCreate)
    #expect(missing?.sentence == "the folder '\(folder.path)/no/' does not exist")
    let isFolder = #expect(throws: FormatError.self) { try write([1], to: folder.path) }
    #expect(isFolder?.sentence == "this is a folder, not a file")
    #expect(try folder.names == [])
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full"))
  func aFullDeviceIsAnError() throws {
    for count in [1, 1_000_000] {
      let error = #expect(throws: FormatError.self) {
        try write([UInt8](repeating: 0, count: count), to: "/dev/full")
      }
      #expect(error?.code == .inputOutput)
      #expect(error?.sentence == "writing failed: no space left on device")
    }
    // It is written to, not replaced.
    #expect(!FileManager.default.fileExists(atPath: "/dev/full.tmp"))
    try write([1], to: "/dev/null")
    #expect(try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType != .typeRegular)
  }

  @Test func namesAreEscapedInMessages() {
    let error = FormatError(.damaged, at: .object("\u{1B}[2Jevil"), "'\u{7}' was found", file: "a\nb")
    #expect(error.description == "a\\nb: \\x1b[2Jevil: '\\x07' was found")
    #expect(FormatError(.damaged, at: .byte(7), "x", file: "f").description == "f: byte 7: x")
    #expect(FormatError(.damaged, at: .line(3, column: nil), "x", file: "f").description == "f:3: x")
    #expect(FormatError(.damaged, at: .line(3, column: 4), "x", file: "f").description == "f:3:4: x")
    #expect(FormatError(.damaged, "x").description == "x")
  }
}
