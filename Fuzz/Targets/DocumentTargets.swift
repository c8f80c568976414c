@testable import NetworkFiles
@testable import TensorFiles
import Tensors

/// Documents that files hold as texts.
extension FuzzTarget {
  /// JSON, and what is made of it; the text form of Caffe's networks.
  static let documents: [FuzzTarget] = [
    FuzzTarget("json") { bytes in
      do throws(FormatError) {
        let value = try JSONValue(parsing: bytes)
        guard let text = try? value.text else { broken("a document is read and not written") }
        guard try JSONValue(parsing: Array(text.utf8)) == value else { broken("it is another document now: \(text)") }
      } catch { OpenedFile.check(error) }
    },
    // The architecture of a `.keras` file; the weights are there, whatever it says, since libhdf5 reads them.
    FuzzTarget("keras", mostBytes: 8192) { bytes in
      do throws(FormatError) {
        let reader = KerasArrays()
        let document = try JSONValue(parsing: bytes)
        let architecture = try KerasArchitecture(document, version: nil)
        _ = try KerasNetworkBuilder.network(of: architecture, weights: KerasVariables(reader), in: reader)
      } catch { OpenedFile.check(error) }
    },
    FuzzTarget("metadata", mostBytes: 8192) { bytes in
      do throws(FormatError) {
        let metadata = try NetworkMetadata(text: String(decoding: bytes, as: UTF8.self))
        _ = (metadata.activations, metadata.inputScaling)
        var trained = Example.network
        metadata.restore(&trained)
        _ = try NetworkMetadata(trained).text
      } catch { OpenedFile.check(error) }
    },
    FuzzTarget("prototxt") { bytes in
      do throws(FormatError) { _ = try PrototxtParser.fields(bytes) } catch { OpenedFile.check(error) }
    },
  ]
}

/// The weights of a small model under the names that Keras 3 gives them.
private final class KerasArrays: TensorReader {
  private static let shapes: [(name: String, shapes: [[Int]])] = [
    ("dense", [[2, 4], [4]]), ("dense_1", [[4, 3], [3]]), ("dense_2", [[3, 1], [1]]),
    ("batch_normalization", [[4], [4], [4], [4]]), ("normalization", [[2], [2], []]),
  ]

  let entries = KerasArrays.shapes.flatMap { layer in
    layer.shapes.enumerated().map { index, shape in
      TensorEntry(name: "layers/\(layer.name)/vars/\(index)", shape: shape, content: .numbers(.float32, storedAs: nil))
    }
  }

  func tensor(_ name: String) throws(FormatError) -> Tensor {
    let shape = try entry(name).shape
    let elements = (0..<shape.reduce(1, *)).map { Float($0) + 0.5 }
    do { return try Tensor(elements, shape: shape) } catch { throw FormatError(error) }
  }
}
