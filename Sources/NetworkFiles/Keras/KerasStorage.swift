import TensorFiles
import Tensors

/// Weights that are kept in another form than the arrays of numbers that a layer multiplies by.
enum KerasStorage {
  /// Throws where a dense layer is quantised, or keeps a LoRA adaptation beside its weights.
  static func check(_ layer: KerasLayer, _ arrays: [String], in reader: any TensorReader) throws(FormatError) {
    // A policy's name is `int8_from_float32`; versions write it alone, or in an object of a class for it.
    let type = layer.setting("dtype")
    let policy = type?.textValue ?? type?["config"]?["name"]?.textValue ?? ""
    let isQuantized = type?["class_name"]?.textValue?.hasPrefix("Quantized") == true || policy.contains("_from_")
    let mode = type?["config"]?["mode"]?.textValue ?? policy.split(separator: "_").first.map(String.init)
    guard !isQuantized else { throw quantized(layer.name, as: mode) }
    try check(arrays, of: layer.name, in: reader)
  }

  /// Throws where the arrays of a dense layer are those of a quantised one, or of one with a LoRA adaptation.
  static func check(_ arrays: [String], of name: String, in reader: any TensorReader) throws(FormatError) {
    if let kernel = arrays.first, let type = try reader.entry(kernel).elementType, type.isInteger {
      throw quantized(name, as: type.rawValue)
    }
    let labels = arrays.map { $0.split(separator: "/").last ?? "" }
    if labels.contains(where: { $0.hasPrefix("kernel_scale") }) { throw quantized(name, as: nil) }
    guard labels.contains(where: { $0.hasPrefix("lora_") }) else { return }
    throw FormatError(
      .unsupported, at: .object(name),
      "the layer has a LoRA adaptation beside its kernel, which is not read; saved as .keras the two are added")
  }

  /// Throws where an array is of a type that HDF5 lacks and Keras keeps as bytes.
  static func check(_ entry: TensorEntry, in reader: any TensorReader) throws(FormatError) {
    guard case .other(let className, _) = entry.content, className.hasPrefix("opaque ") else { return }
    let named = try reader.attributes(of: entry.name).first { $0.name == "dtype" }?.value.text
    guard let type = named ?? (className.hasPrefix("opaque 2 bytes") ? "bfloat16" : nil) else { return }
    throw FormatError(
      .unsupported, at: .object(entry.name),
      "the weights are \(type), a type that HDF5 lacks, and are not read; a model of the same layers in float32 that is "
        + "given them can be saved and read")
  }

  private static func quantized(_ name: String, as mode: String?) -> FormatError {
    FormatError(
      .unsupported, at: .object(name),
      "the layer is quantised\(mode.map { " (\($0))" } ?? ""): its numbers are rounded on the way; only layers of "
        + "floating-point weights are read")
  }
}
