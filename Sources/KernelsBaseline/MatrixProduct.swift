// Products of wide layers. Sums are cut into bands of steps, which are added one after the other; the borders depend on
// the number of steps alone, and so do the bits of every element. Both factors are packed so that a product reads them
// from one end to the other, band by band: the left one in tiles of `tileRows` rows, (bands, tiles, steps, rows), the
// right one in panels of `panelColumns` examples, (bands, panels, steps, columns). What a product makes is packed like
// the right factor of the next one.

/// The rows of a tile: with their two vectors, the sums stay in registers (16 of 4 Doubles, or 16 of 2 without AVX2).
@inline(__always) var tileRows: Int {
  #if FMA
    6
  #else
    2
  #endif
}

/// The columns of a panel: two vectors, 64 bytes, one line of the cache.
@inline(__always) func panelColumns(_ width: Int) -> Int { 2 &* width }

/// The most steps of a band: what a tile reads of both factors fits a first cache of 32 KB.
@inline(__always) var mostSteps: Int { 192 }
/// Bands are whole tiles, whole panels and whole blocks of the transposition.
@inline(__always) private var bandUnit: Int { 48 }

/// The tiles that some rows take.
@inline(__always) func tiles(_ rows: Int) -> Int { (rows &+ tileRows &- 1) / tileRows }

/// The steps of every band but the last, which may have fewer: all are about equal.
@inline(__always)
func bandSteps(_ steps: Int) -> Int {
  let bands = max(1, (steps &+ mostSteps &- 1) / mostSteps)
  return ((steps &+ bands &- 1) / bands &+ bandUnit &- 1) / bandUnit &* bandUnit
}

/// The rows that a packed matrix has room for: whole tiles and whole panels.
@inline(__always)
func paddedRows(_ rows: Int, width: Int) -> Int {
  let columns = panelColumns(width)
  return (tiles(rows) &* tileRows &+ columns &- 1) / columns &* columns
}

/// Where a row of the first panel of a packed matrix stands, and how far its panels lie apart there.
@inline(__always)
func packedPlace(row: Int, rows: Int, panels: Int, width: Int) -> (offset: Int, panelStride: Int) {
  let columns = panelColumns(width)
  let band = bandSteps(rows)
  let first = row / band &* band
  let height = min(band, paddedRows(rows, width: width) &- first)
  return (offset: (first &* panels &+ row &- first) &* columns, panelStride: height &* columns)
}

/// One tile: sums of `tileRows` rows and one panel's columns over some steps, from `left` (steps, rows) and `right`
/// (steps, columns), stored to, or added to, the rows of `target`, which lie `rowStride` numbers apart.
@inline(__always)
func productTile<V: KernelVector>(
  _ type: V.Type, _ steps: Int, _ left: UnsafePointer<V.Scalar>, _ right: UnsafePointer<V.Scalar>,
  _ target: UnsafeMutablePointer<V.Scalar>, _ rowStride: Int, _ adds: Bool
) {
  let zero = V.zero
  var (s00, s01, s10, s11) = (zero, zero, zero, zero)
  var (s20, s21, s30, s31) = (zero, zero, zero, zero)
  var (s40, s41, s50, s51) = (zero, zero, zero, zero)
  var l = unsafe left
  var r = unsafe right
  for _ in 0..<steps {
    let x0 = unsafe V.load(r)
    let x1 = unsafe V.load(r + V.width)
    let w0 = unsafe V.broadcast(l)
    s00 = V.multiplyAdd(w0, x0, s00)
    s01 = V.multiplyAdd(w0, x1, s01)
    let w1 = unsafe V.broadcast(l + 1)
    s10 = V.multiplyAdd(w1, x0, s10)
    s11 = V.multiplyAdd(w1, x1, s11)
    if tileRows > 2 {
      let w2 = unsafe V.broadcast(l + 2)
      s20 = V.multiplyAdd(w2, x0, s20)
      s21 = V.multiplyAdd(w2, x1, s21)
      let w3 = unsafe V.broadcast(l + 3)
      s30 = V.multiplyAdd(w3, x0, s30)
      s31 = V.multiplyAdd(w3, x1, s31)
      let w4 = unsafe V.broadcast(l + 4)
      s40 = V.multiplyAdd(w4, x0, s40)
      s41 = V.multiplyAdd(w4, x1, s41)
      let w5 = unsafe V.broadcast(l + 5)
      s50 = V.multiplyAdd(w5, x0, s50)
      s51 = V.multiplyAdd(w5, x1, s51)
    }
    unsafe l += tileRows
    unsafe r += panelColumns(V.width)
  }
  unsafe put(s00, s01, target, adds)
  unsafe put(s10, s11, target + rowStride, adds)
  if tileRows > 2 {
    unsafe put(s20, s21, target + 2 &* rowStride, adds)
    unsafe put(s30, s31, target + 3 &* rowStride, adds)
    unsafe put(s40, s41, target + 4 &* rowStride, adds)
    unsafe put(s50, s51, target + 5 &* rowStride, adds)
  }
}

