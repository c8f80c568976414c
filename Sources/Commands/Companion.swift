import NetworkFiles
import TensorFiles
import ToolSupport

/// The text that goes beside a network's file, such as Caffe's `.prototxt`.
enum Companion {
  /// Checks that it takes no other file's place.
  ///
  /// - Throws: ``FormatError`` with code `cannotCreate`.
  static func check(
    of path: String, _ network: TrainedNetwork, _ format: any NetworkFormat
  ) throws(FormatError) {
    guard path != "-", let companion = format.companion(of: path, for: network), FilePaths.exists(companion.path) else {
      return
    }
    guard try InputFile(path: companion.path).contents(limit: 1 << 24) != Array(companion.text.utf8) else { return }
    throw FormatError(
      .cannotCreate, "this file is there and belongs to another network than \(path); give the output another name",
      file: companion.path)
  }
}
