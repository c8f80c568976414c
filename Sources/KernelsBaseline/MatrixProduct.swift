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

/// The columns of a panel: 64 bytes, one line of the cache, in two vectors or one.
@inline(__always)
func panelColumns(_ width: Int) -> Int {
  #if AVX512
    width
  #else
    2 &* width
  #endif
}

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
    var tile = 0
    while tile < tileCount {
      // Tiles from an even one on lie in the same band of the target.
      let height = min(tilesAtOnce, tileCount &- tile)
      let row = tile &* tileRows
      let place = packedPlace(row: row, rows: rows, panels: panels, width: V.width)
      let tileLeft = unsafe left + (first &* tileCount &+ tile &* some) &* tileRows
      let tileRight = unsafe right + first &* panels &* columns
      var panel = 0
      while panel < panels {
        let width = min(panelsAtOnce, panels &- panel)
        let offset = place.offset &+ panel &* place.panelStride
        unsafe productTiles(
          V.self, some, tileLeft, tileRight + panel &* rightStride, rightStride, target + offset, columns,
          place.panelStride, height, width, first > 0)
        if isLast {
          for index in 0..<width {
            unsafe finish.apply(
              row: row, count: height &* tileRows, panel: panel &+ index,
              offset: offset &+ index &* place.panelStride, target: target)
          }
        }
        panel &+= width
      }
      tile &+= height
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
  let (rightStride, wholeTiles, wholePanels) = (examples &* columns, units / tileRows, inputs / columns)
  var panel = inputPanels.lowerBound
  while panel < inputPanels.upperBound {
    let across = max(1, min(panelsAtOnce, min(wholePanels, inputPanels.upperBound) &- panel))
    let tileRight = unsafe right + panel &* rightStride
    let input = panel &* columns
    var tile = unitTiles.lowerBound
    while tile < unitTiles.upperBound {
      // What is not whole goes tile by tile.
      let most = panel < wholePanels ? tilesAtOnce : 1
      let down = max(1, min(most, min(wholeTiles, unitTiles.upperBound) &- tile))
      let tileLeft = unsafe left + tile &* examples &* tileRows
      let unit = tile &* tileRows
      let target = unsafe gradient + (unit &* inputs &+ input)
      if tile < wholeTiles && panel < wholePanels {
        unsafe productTiles(
          V.self, examples, tileLeft, tileRight, rightStride, target, inputs, columns, down, across, adds)
      } else {
        for index in 0..<across {
          unsafe addPartOfTile(
            V.self, examples, tileLeft, tileRight + index &* rightStride, rest, adds, target + index &* columns, inputs,
            min(tileRows, units &- unit), min(columns, inputs &- input))
        }
      }
      tile &+= down
    }
    panel &+= across
  }
}

/// One tile of a gradient of which only some rows and columns are there.
@inline(__always)
private func addPartOfTile<V: KernelVector>(
  _ type: V.Type, _ examples: Int, _ left: UnsafePointer<V.Scalar>, _ right: UnsafePointer<V.Scalar>,
  _ rest: UnsafeMutablePointer<V.Scalar>, _ adds: Bool, _ target: UnsafeMutablePointer<V.Scalar>, _ inputs: Int,
  _ height: Int, _ width: Int
) {
  let columns = panelColumns(V.width)
  unsafe productTiles(V.self, examples, left, right, 0, rest, columns, 0, 1, 1, false)
  for row in 0..<height {
    for column in 0..<width {
      let place = row &* inputs &+ column
      let sum = unsafe rest[row &* columns &+ column]
      unsafe target[place] = adds ? target[place] + sum : sum
    }
  }
}

/// sums (rows) += the sums over the examples of a packed left factor of a weight gradient, or = where `adds` is false.
@inline(__always)
func addRowSums<V: KernelVector>(
  _ type: V.Type, rows: Int, unitTiles: Range<Int>, examples: Int, left: UnsafePointer<V.Scalar>,
  rest: UnsafeMutablePointer<V.Scalar>, adds: Bool, sums: UnsafeMutablePointer<V.Scalar>
) {
  for tile in unitTiles {
    let source = unsafe left + tile &* examples &* tileRows
    // As many vectors as a tile has rows hold whole examples.
    var vectors = (V.zero, V.zero, V.zero, V.zero, V.zero, V.zero)
    var index = 0
    let step = tileRows &* V.width
    while index < examples &* tileRows {
      unsafe vectors.0 = V.sum(vectors.0, V.load(source + index))
      unsafe vectors.1 = V.sum(vectors.1, V.load(source + index + V.width))
      if tileRows > 2 {
        unsafe vectors.2 = V.sum(vectors.2, V.load(source + index + 2 &* V.width))
        unsafe vectors.3 = V.sum(vectors.3, V.load(source + index + 3 &* V.width))
        unsafe vectors.4 = V.sum(vectors.4, V.load(source + index + 4 &* V.width))
        unsafe vectors.5 = V.sum(vectors.5, V.load(source + index + 5 &* V.width))
      }
      index &+= step
    }
    unsafe vectors.0.store(rest)
    unsafe vectors.1.store(rest + V.width)
    if tileRows > 2 {
      unsafe vectors.2.store(rest + 2 &* V.width)
      unsafe vectors.3.store(rest + 3 &* V.width)
      unsafe vectors.4.store(rest + 4 &* V.width)
      unsafe vectors.5.store(rest + 5 &* V.width)
    }
    let row = tile &* tileRows
    for index in 0..<min(tileRows, rows &- row) {
      var sum = unsafe rest[index]
      for lane in 1..<V.width { unsafe sum = sum + rest[lane &* tileRows &+ index] }
      unsafe sums[row &+ index] = adds ? sums[row &+ index] + sum : sum
    }
  }
}
