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
    if let first, let second { return first.st_mode & S_IFMT == S_IFREG && areSame(first, second) }
    guard first == nil, second == nil else { return false }
    // Neither is there yet: the same name in the same folder.
    let (new, otherNew) = (split(one), split(other))
    guard new.name == otherNew.name else { return false }
    guard let folder = status(of: new.folder), let other = status(of: otherNew.folder) else { return false }
    return areSame(folder, other)
  }

  /// Whether a path names what is there.
  package static func exists(_ path: String) -> Bool { status(of: path) != nil }

  /// Whether a path names what is there and is no regular file: a folder, a pipe, a device.
  package static func isSpecial(_ path: String) -> Bool {
    status(of: path).map { $0.st_mode & S_IFMT != S_IFREG } ?? false
  }

  /// Whether a path names a regular file.
  static func isRegular(_ path: String) -> Bool { status(of: path).map { $0.st_mode & S_IFMT == S_IFREG } ?? false }

  /// The user's own folder.
  static var home: String? { unsafe getenv("HOME").map { unsafe String(cString: $0) } }

  private static func areSame(_ one: stat, _ other: stat) -> Bool {
    one.st_dev == other.st_dev && one.st_ino == other.st_ino
  }

  private static func split(_ path: String) -> (folder: String, name: Substring) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
    return (String(path[...slash]), path[path.index(after: slash)...])
  }

  private static func status(of path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
  }
}
