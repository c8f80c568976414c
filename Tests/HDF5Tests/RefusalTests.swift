import Foundation
import HDF5
import Testing

/// What would make the library read other files, which an untrusted file must not decide.
@Suite struct RefusalTests {
  @Test func doesNotFollowExternalLinks() throws {
    let root = try HDF5File(reading: golden + "links.h5").root()
    for path in ["external", "through", "group/up/external"] {
      let error = failure { _ = try root.object(at: path) }
      #expect(error?.call == "H5Oopen")
      #expect(error?.object == "/" + path)
    }
  }

  @Test func doesNotReadExternalStorage() throws {
    let dataset = try HDF5File(reading: golden + "links.h5").root().dataset(at: "stored_elsewhere")
    #expect(dataset.externalFileCount == 1 && dataset.layout == .contiguous)
    let error = failure { _ = try dataset.read(Double.self) }
    #expect(error?.code == .refused)
    #expect(error?.description == "/stored_elsewhere has its elements in another file, which is not opened")
  }

  @Test func doesNotReadVirtualDatasets() throws {
    let dataset = try HDF5File(reading: golden + "links.h5").root().dataset(at: "virtual")
    #expect(dataset.layout == .virtual)
    let error = failure { _ = try dataset.read(Double.self) }
    #expect(error?.code == .refused)
    #expect(
      error?.description == "/virtual is a virtual dataset: its elements lie in other files, which are not opened")
    #expect(failure { _ = try dataset.shape }?.code == .refused)
  }

  @Test func readsOtherFilesWhenTold() throws {
    let file = try HDF5File(reading: golden + "links.h5", opensOtherFiles: true)
    let root = try file.root()
    #expect(try root.dataset(at: "external").read(Double.self) == [0, 1, 2])
    #expect(try root.dataset(at: "through").read(Double.self) == [0, 1, 2])
    #expect(try root.dataset(at: "virtual").read(Double.self) == [0, 1, 2])
  }

  /// The library does not look beside the file for external storage, but in the current folder.
  @Test func readsExternalStorageWhenTold() async throws {
    await #expect(processExitsWith: .success) {
      _ = FileManager.default.changeCurrentDirectoryPath(golden)
      let file = try HDF5File(reading: golden + "links.h5", opensOtherFiles: true)
      let stored = try file.root().dataset(at: "stored_elsewhere")
      #expect(try stored.read(Double.self) == [0, 1, 2, 3, 4, 5])
    }
  }
}
