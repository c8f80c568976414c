// The example of the documentation, "Read any file": what it shows is what compiles.

import TensorFiles
import Tensors

let file = try FileFormats.open(CommandLine.arguments[1])
print("\(file.format.title): \(file.reader.entries.count) entries")

for entry in file.reader.entries where entry.isNumeric {
  // One block of rows after the other: an array that is larger than memory is no other case.
  var statistics = TensorStatistics()
  let blocks = try file.reader.source(of: entry.name).blocks(ofRows: 4096)
  while let block = try blocks.next() { statistics.add(try block.doublesInStorageOrder()) }
  print("\(entry.name): \(Tensor.describe(entry.shape)), from \(statistics.minimum) to \(statistics.maximum)")
}
