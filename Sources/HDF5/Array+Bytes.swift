// An array's memory as bytes, by closures and not by `span.bytes`: with Swift 6.3.1 a generic function that passes
// `elements.span.bytes` on is compiled as if it did not read the array, and its caller drops the elements of an array
// literal before they are read.
extension Array where Element: BitwiseCopyable {
  func withBytes(_ body: (RawSpan) throws(HDF5Error) -> Void) throws(HDF5Error) {
    try unsafe withUnsafeBufferPointer { buffer throws(HDF5Error) in
      try unsafe body(UnsafeRawBufferPointer(buffer).bytes)
    }
  }

  mutating func withMutableBytes(
    _ body: (inout MutableRawSpan) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    try unsafe withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
      var bytes = unsafe UnsafeMutableRawBufferPointer(buffer).mutableBytes
      try body(&bytes)
    }
  }
}
