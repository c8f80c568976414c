import Foundation
import HDF5
import Testing

/// Chunks that went through filters when other programs wrote them: golden/chunks.h5 and golden/nbit.h5.
@Suite struct FilterTests {
  private func dataset(_ name: String) throws -> HDF5Dataset {
    try HDF5File(reading: golden + "chunks.h5").root().dataset(at: name)
  }

  @Test(arguments: [("lzf", ["lzf"]), ("lzf_shuffle_fletcher32", ["shuffle", "lzf", "fletcher32"])])
  func readsLZF(name: String, filters: [String]) throws {
    let dataset = try dataset(name)
    #expect(dataset.filters.map(\.name) == filters)
    #expect(!dataset.filters.contains { !$0.isAvailable })
    let expected = (0..<3000).map { Double($0 / 7 % 12) / 8 }
    #expect(try dataset.read(Double.self) == expected)
    let rows = HDF5Hyperslab(rows: 290..<310, of: [1000, 3])
    #expect(try dataset.read(Double.self, rows) == Array(expected[870..<930]))
  }

  @Test func readsLZFOfZerosAndNoise() throws {
    #expect(try dataset("lzf_zeros").read(Double.self) == [Double](repeating: 0, count: 3000))
    let noise = (0..<3000).map { UInt8(truncatingIfNeeded: ($0 * 2_654_435_761 % (1 << 32)) >> 7) }
    #expect(try dataset("lzf_noise").read(UInt8.self) == noise)
  }

  /// Chunks that LZF would make larger are stored as they are, beside others that it made smaller.
  @Test func readsChunksThatWereLeftAlone() throws {
    #expect(try dataset("lzf_int16").read(Int16.self) == (0..<3000).map { Int16($0 % 1000 - 500) })
  }

  @Test func readsTextsThroughLZF() throws {
    #expect(try dataset("lzf_text").readStrings() == (0..<300).map { ["yes", "no", "maybe"][$0 % 3] })
  }

  @Test func readsScaleOffset() throws {
    #expect(try dataset("scaleoffset").read(Int32.self) == (0..<3000).map { Int32($0 % 1000 - 500) })
    let floats = try dataset("scaleoffset_float").read(Float.self)
    // The filter keeps three decimals.
    #expect(floats.indices.allSatisfy { abs(floats[$0] - Float($0 / 7 % 12) / 8) <= 0.0005 })
  }

  @Test func readsSzip() throws {
    #expect(try dataset("szip").read(UInt16.self) == (0..<3000).map { UInt16($0 / 5) })
  }

  @Test func readsNbit() throws {
    let dataset = try HDF5File(reading: golden + "nbit.h5").root().dataset(at: "nbit")
    #expect(dataset.filters.map(\.description) == ["nbit (5)"])
    #expect(try dataset.read(Int32.self) == (0..<3000).map { Int32($0 % 1000 - 500) })
  }

  /// Streams with bytes changed: refused, or decoded to as many bytes as they say, never a trap.
  @Test func hostileStreamsDoNoHarm() {
    // "abcab", five bytes before the end nine times "a", and 256 bytes of a repetition that overlaps itself.
    let stream: [UInt8] = [4, 97, 98, 99, 97, 98, 0xE0, 0, 4, 0, 98, 0xE0, 247, 0]
    #expect(decoded(stream) == Array("abcababcababcab".utf8).prefix(14) + Array(repeating: 98, count: 257))
    var seed: UInt32 = 7
    func next(_ bound: Int) -> Int {
      seed = seed &* 1_664_525 &+ 1_013_904_223
      return Int(seed >> 8) % bound
    }
    var refused = 0
    for _ in 0..<20_000 {
      var bytes = Array(stream.prefix(1 + next(stream.count)))
      for _ in 0..<3 { bytes[next(bytes.count)] = UInt8(next(256)) }
      if decoded(bytes) == nil { refused += 1 }
    }
    #expect(refused > 1000)
    #expect(decoded([]) == [])
    for cut in [[0], [0x20], [0xE0, 1], [0x20, 0], [0, 97, 0x20, 1]] as [[UInt8]] { #expect(decoded(cut) == nil) }
  }

  private func decoded(_ stream: [UInt8]) -> [UInt8]? {
    guard let count = LZF.decodedByteCount(stream.span) else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    var target = bytes.mutableSpan
    #expect(LZF.decode(stream.span, into: &target))
    return bytes
  }

  /// The values of the filter say 7200 bytes a chunk: another number is an error before anything is read.
  @Test func aChunkOfAnotherSizeIsRefused() throws {
    var bytes = try [UInt8](Data(contentsOf: URL(filePath: golden + "chunks.h5")))
    let values: [UInt8] = [4, 0, 0, 0, 5, 1, 0, 0, 0x20, 0x1C, 0, 0]
    var places: [Int] = []
    for start in 0..<bytes.count - 12 where bytes[start..<start + 12].elementsEqual(values) { places.append(start) }
    #expect(places.count == 3)
    for place in places { bytes[place + 8] = 0x18 }
    let dataset = try HDF5File(image: bytes).root().dataset(at: "lzf")
    let error = failure { _ = try dataset.read(Double.self) }
    #expect(
      error?.description
        == "/lzf is compressed with lzf in chunks of 7192 bytes, but chunks of the shape [300, 3] have 7200")
  }

  /// A file of two dimensions that says that it has one: the library would count on.
  @Test func chunksOfAnotherRankAreRefused() throws {
    let file = try HDF5File(creatingInMemory: "x")
    try file.root().write([1.0, 2, 3, 4], to: "x", shape: [2, 2], storage: .chunked([2, 2], deflate: 1))
    var bytes = try file.image()
    // A dataspace message: version 1, rank, flags (maximum dimensions present), five zeros, the dimensions.
    let space: [UInt8] = [1, 2, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2]
    let place = try #require((0..<bytes.count - 17).first { bytes[$0..<$0 + 17].elementsEqual(space) })
    bytes[place + 1] = 1
    let error = failure { _ = try HDF5File(image: bytes).root().dataset(at: "x").read(Double.self) }
    #expect(error?.description == "/x has 1 dimensions, but is stored in chunks of 2")
  }

  /// A dataset in its own header that says that it is larger: the library would read on behind it.
  @Test func storageInTheHeaderThatIsTooSmallIsRefused() throws {
    let path = golden.replacing("/h5/library/", with: "/mat73/golden/") + "matlab_file.mat"
    var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    // The dataspace message of three rows and one column.
    let space: [UInt8] = [1, 2, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 1]
    let start = (0..<bytes.count - 17).first { place in
      bytes[place] == 1 && bytes[place + 1] == 2 && bytes[(place + 3)..<(place + 17)].elementsEqual(space[3...])
    }
    bytes[try #require(start) + 10] = 1
    let dataset = try HDF5File(image: bytes).root().dataset(at: "a")
    #expect(dataset.layout == .compact)
    let error = failure { _ = try dataset.read(Double.self) }
    #expect(error?.description == "/a has 24 bytes in its header, fewer than the shape [65539, 1] needs")
  }
}
