import Foundation
import TensorFiles
import Testing

/// Networks in forms that are not read are named, with what makes of them what is read.
@Suite struct ForeignNetworkTests {
  private static func sentence(_ bytes: [UInt8], name: String = "model") -> String? {
    do throws(FormatError) { _ = try FileFormats.open(InputFile(bytes: bytes, name: name)) } catch {
      return error.code == .unsupported ? error.sentence : "\(error.code): \(error.sentence)"
    }
    return nil
  }

  /// The first bytes that each program writes, and the beginning of what is said.
  static let files: [(bytes: [UInt8], says: String)] = [
    // torch.save(…, _use_new_zipfile_serialization=False)
    (
      [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E], "a PyTorch file (.pt)"
    ),
    ([0x80, 0x03] + Array("csklearn.neural_network._multilayer_perceptron\nMLPClassifier\n".utf8), ofScikitLearn),
    (
      [0x80, 0x04, 0x95, 0x97, 0x03, 0, 0, 0, 0, 0, 0, 0x8C, 0x2D] + Array("sklearn.neural_network".utf8), ofScikitLearn
    ),
    ([0x80, 0x05, 0x95] + Array("joblib.numpy_pickle".utf8), "a Python pickle, which can run programs"),
    (Array("(dp0\nVa\np1\ncnumpy._core.multiarray\n".utf8), "a Python pickle, which can run programs"),
    (Array("ccopy_reg\n_reconstructor\np0\n(csklearn.neural_network".utf8), ofScikitLearn),
    (
      [0x80, 0x04] + Array("0.weight StructuredToParameterName@@ linear_0.w_0".utf8), "a PaddlePaddle file (.pdparams)"
    ),
    ([0x1C, 0, 0, 0] + Array("TFL3".utf8) + [0x14, 0, 0x20, 0], "a TensorFlow Lite model"),
    (Array("GGUF".utf8) + [3, 0, 0, 0, 2, 0, 0, 0], "a GGUF file"),
    // A name, and a layer with its name and its type.
    (
      [0x0A, 3] + Array("net".utf8) + [0xA2, 0x06, 0x10, 0x0A, 2] + Array("ip".utf8) + [0x12, 10]
        + Array("Convolutio".utf8), "a Caffe model"
    ),
    (
      [UInt8](repeating: 7, count: 40) + [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB],
      "a part of a TensorFlow checkpoint"
    ),
    ([0x78, 0x5E, 0xED, 0x59, 0x79, 0x3C, 0x54, 0x6D, 0, 1, 2], "a zlib stream, as joblib.dump"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 0x00], "a file compressed with xz"),
    (Array("BZh91AY".utf8), "a file compressed with bzip2"),
  ]

  private static let ofScikitLearn =
    "a Python pickle of scikit-learn, which can run programs and is not read; in Python, open('model.onnx', "
    + "'wb').write(skl2onnx.to_onnx(model, X[:1]).SerializeToString()) writes one that is"

  @Test(arguments: files.indices) func isNamed(_ index: Int) {
    let (bytes, says) = Self.files[index]
    let sentence = Self.sentence(bytes)
    #expect(sentence?.hasPrefix(says) ?? false, "\(says): \(sentence ?? "nothing")")
  }

  @Test func partsOfACheckpointAreNamed() {
    let data: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 0xB3, 0xE8, 0x1D, 0xBF, 0x9A, 0x16, 0x88, 0x3F]
    let says = "a part of a TensorFlow checkpoint, which is not read"
    #expect(Self.sentence(data, name: "a/c-1.data-00000-of-00001")?.hasPrefix(says) ?? false)
    let text = Array("model_checkpoint_path: \"c-1\"\nall_model_checkpoint_paths: \"c-1\"\n".utf8)
    #expect(Self.sentence(text)?.hasPrefix(says) ?? false)
  }

  @Test(arguments: [
    (["saved_model.pb"], "a TensorFlow SavedModel, a program that is not read"),
    (["Manifest.json", "Data/com.apple.CoreML/model.mlmodel"], "an ML program of Core ML (.mlpackage)"),
    (["config.json", "model.safetensors"], "this is a folder, not a file; it holds model.safetensors"),
    (["Manifest.json"], "this is a folder, not a file"), ([], "this is a folder, not a file"),
  ])
  func foldersAreNamed(files: [String], says: String) throws {
    try withTemporaryFolder { folder in
      for file in files {
        let url = URL(filePath: "\(folder)/\(file)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: url.path, contents: Data([1])))
      }
      let error = #expect(throws: FormatError.self) { try FileFormats.open(folder) }
      #expect(error?.code == .noInput)
      #expect(error?.sentence.hasPrefix(says) ?? false)
    }
  }
}
