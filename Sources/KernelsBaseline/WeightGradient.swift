/// gradient (units, inputs) += dz · inputsᵀ and biasGradient += the row sums of dz, over the vectors of one chunk.
///
/// Rows of `dz` and `inputs` lie `pitch` numbers apart.
@inline(__always)
func addWeightGradient<V: KernelVector>(
  _ type: V.Type, units: Int, inputs count: Int, dz: UnsafePointer<V.Scalar>, inputs: UnsafePointer<V.Scalar>,
  pitch: Int, vectors: Int, gradient: UnsafeMutablePointer<V.Scalar>, biasGradient: UnsafeMutablePointer<V.Scalar>
) {
  var input = 0
  while input < count {
    let rest = count &- input
    // Twelve sums in registers: 3 x 4, or 4 x 3 and fewer at the end of a row.
    let height = rest >= 4 ? 3 : 4
    var unit = 0
    while unit < units {
      let tile = unsafe GradientTile<V>(
        dz: dz + unit &* pitch, inputs: inputs + input &* pitch, pitch: pitch, vectors: vectors,
        gradient: gradient + (unit &* count &+ input), rowStride: count, biasGradient: biasGradient + unit)
      let rows = min(height, units &- unit)
      if input == 0 {
        unsafe tile.add(rows: rows, columns: rest, withBiases: true)
      } else {
        unsafe tile.add(rows: rows, columns: rest, withBiases: false)
      }
      unit &+= height
    }
    input &+= 4
  }
}

@unsafe
private struct GradientTile<V: KernelVector> {
  let dz: UnsafePointer<V.Scalar>
  let inputs: UnsafePointer<V.Scalar>
  let pitch: Int
  let vectors: Int
  let gradient: UnsafeMutablePointer<V.Scalar>
  let rowStride: Int
  let biasGradient: UnsafeMutablePointer<V.Scalar>

  /// Chooses the code of a size; `withBiases` is a constant where this is called.
  @inline(__always)
  func add(rows: Int, columns: Int, withBiases: Bool) {
    if columns >= 4 {
      switch rows {
      case 3: unsafe add(3, 4, withBiases)
      case 2: unsafe add(2, 4, withBiases)
      default: unsafe add(1, 4, withBiases)
      }
    } else if columns == 3 {
      switch rows {
      case 4: unsafe add(4, 3, withBiases)
      case 3: unsafe add(3, 3, withBiases)
      case 2: unsafe add(2, 3, withBiases)
      default: unsafe add(1, 3, withBiases)
      }
    } else if columns == 2 {
      switch rows {
      case 4: unsafe add(4, 2, withBiases)
      case 3: unsafe add(3, 2, withBiases)
      case 2: unsafe add(2, 2, withBiases)
      default: unsafe add(1, 2, withBiases)
      }
    } else {
      switch rows {
      case 4: unsafe add(4, 1, withBiases)
      case 3: unsafe add(3, 1, withBiases)
      case 2: unsafe add(2, 1, withBiases)
      default: unsafe add(1, 1, withBiases)
      }
    }
  }

  /// All arguments are constants where this is called.
  @inline(__always)
  private func add(_ rows: Int, _ columns: Int, _ withBiases: Bool) {
    let zero = V.zero
    var (s00, s01, s02, s03) = (zero, zero, zero, zero)
    var (s10, s11, s12, s13) = (zero, zero, zero, zero)
    var (s20, s21, s22, s23) = (zero, zero, zero, zero)
    var (s30, s31, s32) = (zero, zero, zero)
    var (b0, b1, b2, b3) = (zero, zero, zero, zero)
    var d = unsafe dz
    var x = unsafe inputs
    for _ in 0..<(unsafe vectors) {
      let d0 = unsafe V.load(d)
      let d1 = rows > 1 ? unsafe V.load(d + pitch) : zero
      let d2 = rows > 2 ? unsafe V.load(d + 2 &* pitch) : zero
      let d3 = rows > 3 ? unsafe V.load(d + 3 &* pitch) : zero
      if withBiases {
        b0 = V.sum(b0, d0)
        if rows > 1 { b1 = V.sum(b1, d1) }
        if rows > 2 { b2 = V.sum(b2, d2) }
        if rows > 3 { b3 = V.sum(b3, d3) }
      }
      let x0 = unsafe V.load(x)
      s00 = V.multiplyAdd(d0, x0, s00)
      if rows > 1 { s10 = V.multiplyAdd(d1, x0, s10) }
      if rows > 2 { s20 = V.multiplyAdd(d2, x0, s20) }
      if rows > 3 { s30 = V.multiplyAdd(d3, x0, s30) }
      if columns > 1 {
        let x1 = unsafe V.load(x + pitch)
        s01 = V.multiplyAdd(d0, x1, s01)
        if rows > 1 { s11 = V.multiplyAdd(d1, x1, s11) }
        if rows > 2 { s21 = V.multiplyAdd(d2, x1, s21) }
        if rows > 3 { s31 = V.multiplyAdd(d3, x1, s31) }
      }
      if columns > 2 {
        let x2 = unsafe V.load(x + 2 &* pitch)
        s02 = V.multiplyAdd(d0, x2, s02)
        if rows > 1 { s12 = V.multiplyAdd(d1, x2, s12) }
        if rows > 2 { s22 = V.multiplyAdd(d2, x2, s22) }
        if rows > 3 { s32 = V.multiplyAdd(d3, x2, s32) }
      }
      if columns > 3 {
        let x3 = unsafe V.load(x + 3 &* pitch)
        s03 = V.multiplyAdd(d0, x3, s03)
        if rows > 1 { s13 = V.multiplyAdd(d1, x3, s13) }
        if rows > 2 { s23 = V.multiplyAdd(d2, x3, s23) }
      }
      unsafe d += V.width
      unsafe x += V.width
    }
    unsafe put(V.laneSums(s00, s01, s02, s03), 0, columns)
    if rows > 1 { unsafe put(V.laneSums(s10, s11, s12, s13), 1, columns) }
    if rows > 2 { unsafe put(V.laneSums(s20, s21, s22, s23), 2, columns) }
    if rows > 3 { unsafe put(V.laneSums(s30, s31, s32, zero), 3, columns) }
    if withBiases {
      let sums = V.laneSums(b0, b1, b2, b3)
      unsafe biasGradient[0] = biasGradient[0] + V.lane(sums, 0)
      if rows > 1 { unsafe biasGradient[1] = biasGradient[1] + V.lane(sums, 1) }
      if rows > 2 { unsafe biasGradient[2] = biasGradient[2] + V.lane(sums, 2) }
      if rows > 3 { unsafe biasGradient[3] = biasGradient[3] + V.lane(sums, 3) }
    }
  }

  /// Adds the sums of a row's first `columns` elements.
  @inline(__always)
  private func put(_ sums: V.Four, _ row: Int, _ columns: Int) {
    let target = unsafe gradient + row &* rowStride
    if columns == 4 {
      let before = unsafe UnsafeRawPointer(target).loadUnaligned(as: V.Four.self)
      unsafe UnsafeMutableRawPointer(target).storeBytes(of: V.sum(before, sums), as: V.Four.self)
    } else {
      unsafe target[0] = target[0] + V.lane(sums, 0)
      if columns > 1 { unsafe target[1] = target[1] + V.lane(sums, 1) }
      if columns > 2 { unsafe target[2] = target[2] + V.lane(sums, 2) }
    }
  }
}
