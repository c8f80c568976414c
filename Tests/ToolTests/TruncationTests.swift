import TensorFiles
import Tensors
import Testing

/// Every beginning of a file, as a broken download or a full disk leaves it.
@Suite struct TruncationTests {
  static let formats = ["d.mat", "d.h5", "d.npz", "d.csv"]

  private func folder(_ file: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let random = { (count: Int, modulus: Int) in (0..<count).map { Double($0 * 7919 % modulus) / Double(modulus) } }
    let x = Matrix(rows: 20, columns: 2, elements: random(40, 9973))
    let y = Matrix(rows: 20, columns: 1, elements: (0..<20).map { Double($0 % 2) })
    if file == "d.csv" {
      let rows = (0..<20).map { "\(x[$0, 0]),\(x[$0, 1]),\(Int(y[$0, 0]))\n" }
      try folder.write("x1,x2,y\n" + rows.joined(), to: file)
    } else {
      try folder.write(["X": x, "y": y, "Xval": x, "yval": y], to: file)
    }
    return folder
  }

  /// One process looks at many beginnings, so that every byte has its turn.
  @Test(arguments: ["d.mat", "d.h5", "d.npz"]) func everyBeginningIsAnErrorToInspect(file: String) throws {
    let folder = try folder(file)
    let bytes = try folder.bytes(file)
    for batch in stride(from: 0, to: bytes.count, by: 400) {
      let counts = Array(batch..<min(batch + 400, bytes.count))
      let names = counts.map { "cut\($0)" }
      for (count, name) in zip(counts, names) { try folder.write(Array(bytes.prefix(count)), to: name) }
      let outcome = try Tool.inspect.run(["--stats"] + names, in: folder)
      for name in names { System.removeTree(folder.file(name)) }
      #expect(outcome.code == 65 || outcome.code == 0)
      // Where a variable ends the rest of a MAT file is whole: there is no table of contents.
      let errors = Set(
        outcome.errors.split(separator: "\n").compactMap { $0.split(separator: ":").first.map(String.init) })
      // The first bytes of MATLAB's header and of ZIP are text, which might be any.
      let first = ["d.mat": 19, "d.npz": 3][file] ?? 0
      let silent = zip(counts, names).filter { $0.0 >= first }.map(\.1).filter { !errors.contains($0) }
      #expect(silent.count <= (file == "d.mat" ? 4 : 0), "\(silent)")
    }
  }

  @Test(arguments: formats) func beginningsAreErrorsToTrainWith(file: String) throws {
    let folder = try folder(file)
    let bytes = try folder.bytes(file)
    for count in stride(from: 0, to: bytes.count - 1, by: max(1, bytes.count / 60)) {
      try folder.write(Array(bytes.prefix(count)), to: "cut")
      let outcome = try Tool.train("cut", "--iterations", "1", "-o", "m.h5", in: folder)
      // A table that ends behind a row, or in the digits of a number, is a shorter table.
      if file != "d.h5", outcome.code == 0 {
        #expect(file == "d.csv" || count > bytes.count / 3)
        System.removeTree(folder.file("m.h5"))
        continue
      }
      #expect(outcome.code == 65 && outcome.errors.split(separator: "\n").count == 1)
      #expect(try folder.names == ["cut", file])
    }
  }

  @Test(.needsNotebookData) func everyBeginningOfTheNotebooksData() throws {
    let folder = try TemporaryFolder()
    let bytes = try System.contents(Notebook.data)
    let counts = Array(0..<bytes.count)
    for batch in stride(from: 0, to: counts.count, by: 1000) {
      let names = counts[batch..<min(batch + 1000, counts.count)].map { "cut\($0)" }
      for name in names { try folder.write(Array(bytes.prefix(Int(name.dropFirst(3)) ?? 0)), to: name) }
      let outcome = try Tool.inspect.run(names, in: folder)
      for name in names { System.removeTree(folder.file(name)) }
      #expect(outcome.code == 65)
      let errors = outcome.errors.split(separator: "\n").count
      #expect(errors >= names.count - (batch == 0 ? 23 : 4), "\(batch): \(errors)")
    }
    for count in stride(from: 1, to: bytes.count, by: bytes.count / 40) {
      try folder.write(Array(bytes.prefix(count)), to: "cut.mat")
      let outcome = try Tool.train("cut.mat", "--iterations", "1", in: folder)
      #expect(outcome.code == 65 || count > bytes.count / 3)
    }
  }
}
