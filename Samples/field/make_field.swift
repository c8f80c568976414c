// Makes the data of this folder: positions on a football field, and whether the goalkeeper should kick the ball there
// (1) or not (0). Run it with `swift run -c release make-field FOLDER`; the same bytes come out each time.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import TensorFiles
import Tensors
import Training

/// Positions of one set: uniform on the field, in classes on both sides of a diagonal that is not sharp.
struct Field {
  let positions: Matrix  // (examples, 2)
  let labels: Matrix  // (examples, 1)

  init(count: Int, random: inout NumPyRandom) {
    var positions = Matrix(rows: count, columns: 2)
    var labels = Matrix(rows: count, columns: 1)
    for row in 0..<count {
      // Six decimals, so that the CSV files hold the same numbers as the MATLAB file in few digits.
      let x1 = ((-0.75 + 1.15 * random.rand()) * 1e6).rounded() / 1e6
      let x2 = ((-0.75 + 1.40 * random.rand()) * 1e6).rounded() / 1e6
      let diagonal = -0.05 + 1.15 * (x1 + 0.175)
      positions[row, 0] = x1
      positions[row, 1] = x2
      labels[row, 0] = x2 + 0.14 * random.randn() > diagonal ? 1 : 0
    }
    self.positions = positions
    self.labels = labels
  }

  func writeCSV(to path: String) throws {
    var output = try OutputFile(path: path)
    try output.write("x1,x2,kick\n")
    for row in 0..<positions.rows {
      try output.write("\(positions[row, 0]),\(positions[row, 1]),\(Int(labels[row, 0]))\n")
    }
    try output.commit()
  }
}

func makeField(in folder: String) throws {
  var random = NumPyRandom(seed: 1)
  let train = Field(count: 211, random: &random)
  let test = Field(count: 200, random: &random)

  var archive = TensorArchive()
  archive.set("X", to: try Tensor(train.positions))
  archive.set("y", to: try Tensor(train.labels))
  archive.set("Xval", to: try Tensor(test.positions))
  archive.set("yval", to: try Tensor(test.labels))
  try FileFormats.write(archive, to: "\(folder)/field.mat")
  try train.writeCSV(to: "\(folder)/train.csv")
  try test.writeCSV(to: "\(folder)/test.csv")
}

guard CommandLine.arguments.count == 2 else { exit(64) }
do {
  try makeField(in: CommandLine.arguments[1])
} catch {
  var messages = try OutputFile(path: "/dev/stderr")
  try messages.write("\(error)\n")
  try messages.flush()
  exit(1)
}
