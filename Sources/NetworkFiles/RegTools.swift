/// The project's own name and version.
public enum RegTools {
  /// The version, as `--version` prints it and `created_by` records it.
  public static let version = "0.1.0"
  /// When that version was made: year, month and day, as the manual pages say it.
  package static let date = "2026-11-23"
}
