// Puts the factors of wide layers' products into the order in which the products read them.

/// The numbers of a packed left factor and of the biases behind it, whole tiles.
@inline(__always)
func packedCount(rows: Int, steps: Int) -> Int { tiles(rows) &* tileRows &* (steps &+ 1) }

/// Packs tiles of a matrix whose element (row, step) is at row · rowStride + step · stepStride, and its biases where
/// there are some; rows that only fill the last tile up are 0.
@inline(__always)
func packLeft<V: KernelVector>(
  _ type: V.Type, rows: Int, steps: Int, elements: UnsafePointer<V.Scalar>, rowStride: Int, stepStride: Int,
  biases: UnsafePointer<V.Scalar>?, tiles some: Range<Int>, target: UnsafeMutablePointer<V.Scalar>
) {
  let tileCount = tiles(rows)
  let band = bandSteps(steps)
  for tile in some {
    let row = tile &* tileRows
    let height = min(tileRows, rows &- row)
    let source = unsafe elements + row &* rowStride
    var first = 0
    while first < steps {
      let count = min(band, steps &- first)
      var put = unsafe target + (first &* tileCount &+ tile &* count) &* tileRows
      for step in first..<(first &+ count) {
        if height == tileRows {
          for index in 0..<tileRows { unsafe put[index] = source[index &* rowStride &+ step &* stepStride] }
        } else {
          for index in 0..<tileRows {
            unsafe put[index] = index < height ? source[index &* rowStride &+ step &* stepStride] : .zero
          }
        }
        unsafe put += tileRows
      }
      first &+= count
    }
    let end = unsafe target + (steps &* tileCount &* tileRows &+ row)
    for index in 0..<tileRows {
      if let biases = unsafe biases, index < height {
        unsafe end[index] = biases[row &+ index]
      } else {
        unsafe end[index] = .zero
      }
    }
  }
}

/// Packs rows of a chunk, (rows, examples) with rows `pitch` numbers apart, into panels; where there are masks, numbers
/// are kept times `scale`.
@inline(__always)
func packPanels<V: KernelVector>(
  _ type: V.Type, rows: Int, source: UnsafePointer<V.Scalar>, pitch: Int, panels: Int, masks: UnsafePointer<UInt8>?,
  scale: V.Scalar, target: UnsafeMutablePointer<V.Scalar>
) {
  let columns = panelColumns(V.width)
  for row in 0..<rows {
    let place = packedPlace(row: row, rows: rows, panels: panels, width: V.width)
    for panel in 0..<panels {
      let from = row &* pitch &+ panel &* columns
      let to = unsafe target + (place.offset &+ panel &* place.panelStride)
      var (a, b) = unsafe (V.load(source + from), V.load(source + from + V.width))
      if let masks = unsafe masks {
        unsafe a = V.keep(V.product(a, V(repeating: scale)), mask: masks + from)
        unsafe b = V.keep(V.product(b, V(repeating: scale)), mask: masks + from + V.width)
      }
      unsafe a.store(to)
      unsafe b.store(to + V.width)
    }
  }
}

/// Packs examples that stand row by row, (examples, inputs), into panels; what only fills the last panel up is 0.
@inline(__always)
func packRows<V: TransposableVector>(
  _ type: V.Type, inputs: Int, source: UnsafePointer<V.Scalar>, examples: Int, target: UnsafeMutablePointer<V.Scalar>
) {
  let columns = panelColumns(V.width)
  let panels = (examples &+ columns &- 1) / columns
  var input = 0
  while input < inputs {
    let place = packedPlace(row: input, rows: inputs, panels: panels, width: V.width)
    for half in 0..<(2 &* panels) {
      let example = half &* V.width
      let from = unsafe source + (example &* inputs &+ input)
      let to = unsafe target + (place.offset &+ (half &>> 1) &* place.panelStride &+ (half & 1) &* V.width)
      if input &+ V.width <= inputs && example &+ V.width <= examples {
        unsafe V.transpose(from, inputs, to, columns)
      } else {
        for row in 0..<min(V.width, inputs &- input) {
          for lane in 0..<V.width {
            unsafe to[row &* columns &+ lane] = example &+ lane < examples ? from[lane &* inputs &+ row] : .zero
          }
        }
      }
    }
    input &+= V.width
  }
}

