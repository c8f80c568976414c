#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Paths on the command line.
package enum FilePaths {
  /// Whether two paths name the same file: one that exists, under two names or one, or one that both would create.
  ///
  /// Standard input and output, pipes and devices are never the same file.
  package static func areSame(_ one: String, _ other: String) -> Bool {
    guard one != "-", other != "-" else { return false }
    let (first, second) = (status(of: one), status(of: other))
    guard let first, let second else { return first == nil && second == nil && one == other }
    return first.st_mode & S_IFMT == S_IFREG && first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  private static func status(of path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
  }
}
