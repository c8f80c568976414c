#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The points and weights of the quadrature of Gauss and Legendre on the range from 0 to 1: exact for polynomials of
/// degree 2n - 1 (Abramowitz and Stegun, 25.4.30).
struct GaussLegendre {
  private(set) var points: [Double] = []
  private(set) var weights: [Double] = []

  init(count n: Int) {
    for i in 1...n {
      // Newton's method from a point near each root of the polynomial of Legendre.
      var x = cos(Double.pi * (Double(i) - 0.25) / (Double(n) + 0.5))
      var derivative = 0.0
      for _ in 0..<100 {
        var (p, previous) = (1.0, 0.0)
        for k in 1...n {
          (p, previous) = (((2 * Double(k) - 1) * x * p - (Double(k) - 1) * previous) / Double(k), p)
        }
        derivative = Double(n) * (x * p - previous) / (x * x - 1)
        let step = p / derivative
        x -= step
        if abs(step) < 1e-16 { break }
      }
      points.append((1 - x) / 2)
      weights.append(1 / ((1 - x * x) * derivative * derivative))
    }
  }
}