/// Packs panels of (rows, examples) transposed, as the right factor of a weight gradient: (row panels, examples,
/// columns).
@inline(__always)
func packGradientRight<V: TransposableVector>(
  _ type: V.Type, rows: Int, source: UnsafePointer<V.Scalar>, panels: Int, target: UnsafeMutablePointer<V.Scalar>
) {
  let columns = panelColumns(V.width)
  let examples = panels &* columns
  var row = 0
  while row < rows {
    let place = packedPlace(row: row, rows: rows, panels: panels, width: V.width)
    for panel in 0..<panels {
      for part in 0..<4 {
        // A quarter of (columns, columns): some rows of some examples.
        let (r, e) = ((part & 1) &* V.width, (part &>> 1) &* V.width)
        let from = unsafe source + (place.offset &+ panel &* place.panelStride &+ r &* columns &+ e)
        let to = unsafe target + (row &* examples &+ (panel &* columns &+ e) &* columns &+ r)
        unsafe V.transpose(from, columns, to, columns)
      }
    }
    row &+= columns
  }
}

/// Packs panels of (rows, examples) transposed, as the left factor of a weight gradient: (row tiles, examples, rows).
@inline(__always)
func packGradientLeft<V: TransposableVector>(
  _ type: V.Type, rows: Int, source: UnsafePointer<V.Scalar>, panels: Int, target: UnsafeMutablePointer<V.Scalar>
) {
  let columns = panelColumns(V.width)
  for tile in 0..<tiles(rows) {
    let place = packedPlace(row: tile &* tileRows, rows: rows, panels: panels, width: V.width)
    for panel in 0..<panels {
      let from = unsafe source + (place.offset &+ panel &* place.panelStride)
      let to = unsafe target + (tile &* panels &+ panel) &* columns &* tileRows
      if tileRows == 6 {
        unsafe V.transposeSix(from, columns, to)
        unsafe V.transposeSix(from + V.width, columns, to + 6 &* V.width)
      } else {
        for example in 0..<columns {
          for index in 0..<tileRows { unsafe to[example &* tileRows &+ index] = from[index &* columns &+ example] }
        }
      }
    }
  }
}

/// A vector whose blocks are transposed in registers.
protocol TransposableVector: KernelVector {
  /// target (lanes, rows) = source (as many rows, lanes).
  static func transpose(
    _ source: UnsafePointer<Scalar>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Scalar>, _ targetStride: Int)
  /// target (lanes, 6) = source (6 rows, lanes).
  static func transposeSix(
    _ source: UnsafePointer<Scalar>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Scalar>)
}

extension SIMD4<Double>: TransposableVector {
  @inline(__always)
  static func transpose(
    _ source: UnsafePointer<Double>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Double>, _ targetStride: Int
  ) {
    let a = unsafe load(source)
    let b = unsafe load(source + sourceStride)
    let c = unsafe load(source + 2 &* sourceStride)
    let d = unsafe load(source + 3 &* sourceStride)
    let (ab0, ab1) = (SIMD4(a[0], b[0], a[2], b[2]), SIMD4(a[1], b[1], a[3], b[3]))
    let (cd0, cd1) = (SIMD4(c[0], d[0], c[2], d[2]), SIMD4(c[1], d[1], c[3], d[3]))
    unsafe SIMD4(lowHalf: ab0.lowHalf, highHalf: cd0.lowHalf).store(target)
    unsafe SIMD4(lowHalf: ab1.lowHalf, highHalf: cd1.lowHalf).store(target + targetStride)
    unsafe SIMD4(lowHalf: ab0.highHalf, highHalf: cd0.highHalf).store(target + 2 &* targetStride)
    unsafe SIMD4(lowHalf: ab1.highHalf, highHalf: cd1.highHalf).store(target + 3 &* targetStride)
  }

