import Foundation
import NetworkFiles
import TensorFiles
import Training

/// The folder `Formats` of the package, which holds files that other programs wrote.
enum FormatFolder {
  static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Formats").path

  /// What is said of a file in the folder, but for its name; nil where a network is read.
  static func refusal(of name: String, _ activations: [Activation]? = nil) -> FormatError? {
    do throws(FormatError) {
      _ = try NetworkFormats.network(
        in: FileFormats.open("\(path)/\(name)"), options: NetworkReadingOptions(activations: activations))
    } catch {
      return FormatError(error.code, at: error.location, error.sentence)
    }
    return nil
  }
}
