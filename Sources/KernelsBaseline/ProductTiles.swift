// The innermost loops of the products of wide layers: sums of some rows and columns that stay in registers.

#if AVX512
  /// With 32 registers of 64 bytes two tiles and two panels, each one register wide, are computed at once.
  @inline(__always) var tilesAtOnce: Int { 2 }
  @inline(__always) var panelsAtOnce: Int { 2 }
#else
  @inline(__always) var tilesAtOnce: Int { 1 }
  @inline(__always) var panelsAtOnce: Int { 1 }
#endif

/// Sums of one or two tiles and one or two panels over some steps; the tiles of `left` lie one after the other, those of
/// `right` `rightStride` numbers apart. They are stored to, or added to, the rows of `target`, which lie `rowStride`
/// numbers apart, the panels `panelStride`.
@inline(__always)
func productTiles<V: KernelVector>(
  _ type: V.Type, _ steps: Int, _ left: UnsafePointer<V.Scalar>, _ right: UnsafePointer<V.Scalar>, _ rightStride: Int,
  _ target: UnsafeMutablePointer<V.Scalar>, _ rowStride: Int, _ panelStride: Int, _ tiles: Int, _ panels: Int,
  _ adds: Bool
) {
  #if AVX512
    let below = unsafe left + steps &* tileRows
    switch (tiles, panels) {
    case (2, 2):
      unsafe productTile(
        V.self, steps, left, below, right, right + rightStride, target, rowStride, panelStride, 2, 2, adds)
    case (2, _):
      unsafe productTile(V.self, steps, left, below, right, right, target, rowStride, panelStride, 2, 1, adds)
    case (_, 2):
      unsafe productTile(
        V.self, steps, left, left, right, right + rightStride, target, rowStride, panelStride, 1, 2, adds)
    default:
      unsafe productTile(V.self, steps, left, left, right, right, target, rowStride, panelStride, 1, 1, adds)
    }
  #else
    unsafe productTile(V.self, steps, left, right, target, rowStride, adds)
  #endif
}

