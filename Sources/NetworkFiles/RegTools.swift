/// The project's own name and version.
public enum RegTools {
  /// The version, as `--version` prints it and `created_by` records it.
  public static let version = "0.1.0"
}
