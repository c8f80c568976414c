package import Tensors

/// Whether the machine stores the upper byte of a number first.
package let isHostBigEndian = UInt16(1).bigEndian == 1

extension TensorBuffer {
  /// Turns the byte order of the first numbers.
  ///
  /// - Parameter width: bytes of a number; of a complex one, those of each part.
  package mutating func swapBytes(width: Int, count: Int) {
    switch width {
    case 2: swapBytes(of: UInt16.self, count)
    case 4: swapBytes(of: UInt32.self, count)
    case 8: swapBytes(of: UInt64.self, count)
    default: break
    }
  }

  private mutating func swapBytes<Word: FixedWidthInteger & BitwiseCopyable>(of type: Word.Type, _ count: Int) {
    withMutableElements(as: type) { words in
      for index in 0..<count { words[index] = words[index].byteSwapped }
    }
  }
}