  @inline(__always)
  static func transposeSix(_ source: UnsafePointer<Double>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Double>)
  {
    unsafe transpose(source, sourceStride, target, 6)
    let a = unsafe load(source + 4 &* sourceStride)
    let b = unsafe load(source + 5 &* sourceStride)
    let (ab0, ab1) = (SIMD4(a[0], b[0], a[2], b[2]), SIMD4(a[1], b[1], a[3], b[3]))
    unsafe UnsafeMutableRawPointer(target + 4).storeBytes(of: ab0.lowHalf, as: SIMD2<Double>.self)
    unsafe UnsafeMutableRawPointer(target + 10).storeBytes(of: ab1.lowHalf, as: SIMD2<Double>.self)
    unsafe UnsafeMutableRawPointer(target + 16).storeBytes(of: ab0.highHalf, as: SIMD2<Double>.self)
    unsafe UnsafeMutableRawPointer(target + 22).storeBytes(of: ab1.highHalf, as: SIMD2<Double>.self)
  }
}

extension SIMD8<Float>: TransposableVector {
  /// target (4, 4) = source (4, 4).
  @inline(__always)
  private static func four(
    _ source: UnsafePointer<Float>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
  ) {
    let a = unsafe UnsafeRawPointer(source).loadUnaligned(as: SIMD4<Float>.self)
    let b = unsafe UnsafeRawPointer(source + sourceStride).loadUnaligned(as: SIMD4<Float>.self)
    let c = unsafe UnsafeRawPointer(source + 2 &* sourceStride).loadUnaligned(as: SIMD4<Float>.self)
    let d = unsafe UnsafeRawPointer(source + 3 &* sourceStride).loadUnaligned(as: SIMD4<Float>.self)
    let (ab0, ab1) = (SIMD4(a[0], b[0], a[1], b[1]), SIMD4(a[2], b[2], a[3], b[3]))
    let (cd0, cd1) = (SIMD4(c[0], d[0], c[1], d[1]), SIMD4(c[2], d[2], c[3], d[3]))
    unsafe put(SIMD4(lowHalf: ab0.lowHalf, highHalf: cd0.lowHalf), target)
    unsafe put(SIMD4(lowHalf: ab0.highHalf, highHalf: cd0.highHalf), target + targetStride)
    unsafe put(SIMD4(lowHalf: ab1.lowHalf, highHalf: cd1.lowHalf), target + 2 &* targetStride)
    unsafe put(SIMD4(lowHalf: ab1.highHalf, highHalf: cd1.highHalf), target + 3 &* targetStride)
  }

  @inline(__always)
  private static func put(_ value: SIMD4<Float>, _ target: UnsafeMutablePointer<Float>) {
    unsafe UnsafeMutableRawPointer(target).storeBytes(of: value, as: SIMD4<Float>.self)
  }

  @inline(__always)
  private static func put(_ value: SIMD2<Float>, _ target: UnsafeMutablePointer<Float>) {
    unsafe UnsafeMutableRawPointer(target).storeBytes(of: value, as: SIMD2<Float>.self)
  }

  @inline(__always)
  static func transpose(
    _ source: UnsafePointer<Float>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
  ) {
    for part in 0..<4 {
      let (r, e) = ((part & 1) &* 4, (part &>> 1) &* 4)
      unsafe four(source + (r &* sourceStride &+ e), sourceStride, target + (e &* targetStride &+ r), targetStride)
    }
  }

  @inline(__always)
  static func transposeSix(_ source: UnsafePointer<Float>, _ sourceStride: Int, _ target: UnsafeMutablePointer<Float>) {
    for half in 0..<2 {
      let from = unsafe source + half &* 4
      let to = unsafe target + half &* 24
      unsafe four(from, sourceStride, to, 6)
      let a = unsafe UnsafeRawPointer(from + 4 &* sourceStride).loadUnaligned(as: SIMD4<Float>.self)
      let b = unsafe UnsafeRawPointer(from + 5 &* sourceStride).loadUnaligned(as: SIMD4<Float>.self)
      let (ab0, ab1) = (SIMD4(a[0], b[0], a[1], b[1]), SIMD4(a[2], b[2], a[3], b[3]))
      unsafe put(ab0.lowHalf, to + 4)
      unsafe put(ab0.highHalf, to + 10)
      unsafe put(ab1.lowHalf, to + 16)
      unsafe put(ab1.highHalf, to + 22)
    }
  }
}