#if AVX512
  /// Twelve rows, or six, and two panels, or one; `tiles` and `panels` are constants.
  @inline(__always)
  private func productTile<V: KernelVector>(
    _ type: V.Type, _ steps: Int, _ left: UnsafePointer<V.Scalar>, _ below: UnsafePointer<V.Scalar>,
    _ right: UnsafePointer<V.Scalar>, _ beside: UnsafePointer<V.Scalar>, _ target: UnsafeMutablePointer<V.Scalar>,
    _ rowStride: Int, _ panelStride: Int, _ tiles: Int, _ panels: Int, _ adds: Bool
  ) {
    let zero = V.zero
    var (a0, a1, b0, b1) = (zero, zero, zero, zero)
    var (a2, a3, b2, b3) = (zero, zero, zero, zero)
    var (a4, a5, b4, b5) = (zero, zero, zero, zero)
    var (a6, a7, b6, b7) = (zero, zero, zero, zero)
    var (a8, a9, b8, b9) = (zero, zero, zero, zero)
    var (a10, a11, b10, b11) = (zero, zero, zero, zero)
    var (l, m, r, s) = unsafe (left, below, right, beside)
    for _ in 0..<steps {
      let x = unsafe V.load(r)
      let y = unsafe V.load(s)
      let w0 = unsafe V.broadcast(l)
      a0 = V.multiplyAdd(w0, x, a0)
      if panels == 2 { b0 = V.multiplyAdd(w0, y, b0) }
      let w1 = unsafe V.broadcast(l + 1)
      a1 = V.multiplyAdd(w1, x, a1)
      if panels == 2 { b1 = V.multiplyAdd(w1, y, b1) }
      let w2 = unsafe V.broadcast(l + 2)
      a2 = V.multiplyAdd(w2, x, a2)
      if panels == 2 { b2 = V.multiplyAdd(w2, y, b2) }
      let w3 = unsafe V.broadcast(l + 3)
      a3 = V.multiplyAdd(w3, x, a3)
      if panels == 2 { b3 = V.multiplyAdd(w3, y, b3) }
      let w4 = unsafe V.broadcast(l + 4)
      a4 = V.multiplyAdd(w4, x, a4)
      if panels == 2 { b4 = V.multiplyAdd(w4, y, b4) }
      let w5 = unsafe V.broadcast(l + 5)
      a5 = V.multiplyAdd(w5, x, a5)
      if panels == 2 { b5 = V.multiplyAdd(w5, y, b5) }
      if tiles == 2 {
        let w6 = unsafe V.broadcast(m)
        a6 = V.multiplyAdd(w6, x, a6)
        if panels == 2 { b6 = V.multiplyAdd(w6, y, b6) }
        let w7 = unsafe V.broadcast(m + 1)
        a7 = V.multiplyAdd(w7, x, a7)
        if panels == 2 { b7 = V.multiplyAdd(w7, y, b7) }
        let w8 = unsafe V.broadcast(m + 2)
        a8 = V.multiplyAdd(w8, x, a8)
        if panels == 2 { b8 = V.multiplyAdd(w8, y, b8) }
        let w9 = unsafe V.broadcast(m + 3)
        a9 = V.multiplyAdd(w9, x, a9)
        if panels == 2 { b9 = V.multiplyAdd(w9, y, b9) }
        let w10 = unsafe V.broadcast(m + 4)
        a10 = V.multiplyAdd(w10, x, a10)
        if panels == 2 { b10 = V.multiplyAdd(w10, y, b10) }
        let w11 = unsafe V.broadcast(m + 5)
        a11 = V.multiplyAdd(w11, x, a11)
        if panels == 2 { b11 = V.multiplyAdd(w11, y, b11) }
        unsafe m += tileRows
      }
      unsafe l += tileRows
      unsafe r += panelColumns(V.width)
      if panels == 2 { unsafe s += panelColumns(V.width) }
    }
    unsafe put(a0, target, adds)
    unsafe put(a1, target + rowStride, adds)
    unsafe put(a2, target + 2 &* rowStride, adds)
    unsafe put(a3, target + 3 &* rowStride, adds)
    unsafe put(a4, target + 4 &* rowStride, adds)
    unsafe put(a5, target + 5 &* rowStride, adds)
    if tiles == 2 {
      unsafe put(a6, target + 6 &* rowStride, adds)
      unsafe put(a7, target + 7 &* rowStride, adds)
      unsafe put(a8, target + 8 &* rowStride, adds)
      unsafe put(a9, target + 9 &* rowStride, adds)
      unsafe put(a10, target + 10 &* rowStride, adds)
      unsafe put(a11, target + 11 &* rowStride, adds)
    }
    guard panels == 2 else { return }
    let other = unsafe target + panelStride
    unsafe put(b0, other, adds)
    unsafe put(b1, other + rowStride, adds)
    unsafe put(b2, other + 2 &* rowStride, adds)
    unsafe put(b3, other + 3 &* rowStride, adds)
    unsafe put(b4, other + 4 &* rowStride, adds)
    unsafe put(b5, other + 5 &* rowStride, adds)
    if tiles == 2 {
      unsafe put(b6, other + 6 &* rowStride, adds)
      unsafe put(b7, other + 7 &* rowStride, adds)
      unsafe put(b8, other + 8 &* rowStride, adds)
      unsafe put(b9, other + 9 &* rowStride, adds)
      unsafe put(b10, other + 10 &* rowStride, adds)
      unsafe put(b11, other + 11 &* rowStride, adds)
    }
  }

  @inline(__always)
  private func put<V: KernelVector>(_ a: V, _ target: UnsafeMutablePointer<V.Scalar>, _ adds: Bool) {
    if adds { unsafe V.sum(V.load(target), a).store(target) } else { unsafe a.store(target) }
  }
#else
  /// One tile: sums of `tileRows` rows and one panel's columns over some steps, from `left` (steps, rows) and `right`
  /// (steps, columns), stored to, or added to, the rows of `target`, which lie `rowStride` numbers apart.
  @inline(__always)
  private func productTile<V: KernelVector>(
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
#endif
