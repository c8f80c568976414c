import TensorFiles
import Tensors

/// Bytes inside a container whose checksums are made right, so that what is inside is reached.
extension FuzzTarget {
  /// Containers of bytes that are somebody else's.
  static let wrapped: [FuzzTarget] = [
    FuzzTarget("mat5-compressed", seeds: ["Formats/mat5/golden"]) { bytes in
      // The header as it is, and all behind it as one compressed variable.
      let header = Array(bytes.prefix(128))
      let stream = Container.deflated(Array(bytes.dropFirst(128)))
      OpenedFile.look(at: header + Container.words(15, UInt32(stream.count)) + stream, as: "mat5")
    },
    FuzzTarget("npz-member", seeds: ["Formats/npy/golden", "Formats/npy/malformed"]) { bytes in
      OpenedFile.look(at: Container.zip([("a.npy", bytes)], isDeflated: bytes.count % 2 == 0), as: "npz")
    },
    FuzzTarget("gzip", seeds: ["Formats/csv/golden"]) { OpenedFile.look(at: $0, as: "csv") },
    FuzzTarget("gzip-content", seeds: ["Formats/csv/golden", "Formats/npy/golden"]) { bytes in
      OpenedFile.look(at: Container.gzip(bytes), as: nil)
    },
    FuzzTarget("zip", seeds: ["Formats/npz/golden", "Formats/npz/malformed"]) { bytes in
      do throws(FormatError) {
        let archive = try ZIPArchive(InputFile(bytes: bytes, name: OpenedFile.name), limits: OpenedFile.limits)
        for member in archive.members {
          do throws(FormatError) {
            let content = try archive.contents(of: member, limit: OpenedFile.limits.memory)
            guard content.count == member.size else { broken("\(member.name) has \(content.count) bytes") }
          } catch { OpenedFile.check(error) }
        }
      } catch { OpenedFile.check(error) }
    },
  ]
}

/// Containers as their specifications have them.
enum Container {
  /// Numbers of four bytes each, the lowest byte first.
  static func words(_ numbers: UInt32...) -> [UInt8] {
    numbers.flatMap { number in [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) } }
  }

  private static func half(_ number: Int) -> [UInt8] { Array(words(UInt32(number)).prefix(2)) }

  /// A stream of zlib.
  static func deflated(_ bytes: [UInt8], _ framing: DeflateStream.Framing = .zlib) -> [UInt8] {
    do {
      let stream = try DeflateStream(level: 1, framing: framing)
      try stream.write(bytes)
      try stream.finish()
      return stream.takeBlocks().flatMap(\.self)
    } catch { broken("\(error)") }
  }

  /// A gzip file.
  static func gzip(_ bytes: [UInt8]) -> [UInt8] { deflated(bytes, .gzip) }

  /// A ZIP archive.
  static func zip(_ members: [(name: String, content: [UInt8])], isDeflated: Bool = false) -> [UInt8] {
    var (archive, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, content) in members {
      var checksum = CRC32()
      checksum.update(content)
      let stored = isDeflated ? deflated(content, .raw) : content
      let sizes = words(checksum.value, UInt32(stored.count), UInt32(content.count))
      let common = half(20) + half(0) + half(isDeflated ? 8 : 0) + words(0) + sizes + half(name.utf8.count) + half(0)
      let place = UInt32(archive.count)
      directory += words(0x0201_4B50) + half(20) + common + half(0) + half(0) + half(0) + words(0, place)
      directory += Array(name.utf8)
      archive += words(0x0403_4B50) + common + Array(name.utf8) + stored
    }
    let end =
      words(0x0605_4B50, 0) + half(members.count) + half(members.count)
      + words(UInt32(directory.count), UInt32(archive.count)) + half(0)
    return archive + directory + end
  }
}
