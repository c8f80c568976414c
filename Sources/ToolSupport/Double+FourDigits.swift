#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Double {
  /// Four significant digits: enough to compare in a table; the exact number is in the JSON report.
  package var fourDigits: String {
    var buffer = [CChar](repeating: 0, count: 32)
    let length = unsafe withVaList([self]) { unsafe vsnprintf(&buffer, buffer.count, "%.4g", $0) }
    return String(decoding: buffer.prefix(Int(max(0, length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
