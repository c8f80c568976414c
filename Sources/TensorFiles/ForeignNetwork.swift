/// Trained networks in forms that are not read: what they are, and how to make of them what is read.
enum ForeignNetwork {
  /// What the first bytes of a file say; nil where they are none of these.
  static func sentence(prefix: [UInt8]) -> String? {
    if prefix.starts(with: torchPickle) { return torch }
    if isPickle(prefix) { return pickle(prefix) }
    if prefix.count >= 8, prefix[4..<8].elementsEqual("TFL3".utf8) {
      return "a TensorFlow Lite model, which is not read; where the network was made, model.save('model.keras') writes "
        + "one that is, or python3 -m tf2onnx.convert --tflite model.tflite --output model.onnx"
    }
    if prefix.starts(with: "GGUF".utf8) {
      return "a GGUF file of a language model, which is not read; a safetensors file of the same model is"
    }
    if prefix.starts(with: "model_checkpoint_path:".utf8) { return checkpoint }
    return nil
  }

  /// What the names of a ZIP archive's members say.
  static func sentence(members names: [String]) -> String? {
    func has(_ isWanted: (String) -> Bool) -> Bool { names.contains(where: isWanted) }
    if has({ $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }) { return torch }
    if has({ $0 == "schema.json" }) {
      return "a model that skops saved, which is not read; " + scikitLearn
    }
    if has({ $0 == "saved_model.pb" || $0.hasSuffix("/saved_model.pb") }) { return savedModel }
    if has({ $0.hasSuffix(".mlpackage/Manifest.json") || $0 == "Manifest.json" }) { return package }
    return nil
  }

  /// What the files of a folder say, asked for one by one.
  static func sentence(folderHaving hasFile: (String) -> Bool) -> String? {
    if hasFile("saved_model.pb") { return savedModel }
    if hasFile("Manifest.json"), hasFile("Data/com.apple.CoreML") { return package }
    let files = ["model.safetensors", "model.onnx", "model.keras", "model.weights.h5"]
    return files.first(where: hasFile).map { "this is a folder, not a file; it holds \($0)" }
  }

  /// What the end of a file says where its beginning says nothing, or its name.
  static func sentence(suffix: [UInt8], prefix: [UInt8], name: String) -> String? {
    if suffix.elementsEqual(tableFooter) || name.contains(".data-0") && name.contains("-of-0") { return checkpoint }
    // The two bytes of a zlib header are a multiple of 31 together.
    if prefix.count > 2, prefix[0] == 0x78, (Int(prefix[0]) << 8 + Int(prefix[1])).isMultiple(of: 31) {
      return
        "a zlib stream, as joblib.dump(…, compress=3) writes it: a pickle, which can run programs and is not read; "
        + scikitLearn
    }
    return nil
  }

  // MARK: - Sentences

  private static let torch =
    "a PyTorch file (.pt), a pickle, which can run programs and is not read; in Python, "
    + "safetensors.torch.save_file(torch.load('model.pt', weights_only=True), 'model.safetensors') writes one that is"
  static let caffe =
    "a Caffe model in binary form (.caffemodel), which is not read; in Python, "
    + "caffe.Net('deploy.prototxt', 'net.caffemodel', caffe.TEST).save_hdf5('net.caffemodel.h5') writes one that is"
  static let savedModel =
    "a TensorFlow SavedModel, a program that is not read; where the network was made, model.save('model.keras') writes "
    + "one that is, or python3 -m tf2onnx.convert --saved-model FOLDER --output model.onnx"
  private static let checkpoint =
    "a part of a TensorFlow checkpoint, which is not read; in Python, load the weights into their model and "
    + "model.save('model.keras'), or np.savez('model.npz', **{name: tf.train.load_variable(path, name) for name, _ in "
    + "tf.train.list_variables(path)})"
  private static let package =
    "an ML program of Core ML (.mlpackage), which is not read; where it was made, "
    + "coremltools.convert(model, convert_to='neuralnetwork').save('model.mlmodel') writes a network that is"
  private static let scikitLearn =
    "in Python, open('model.onnx', 'wb').write(skl2onnx.to_onnx(model, X[:1]).SerializeToString()) writes one that is"

  private static func pickle(_ prefix: [UInt8]) -> String {
    func has(_ word: String) -> Bool { prefix.contains(word) }
    let what = "a Python pickle"
    let why = ", which can run programs and is not read; "
    if has("StructuredToParameterName@@") || has(".w_0") && has(".b_0") {
      return "a PaddlePaddle file (.pdparams), a pickle" + why + paddle
    }
    if has("sklearn.") { return what + " of scikit-learn" + why + scikitLearn }
    return what + why + "save the arrays with np.savez, h5py or scipy.io.savemat, PaddlePaddle's with "
      + "safetensors.paddle.save_file(paddle.load('model.pdparams'), 'model.safetensors')"
  }

  private static let paddle =
    "in Python, safetensors.paddle.save_file(paddle.load('model.pdparams'), 'model.safetensors') writes one that is"

  // MARK: - Signatures

  /// Protocol 2, and the number with which `torch.save` began its files before version 1.6.
  private static let torchPickle: [UInt8] = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8]
  /// The last bytes of a table of LevelDB.
  private static let tableFooter: [UInt8] = [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]

  /// Protocols 2 to 5 begin with their number, 0 and 1 with a dictionary, a list or the name of a class.
  private static func isPickle(_ prefix: [UInt8]) -> Bool {
    if prefix.count > 2, prefix[0] == 0x80, (2...5).contains(prefix[1]) { return true }
    return ["(dp0\n", "(lp0\n", "ccopy_reg\n", "cnumpy", "ccollections\n"].contains { prefix.starts(with: $0.utf8) }
  }
}

extension [UInt8] {
  /// Whether a word of ASCII stands somewhere in the bytes.
  fileprivate func contains(_ word: String) -> Bool {
    let word = Array(word.utf8)
    guard let first = word.first, count >= word.count else { return false }
    return indices.dropLast(word.count - 1).contains {
      self[$0] == first && self[$0..<$0 + word.count].elementsEqual(word)
    }
  }
}
