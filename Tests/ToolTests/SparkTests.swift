import Testing

extension Trait where Self == ConditionTrait {
  fileprivate static var needsSpark: Self {
    .enabled(if: SparkTests.python != nil, "skipped: Java or PySpark with pandas and PyArrow is not installed")
  }
}

/// `Samples/spark` without a cluster: Spark's workers are threads of one process. `make cluster` has the cluster.
@Suite(.serialized, .needsSpark) struct SparkTests {
  /// A Python that has what is needed: the one at hand, or that of `make cluster`.
  static let python = ["python3", "\(Tool.package)/.build/spark/bin/python3"].first { python in
    (try? Tool.bash("-c", "command -v java && \(python) -c 'import pyspark, pandas, pyarrow'").code) == 0
  }

  private func submit(_ arguments: String, in folder: TemporaryFolder) throws -> Outcome {
    let command = """
      python=$(command -v "$1")
      export PYSPARK_PYTHON=$python PYSPARK_DRIVER_PYTHON=$python SPARK_LOCAL_IP=127.0.0.1
      spark=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
      "$spark/bin/spark-submit" --master 'local[2]' --conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=2 \
        --conf "spark.local.dir=$PWD/spark" --files "$2/reg-predict,model.h5" "$3/Samples/spark/predict.py" \(arguments)
      """
    return try Tool.bash.run(
      ["-c", command, "bash", try #require(SparkTests.python), Tool.folder, Tool.package], in: folder, seconds: 600)
  }

  /// The rows of all parts, sorted by the identifier with which each begins, without headers.
  private func rows(_ command: String, in folder: TemporaryFolder) throws -> [String] {
    let outcome = try Tool.bash("-c", "\(command) | grep -v id | sort -n", in: folder)
    #expect(outcome.code == 0)
    return outcome.lines
  }

  @Test func filesWithHeadersAreOneTable() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    _ = try Tool.bash("-c", "mkdir rows", in: folder)
    for file in 0..<3 {
      let lines = (0..<500).map { "\(file * 500 + $0),0.\($0),caf\u{E9},-0.\($0 + file)\n" }.joined()
      // Other columns may be in any encoding.
      try folder.write(Array("id,x1,n,x2\n\(lines)".unicodeScalars.map { UInt8($0.value) }), to: "rows/\(file).csv")
    }
    let outcome = try submit("--features x1,x2 rows out", in: folder)
    #expect(outcome.code == 0, "\(outcome.errors.suffix(3000))")
    let predicted = try rows("cat out/part-*", in: folder)
    #expect(predicted.count == 1500)
    let direct = "for file in rows/*; do '\(Tool.folder)/reg-predict' -m model.h5 --features x1,x2 $file; done"
    #expect(try predicted == rows(direct, in: folder))
    let headers = try Tool.bash("-c", "head -qn1 out/part-* | sort -u", in: folder).output
    #expect(headers == "id,x1,n,x2,probability,label\n")

    try folder.write("id,x1,x2\n0,0.5,0.5\n1,oops,0.5\n", to: "bad.csv")
    let bad = try submit("--features x1,x2 bad.csv bad", in: folder)
    #expect(bad.code != 0 && bad.errors.contains("'oops' is not a number; the row is '1,oops,0.5'"))
  }

  @Test func parquetKeepsTheNumbers() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    try folder.write(
      "id,x1,x2\n" + (0..<300).map { "\($0),0.\($0),\($0 % 2 == 0 ? 900 : -900)\n" }.joined(), to: "rows.csv")
    let python = try #require(SparkTests.python)
    let make = "import pandas; pandas.read_csv('rows.csv').to_parquet('rows.parquet', index=False)"
    #expect(try Tool.bash("-c", "\(python) -c \"\(make)\"", in: folder).code == 0)
    let outcome = try submit("--format parquet --partitions 2 --features x1,x2 rows.parquet out", in: folder)
    #expect(outcome.code == 0, "\(outcome.errors.suffix(3000))")
    let compare = """
      import pandas, subprocess
      ours = pandas.read_parquet("out").sort_values("id").reset_index(drop=True)
      table = subprocess.run(["\(Tool.folder)/reg-predict", "-m", "model.h5", "--features", "x1,x2", "rows.csv"],
        capture_output=True, check=True).stdout
      rows = [line.split(",") for line in table.decode().split()]
      assert list(ours) == rows[0], list(ours)
      assert [[float(x) for x in row] for row in rows[1:]] == ours.astype(float).values.tolist()
      """
    try folder.write(compare, to: "compare.py")
    let comparison = try Tool.bash("-c", "\(python) compare.py", in: folder)
    #expect(comparison.code == 0, "\(comparison.errors)")
  }
}