@inline(__always)
private func put<V: KernelVector>(_ a: V, _ b: V, _ target: UnsafeMutablePointer<V.Scalar>, _ adds: Bool) {
  if adds {
    unsafe V.sum(V.load(target), a).store(target)
    unsafe V.sum(V.load(target + V.width), b).store(target + V.width)
  } else {
    unsafe a.store(target)
    unsafe b.store(target + V.width)
  }
}

/// target = finish(left · right): (rows, steps) times (steps, examples of `panels` panels).
@inline(__always)
func wideProduct<V: KernelVector>(
  _ type: V.Type, rows: Int, steps: Int, left: UnsafePointer<V.Scalar>, right: UnsafePointer<V.Scalar>, panels: Int,
  target: UnsafeMutablePointer<V.Scalar>, finish: TileFinish<V>
) {
  let columns = panelColumns(V.width)
  let tileCount = tiles(rows)
  let band = bandSteps(steps)
  let stepsWithRoom = paddedRows(steps, width: V.width)
  var first = 0
  while first < steps {
    let some = min(band, steps &- first)
    let rightStride = min(band, stepsWithRoom &- first) &* columns
    let isLast = first &+ some == steps
    for tile in 0..<tileCount {
      let row = tile &* tileRows
      let place = packedPlace(row: row, rows: rows, panels: panels, width: V.width)
      let tileLeft = unsafe left + (first &* tileCount &+ tile &* some) &* tileRows
      let tileRight = unsafe right + first &* panels &* columns
      for panel in 0..<panels {
        let offset = place.offset &+ panel &* place.panelStride
        unsafe productTile(
          V.self, some, tileLeft, tileRight + panel &* rightStride, target + offset, columns, first > 0)
        if isLast { unsafe finish.apply(row: row, panel: panel, offset: offset, target: target) }
      }
    }
    first &+= some
  }
}

/// gradient (units, inputs) += dz · inputsᵀ over some examples, for whole tiles of units and whole panels of inputs.
///
/// `left` is packed as (unit tiles, examples, rows), `right` as (input panels, examples, columns), both from the first
/// tile and panel of the layer on; `rest` is memory for one tile. Where `adds` is false the sums are stored.
@inline(__always)
func addProductGradient<V: KernelVector>(
  _ type: V.Type, units: Int, inputs: Int, unitTiles: Range<Int>, inputPanels: Range<Int>, examples: Int,
  left: UnsafePointer<V.Scalar>, right: UnsafePointer<V.Scalar>, rest: UnsafeMutablePointer<V.Scalar>, adds: Bool,
  gradient: UnsafeMutablePointer<V.Scalar>
) {
  let columns = panelColumns(V.width)
  for panel in inputPanels {
    let input = panel &* columns
    for tile in unitTiles {
      let unit = tile &* tileRows
      let tileLeft = unsafe left + tile &* examples &* tileRows
      let tileRight = unsafe right + panel &* examples &* columns
      let target = unsafe gradient + (unit &* inputs &+ input)
      let (height, width) = (min(tileRows, units &- unit), min(columns, inputs &- input))
      if height == tileRows && width == columns {
        unsafe productTile(V.self, examples, tileLeft, tileRight, target, inputs, adds)
      } else {
        unsafe productTile(V.self, examples, tileLeft, tileRight, rest, columns, false)
        for row in 0..<height {
          for column in 0..<width {
            let place = row &* inputs &+ column
            let sum = unsafe rest[row &* columns &+ column]
            unsafe target[place] = adds ? target[place] + sum : sum
          }
        }
      }
    }
  }
}
