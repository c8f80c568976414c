import TensorFiles
import Testing

@Suite struct NearestNameTests {
  @Test(
    arguments: [
      ("Xs", ["X", "y"], "X"), ("trian", ["train", "tune"], "train"), ("x", ["X", "y"], "X"),
      ("LABELS", ["label", "labels"], "labels"), ("wieght", ["height", "weight"], "weight"),
      ("predct", ["predict"], "predict"), ("conv", ["convert"], nil), ("X", ["y"], nil), ("x3", ["x1", "x2"], nil),
      ("", ["a"], nil), ("a", [], nil), ("W1", ["W11"], nil), ("größe", ["Grösse", "Größe"], "Größe"),
      ("dense/bias", ["dense/kernel"], nil), ("dense/kernal", ["bias", "dense/kernel"], "dense/kernel"),
      ("ab", ["ba"], "ba"), ("abc", ["xyz"], nil),
    ] as [(String, [String], String?)]) func theNearestIsFound(name: String, names: [String], nearest: String?)
  {
    #expect(NearestName.of(name, among: names) == nearest)
    #expect(NearestName.question(name, among: names) == (nearest.map { " (did you mean '\($0)'?)" } ?? ""))
  }

  /// Names of files may be as long as the file: no time is spent on them.
  @Test func longNamesAreNotCompared() {
    let long = String(repeating: "a", count: 100_000)
    #expect(NearestName.of(long, among: [long + "b"]) == nil)
    #expect(NearestName.of("a", among: Array(repeating: long, count: 1000)) == nil)
  }
}
