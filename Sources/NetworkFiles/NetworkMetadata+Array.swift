import TensorFiles
import Tensors

/// The text as an array of bytes, for formats that hold arrays alone.
extension NetworkMetadata {
  /// One byte an element, in a row, which MATLAB's char() makes one text.
  func tensor() throws(FormatError) -> Tensor {
    let bytes = Array(try text.utf8)
    do { return try Tensor(bytes, shape: [1, bytes.count]) } catch {
      throw FormatError(error, at: .object(NetworkMetadata.arrayName))
    }
  }

  /// The text in the array of a file; nil where there is none.
  ///
  /// - Throws: ``FormatError`` with code `damaged` at the array where it is no such text.
  static func array(of file: OpenFile) throws(FormatError) -> NetworkMetadata? {
    guard file.reader.entries.contains(where: { $0.name == arrayName && $0.elementType == .uint8 }) else { return nil }
    let tensor = try file.reader.tensor(arrayName)
    let bytes = tensor.storage.withElements(as: UInt8.self) { span in span.indices.map { span[$0] } }
    return try attribute(String(decoding: bytes, as: UTF8.self), at: arrayName)
  }

  /// The text of an attribute, whose errors are at its place.
  static func attribute(_ text: String, at place: String) throws(FormatError) -> NetworkMetadata {
    do throws(FormatError) { return try NetworkMetadata(text: text) } catch {
      throw FormatError(error.code, at: .object(place), error.sentence)
    }
  }
}
