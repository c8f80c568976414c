#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The part of a program that reads a file for another process: ``Isolation/process``.
public enum IsolatedReading {
  /// The one argument of such a process. It does nothing where the descriptors below are not what they should be.
  static let argument = "--read-for-another-process"
  /// The open file, the socket on which the other process asks, and the memory that both share. They stand where
  /// standard input, output and one more are in other programs; standard error leads nowhere.
  enum Descriptor {
    static let file: Int32 = 0
    static let line: Int32 = 1
    static let ring: Int32 = 3
    /// Those from here on are closed.
    static let end: Int32 = 4
  }

  /// Reads a file for the process that started this one, and ends, if that is what this process was started for.
  ///
  /// A program that opens files with ``Isolation/process`` calls this before it does anything else.
  public static func serveIfAsked() {
    guard CommandLine.argc == 2, CommandLine.arguments[1] == argument, let service = ReaderService() else { return }
    service.run()
  }
}
