/// What one record may cost, so that an endless field ends with an error in constant memory.
enum DelimitedLimits {
  /// Bytes of one field: 1 MiB.
  static let field = 1 << 20
  /// Bytes of one record: 64 MiB.
  static let record = 1 << 26
  /// Fields of one record.
  static let columns = 1_000_000
}
