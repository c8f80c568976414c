import Foundation

/// The data file of the Regularization notebook, which is not part of the package.
enum NotebookData {
  /// Its path: what REG_NOTEBOOK_DATA names, or `../shared/data/data.mat` beside the package; nil where it is absent.
  static let path: String? = {
    let beside = ExampleFile.package.deletingLastPathComponent().appending(path: "shared/data/data.mat").path
    let path = ProcessInfo.processInfo.environment["REG_NOTEBOOK_DATA"] ?? beside
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()
}
