import Foundation
import HDF5
import Testing

/// A disk that fills up, by a limit on the size of files; each in a process of its own.
@Suite struct DiskTests {
  @Test func reportsAWriteThatFails() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      limitFiles(to: 64 << 10)
      let file = try HDF5File(creating: folder.file("a.h5"))
      let root = try file.root()
      let error = failure { try root.write([Double](repeating: 1, count: 100_000), to: "x", shape: [100_000]) }
      #expect(error?.call == "H5Dwrite" && error?.object == "/x")
      #expect(error?.stack.contains { $0.contains("File too large") } == true)
      #expect(Library.openObjectCount == 2)
    }
  }

  /// Small datasets stay in the library's memory until the file is closed. After a failed close the library's own
  /// handler at exit would crash.
  @Test func reportsACloseThatFails() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      limitFiles(to: 256)
      let file = try HDF5File(creating: folder.file("a.h5"))
      try file.root().createGroup("group").attributes().write([Double](repeating: 1, count: 1000), to: "a")
      do throws(HDF5Error) {
        try file.close()
        Issue.record("the file was closed")
      } catch {
        #expect(error.call == "H5Fflush")
        #expect(error.object == folder.file("a.h5"))
      }
    }
  }
}

/// Lets writes beyond a number of bytes fail with an error instead of a signal.
private func limitFiles(to bytes: Int) {
  signal(SIGXFSZ, SIG_IGN)
  var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
  #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
  #else
    let resource = RLIMIT_FSIZE
  #endif
  _ = unsafe setrlimit(resource, &limit)
}
