import TensorFiles
import Tensors
import Testing

/// Compressed arrays that are large enough to be inflated at once.
@Suite struct WholeStreamTests {
  private static func archive() throws -> TensorArchive {
    var archive = TensorArchive()
    archive.set("X", to: try Tensor((0..<20_002).map { Double($0 % 997) / 8 }, shape: [10_001, 2]))
    archive.set("n", to: try Tensor((0..<90_001).map { UInt8($0 % 251) }))
    archive.set("b", to: try Tensor((0..<90_001).map { Double($0 % 2) }).converted(to: .bool))
    archive.set("z", to: try Tensor((0..<20_000).map { Float($0 % 99) }).converted(to: .complex64))
    return archive
  }

  private static func bytes(_ format: String, level: Int) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try FileFormats.write(
      ArchiveSource(archive()), to: "\(folder.path)/a", as: FileFormats.named(format),
      options: WritingOptions(compression: level))
    return try InputFile(path: "\(folder.path)/a").contents(limit: 1 << 30)
  }

  @Test(arguments: ["mat5", "npz"], [1, 6, 9])
  func arraysComeBack(format: String, level: Int) throws {
    let reader = try FileFormats.open(
      InputFile(bytes: WholeStreamTests.bytes(format, level: level), name: "a")
    ).reader
    for member in try WholeStreamTests.archive().members {
      let found = try reader.tensor(member.name)
      #expect(found.elementType == member.tensor.elementType)
      #expect(try found.digest == member.tensor.digest, "\(member.name)")
    }
  }

  /// Where there is memory for the array alone, it is read piece by piece.
  @Test(arguments: ["mat5", "npz"])
  func memoryIsThatOfTheArray(format: String) throws {
    let bytes = try WholeStreamTests.bytes(format, level: 6)
    for member in try WholeStreamTests.archive().members {
      let size = member.tensor.storage.byteCount
      for memory in [size, size + size / 2, 4 * size] {
        let reader = try FileFormats.open(InputFile(bytes: bytes, name: "a"), limits: Limits(memory: memory)).reader
        #expect(try reader.tensor(member.name).digest == member.tensor.digest, "\(member.name)")
      }
      #expect(throws: FormatError.self) {
        let reader = try FileFormats.open(InputFile(bytes: bytes, name: "a"), limits: Limits(memory: size - 1)).reader
        _ = try reader.tensor(member.name)
      }
    }
  }

  /// Variables whose numbers are stored in other types, parts of unlike types, and more bytes than the array has.
  @Test func compressedVariables() throws {
    func compressed(_ variable: [UInt8]) throws -> [UInt8] {
      let stream = try DeflateStream()
      try stream.write(variable)
      try stream.finish()
      var element = MATBytes()
      let bytes = stream.blocks.flatMap(\.self)
      element.append(UInt32(15))
      element.append(UInt32(bytes.count))
      return element.bytes + bytes
    }
    let count = 100_003
    let small = MATBytes.element(2, (0..<count).map { UInt8(truncatingIfNeeded: $0) })
    let large = MATBytes.doubles((0..<count).map { Double($0) / 8 })
    let shape: [Int32] = [Int32(count), 1]
    let sparse = [
      MATBytes.element(5, (0..<Int32(count)).map { $0 }), MATBytes.element(5, [0, Int32(count)]), large, small,
    ]
    let variables = [
      MATBytes.matrix("X", class: 6, dimensions: shape, small),
      MATBytes.matrix("X", class: 6, dimensions: shape, large),
      MATBytes.matrix("X", class: 6, flags: 0x800, dimensions: shape, small, large),
      MATBytes.matrix("X", class: 6, flags: 0x800, dimensions: shape, large, small),
      MATBytes.matrix("X", class: 5, dimensions: shape, sparse[0], sparse[1], large),
      MATBytes.matrix("X", class: 5, flags: 0x800, dimensions: shape, sparse[0], sparse[1], large, small),
      MATBytes.matrix("X", class: 6, dimensions: [1, 1], MATBytes.doubles([1]), large),
      MATBytes.matrix("X", class: 6, dimensions: shape, large, small),
      MATBytes.matrix("X", class: 5, dimensions: shape, sparse[0], sparse[1], large, large),
    ]
    for (index, variable) in variables.enumerated() {
      func read(_ bytes: [UInt8]) throws -> String {
        let reader = try FileFormats.open(InputFile(bytes: bytes, name: "a.mat")).reader
        do { return try "\(reader.tensor("X").digest)" } catch let error as FormatError { return error.sentence }
      }
      let found = try read(MATBytes.file(try compressed(variable)))
      #expect(found == (try read(MATBytes.file(variable))), "\(index)")
      #expect(found.contains("bytes more than its array needs") == (index >= 6), "\(index): \(found)")
    }
  }

  /// A file that is cut or changed is an error, or what it was.
  @Test(arguments: ["mat5", "npz"])
  func damageIsFound(format: String) throws {
    let bytes = try WholeStreamTests.bytes(format, level: 6)
    let members = try WholeStreamTests.archive().members
    var failures = 0
    for place in stride(from: 150, to: bytes.count, by: bytes.count / 150) {
      var changed = bytes
      changed[place] ^= 0x10
      for mutant in [changed, Array(bytes[..<place])] {
        do throws(FormatError) {
          let reader = try FileFormats.open(InputFile(bytes: mutant, name: "a"), from: format).reader
          for entry in reader.entries where entry.isNumeric {
            do throws(FormatError) {
              let found = try reader.tensor(entry.name)
              let expected = members.first { $0.name == entry.name }
              #expect(found.storage.byteCount == expected?.tensor.storage.byteCount)
              #expect(found.hasDigest(of: expected?.tensor), "\(entry.name), byte \(place)")
            } catch {
              #expect(error.file == "a")
              failures += 1
            }
          }
        } catch { failures += 1 }
      }
    }
    #expect(failures >= 100)
  }

  @Test(.enabled(if: Python.hasSciPy, "needs python3 with SciPy"))
  func sciPyReadsThem() throws {
    let folder = try TemporaryFolder()
    for name in ["a.mat", "a.npz"] {
      try FileFormats.write(
        ArchiveSource(WholeStreamTests.archive()), to: "\(folder.path)/\(name)",
        options: WritingOptions(compression: 6))
    }
    let script = """
      import numpy as np, scipy.io, sys
      for d in [scipy.io.loadmat(sys.argv[1] + '/a.mat'), np.load(sys.argv[1] + '/a.npz')]:
        assert (d['X'] == (np.arange(20002) % 997 / 8).reshape(10001, 2)).all()
        assert (d['n'].ravel() == np.arange(90001) % 251).all() and (d['z'].ravel() == np.arange(20000) % 99).all()
        assert (d['b'].ravel() == np.arange(90001) % 2).all()
      """
    #expect(try Python.run(["-c", script, folder.path]) == "")
  }
}

extension Tensor {
  /// Whether the numbers are those of another.
  func hasDigest(of other: Tensor?) -> Bool {
    do { return try digest == other?.digest } catch { return false }
  }
}
