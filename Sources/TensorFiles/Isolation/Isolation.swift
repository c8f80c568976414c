/// Where files are read that a library in C parses: HDF5 and what is made of it.
///
/// Such a library falls over some damage, and what a hostile file makes of that nobody knows. In a process of its own,
/// which has nothing but the one open file and may do nothing but read it, that ends with an error: ``FormatError``.
public enum Isolation: Sendable, Hashable {
  /// In this process.
  case none
  /// In a child: this program, started again. It must begin with ``IsolatedReading/serveIfAsked()``.
  case process
  /// In a child: the program at a path, which begins with ``IsolatedReading/serveIfAsked()`` as the tools do.
  case program(String)
}
