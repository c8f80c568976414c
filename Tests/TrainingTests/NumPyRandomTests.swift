import Tensors
import Testing
import Training

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct NumPyRandomTests {
  /// `numpy.random.seed(seed)`, rand(3), randn(3), rand(), randn(): printed by NumPy 2.4. The last normal is the cached
  /// one.
  static let drawn: [(UInt32, [Double])] = [
    (
      0,
      [
        0.5488135039273248, 0.7151893663724195, 0.6027633760716439, -2.268328201180374, 1.3335453816218967,
        -0.8427240538292873, 0.8917730007820798, 1.9699244478698945,
      ]
    ),
    (
      1,
      [
        0.417022004702574, 0.7203244934421581, 0.00011437481734488664, -0.8021728386486427, -0.4488778077207725,
        -1.1059350760083153, 0.538816734003357, -1.6545154524065693,
      ]
    ),
    (
      3,
      [
        0.5507979025745755, 0.7081478226181048, 0.2909047389129443, 0.9805538702908831, 0.027019041794523888,
        -0.46004212066268363, 0.4568332243947111, -0.05792084059435568,
      ]
    ),
    (
      12345,
      [
        0.9296160928171479, 0.3163755545817859, 0.18391881167709445, 0.3161600083562148, -1.379198002097078,
        0.4505544213927303, 0.6531770968715709, 0.09267328907707292,
      ]
    ),
    (
      4_294_967_295,
      [
        0.0976320289940138, 0.9123828453026218, 0.78903530185164, 0.0813036681172692, 0.4096851233481656,
        0.31595808265170017, 0.4142464457254096, 0.03503916479349264,
      ]
    ),
  ]

  @Test(arguments: drawn)
  func firstNumbers(_ seed: UInt32, _ expected: [Double]) {
    var random = NumPyRandom(seed: seed)
    let uniform = random.rand(1, 3).elements
    let normal = random.randn(1, 3).elements
    #expect(uniform + normal + [random.rand(), random.randn()] == expected)
  }

  /// FNV-1a over the bits, word by word, as the literals below were made from NumPy's arrays.
  private func hash(_ numbers: Matrix) -> UInt64 {
    numbers.elements.reduce(14_695_981_039_346_656_037) { ($0 ^ $1.bitPattern) &* 1_099_511_628_211 }
  }

  /// 100,000 numbers: NumPy 2.4, `numpy.random.rand(100000).view(numpy.uint64)`.
  @Test(arguments: [
    (UInt32(0), UInt64(0xdda8_be94_d6e6_98b6), UInt64(0x170e_9799_0fba_a88b)),
    (1, 0x2e11_57d0_6bcc_954c, 0xef90_9c5f_8d22_d4aa),
    (2_147_483_648, 0xe96b_54ca_d51c_df41, 0x9a26_7849_48fd_351c),
    (4_294_967_295, 0x5a53_410e_7ce6_c4f5, 0x1be8_56d9_89ce_03ce),
  ])
  func longStreams(_ seed: UInt32, _ uniform: UInt64, _ normal: UInt64) {
    var random = NumPyRandom(seed: seed)
    #expect(hash(random.rand(1, 100_000)) == uniform)
    random = NumPyRandom(seed: seed)
    #expect(hash(random.randn(1, 100_000)) == normal)
  }

  static let hasNumPy = run("import numpy") != nil

  /// What python3 prints for a program; nil when it fails.
  static func run(_ program: String) -> String? {
    guard let pipe = unsafe popen("python3 -c '\(program)' 2>/dev/null", "r") else { return nil }
    var text = ""
    while let line = unsafe readLine(pipe) { text += line + "\n" }
    return unsafe pclose(pipe) == 0 ? text : nil
  }

  private static func readLine(_ file: UnsafeMutablePointer<FILE>) -> String? {
    var bytes: [UInt8] = []
    while true {
      let byte = unsafe fgetc(file)
      if byte == EOF { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
      if byte == 10 { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(UInt8(truncatingIfNeeded: byte))
    }
  }

  @Test(.enabled(if: hasNumPy, "python3 with numpy is not here"), arguments: [UInt32(2), 42, 99_991, 3_000_000_000])
  func liveComparison(_ seed: UInt32) throws {
    let program = """
      import numpy as n; n.random.seed(\(seed)); \
      [print(format(int(v), "x")) for a in (n.random.randn(5001), n.random.rand(2000), n.random.randn(4)) \
      for v in a.view(n.uint64)]
      """
    let lines = try #require(Self.run(program)).split(separator: "\n")
    var random = NumPyRandom(seed: seed)
    let numbers = random.randn(1, 5001).elements + random.rand(1, 2000).elements + random.randn(1, 4).elements
    #expect(lines.count == numbers.count)
    #expect(zip(lines, numbers).allSatisfy { UInt64($0, radix: 16) == $1.bitPattern })
  }
}
