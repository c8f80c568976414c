/// A colour of the screen.
package struct Color: Sendable, Hashable {
  /// The parts of red, green and blue, from 0 to 255.
  package let red: UInt8
  /// See ``red``.
  package let green: UInt8
  /// See ``red``.
  package let blue: UInt8

  /// A colour from the digits of HTML, 0x0072b2.
  package init(_ digits: UInt32) {
    red = UInt8(truncatingIfNeeded: digits >> 16)
    green = UInt8(truncatingIfNeeded: digits >> 8)
    blue = UInt8(truncatingIfNeeded: digits)
  }

  private init(_ red: Double, _ green: Double, _ blue: Double) {
    func byte(_ part: Double) -> UInt8 { UInt8(min(max(part, 0), 255).rounded()) }
    (self.red, self.green, self.blue) = (byte(red), byte(green), byte(blue))
  }

  /// The colour between this and another one: 0 is this one, 1 the other.
  package func mixed(_ part: Double, with other: Color) -> Color {
    func mix(_ one: UInt8, _ two: UInt8) -> Double { Double(one) + (Double(two) - Double(one)) * part }
    return Color(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }

  /// A light one of the same hue, on which the colour itself is seen well.
  package var light: Color { mixed(0.78, with: .white) }

  /// The digits of HTML: `#0072b2`.
  package var html: String {
    "#"
      + [red, green, blue].map { part in
        let digits = String(part, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }

  /// White.
  package static let white = Color(0xffffff)
  /// What texts are written in.
  static let ink = Color(0x222222)
  /// What axes are drawn in.
  static let axis = Color(0x666666)
  /// What is said beside: subtitles.
  static let aside = Color(0x555555)
  /// The lines behind the data.
  static let grid = Color(0xe4e4e4)
}

/// The shapes of points, in the order of the classes.
package enum Mark: Int, Sendable, CaseIterable {
  case circle, triangle, square, diamond, invertedTriangle, pentagon

  /// gnuplot's numbers of the filled shape and of its outline.
  var pointTypes: (filled: Int, outline: Int) {
    switch self {
    case .circle: (7, 6)
    case .triangle: (9, 8)
    case .square: (5, 4)
    case .diamond: (13, 12)
    case .invertedTriangle: (11, 10)
    case .pentagon: (15, 14)
    }
  }

  /// What makes the shapes look equally large.
  var scale: Double {
    switch self {
    case .circle, .pentagon: 1
    case .triangle, .invertedTriangle: 1.05
    case .square: 0.9
    case .diamond: 1.2
    }
  }

  /// The shape in a terminal.
  var character: Character {
    switch self {
    case .circle: "●"
    case .triangle: "▲"
    case .square: "■"
    case .diamond: "◆"
    case .invertedTriangle: "▼"
    case .pentagon: "★"
    }
  }
}

/// The colours of a picture.
package enum Style: String, Sendable, CaseIterable {
  /// Colours that colour-blind people can tell apart.
  case clear
  /// Red and blue, as in the notebook.
  case notebook

  /// The colour of a class or a line, counted from 0; after the last one the first comes again.
  package func color(_ index: Int) -> Color {
    let all = colors
    return all[index % all.count]
  }

  private var colors: [Color] {
    switch self {
    case .clear: Style.clearColors
    case .notebook: Style.notebookColors
    }
  }

  // Okabe and Ito, "Color universal design" (2008), without yellow.
  private static let clearColors = [0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x333333].map {
    Color($0)
  }
  // Of matplotlib's Spectral, which has class 0 red and class 1 blue.
  private static let notebookColors = [0xd53e4f, 0x3288bd, 0x66a61e, 0xf46d43, 0x5e4fa2, 0xe6ab02, 0x333333].map {
    Color($0)
  }

  /// The mark of a class or a line.
  package func mark(_ index: Int) -> Mark { Mark.allCases[index % Mark.allCases.count] }

  /// What small and large numbers are drawn in: the darker the larger.
  var measure: (low: Color, high: Color) { (color(0).mixed(0.65, with: .white), color(0).mixed(0.65, with: .ink)) }

  /// What negative and positive numbers are drawn in.
  var poles: (negative: Color, positive: Color) {
    self == .clear ? (color(0), color(1)) : (color(1), color(0))
  }
}
