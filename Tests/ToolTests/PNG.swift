import TensorFiles

/// A PNG image of eight bits a colour (ISO/IEC 15948): what gnuplot and browsers write.
struct PNG {
  let width: Int
  let height: Int
  /// Red, green and blue of each pixel.
  private let pixels: [[UInt8]]

  struct Malformed: Error {}

  init(_ bytes: [UInt8], in folder: TemporaryFolder) throws {
    guard bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) else { throw Malformed() }
    func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    var (place, header, data) = (8, [UInt8](), [UInt8]())
    while place + 12 <= bytes.count {
      let count = number(place)
      let kind = String(decoding: bytes[place + 4..<place + 8], as: UTF8.self)
      let content = bytes[place + 8..<place + 8 + count]
      if kind == "IHDR" { header = Array(content) }
      if kind == "IDAT" { data += content }
      place += 12 + count
    }
    guard header.count == 13, header[8] == 8, header[12] == 0, header[9] == 2 || header[9] == 6 else {
      throw Malformed()
    }
    let (width, height) = (number(16), number(20))
    let step = header[9] == 2 ? 3 : 4
    // An input of the package inflates it.
    try folder.write(data, to: ".idat")
    let stream = try InflateStream(InputFile(path: folder.file(".idat")), at: 0, count: data.count)
    var before = [UInt8](repeating: 0, count: width * step)
    var pixels: [[UInt8]] = []
    for _ in 0..<height {
      var line = [UInt8](repeating: 0, count: 1 + width * step)
      var elements = line.mutableSpan
      var span = unsafe elements.mutableBytes
      try stream.read(into: &span)
      var row = Array(line[1...])
      for index in row.indices {
        let left = index < step ? 0 : row[index - step]
        let corner = index < step ? 0 : before[index - step]
        row[index] &+= PNG.predicted(line[0], left, before[index], corner)
      }
      pixels.append(row.enumerated().filter { $0.offset % step < 3 }.map(\.element))
      before = row
    }
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  private static func predicted(_ filter: UInt8, _ left: UInt8, _ above: UInt8, _ corner: UInt8) -> UInt8 {
    switch filter {
    case 1: return left
    case 2: return above
    case 3: return UInt8((Int(left) + Int(above)) / 2)
    case 4:
      let estimate = Int(left) + Int(above) - Int(corner)
      let distances = [left, above, corner].map { abs(estimate - Int($0)) }
      if distances[0] <= distances[1] && distances[0] <= distances[2] { return left }
      return distances[1] <= distances[2] ? above : corner
    default: return 0
    }
  }

  /// The colour of a pixel in the digits of HTML, from the left and from above.
  func color(_ x: Int, _ y: Int) -> String {
    pixels[y][3 * x..<3 * x + 3].map { part in (part < 16 ? "0" : "") + String(part, radix: 16) }.joined()
  }

  /// How many pixels have a colour.
  func count(of color: String) -> Int {
    var count = 0
    for y in 0..<height { for x in 0..<width where self.color(x, y) == color { count += 1 } }
    return count
  }
}
