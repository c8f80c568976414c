import Tensors
import Testing
import Training

struct MetricsTests {
  let probabilities = Matrix([[0.9, 0.5, 0.2, 0.6, 0.1]])
  let labels = Matrix([[1, 1, 0, 0, 1]])

  /// 0.5 itself is not above the threshold: label 0, as `p = a > 0.5` in the notebook.
  @Test func accuracy() {
    #expect(Metrics.accuracy(probabilities: probabilities, labels: labels) == 0.4)
    #expect(Metrics.accuracy(probabilities: probabilities, labels: labels, threshold: 0.05) == 0.6)
  }

  @Test func logLoss() {
    // -(ln 0.9 + ln 0.5 + ln 0.8 + ln 0.4 + ln 0.1) / 5
    let expected =
      (0.10536051565782628 + 0.6931471805599453 + 0.2231435513142097 + 0.916290731874155
        + 2.302585092994046) / 5
    #expect(abs(Metrics.logLoss(probabilities: probabilities, labels: labels) - expected) <= 1e-15)
    #expect(Metrics.logLoss(probabilities: Matrix([[0, 1]]), labels: Matrix([[0, 1]])) == 0)
    #expect(Metrics.logLoss(probabilities: Matrix([[0]]), labels: Matrix([[1]])) == .infinity)
  }
}
