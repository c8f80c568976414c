import Foundation
import TensorFiles
import Tensors
import Testing

@Suite struct ONNXTests {
  private func reader(_ name: String) throws -> ONNXReader {
    let path = ExampleFile.package.appending(path: "Formats/onnx/\(name)").path
    return try #require(try FileFormats.open(path).reader as? ONNXReader)
  }

  @Test func theGraphIsRead() throws {
    let model = try reader("golden/gemm.onnx").model
    #expect(model.irVersion == 8 && model.operatorSets == ["": 13])
    let graph = model.graph
    #expect(graph.name == "gemm" && graph.nodes.map(\.operation) == ["Gemm", "Relu", "Gemm", "Tanh", "Gemm"])
    #expect(graph.nodes[0].inputs == ["x", "a", "ab"] && graph.nodes[0].outputs == ["h1"])
    #expect(graph.nodes[0].attributes == ["alpha": .float(0.5), "beta": .float(2)])
    #expect(graph.nodes[2].attributes == ["transB": .integer(1)])
    #expect(graph.inputs.map(\.name) == ["x"] && graph.inputs[0].shape == [.named("N"), .length(3)])
    #expect(graph.inputs[0].elementType == 1)
    #expect(graph.outputs.map(\.name) == ["y"])
  }

  /// One sentence, however many tensors have the name: a small file must not become a long list.
  @Test func aNameManyTimes() throws {
    let tensor: [UInt8] = [0x08, 1, 0x10, 1, 0x4A, 4, 0, 0, 0, 0, 0x42, 1, UInt8(ascii: "t")]
    let graph = [[UInt8]](repeating: [0x2A, UInt8(tensor.count)] + tensor, count: 5).flatMap(\.self)
    let model: [UInt8] = [0x08, 8, 0x3A, UInt8(graph.count)] + graph
    let reader = try FileFormats.open(InputFile(bytes: model, name: "m"), from: "onnx").reader
    #expect(reader.entries.map(\.name) == ["t"])
    #expect(reader.notes == ["t: there are several tensors of this name; the last one counts"])
  }

  @Test func propertiesAreAttributes() throws {
    let list = try reader("golden/types.onnx").attributes(of: "")
    #expect(list.first { $0.name == "author" }?.value.text == "nobody")
    #expect(list.first { $0.name == "rows" }?.value.text == "6")
  }

  @Test func numbersInAnotherFile() throws {
    let reader = try reader("external/external.onnx")
    #expect(reader.entries.map(\.name) == ["w", "b"])
    #expect(reader.entries[0].remark == "in the file external.bin")
    let data = try #require(
      FileManager.default.contents(
        atPath: ExampleFile.package.appending(path: "Formats/onnx/external/external.bin").path))
    let first = data.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    #expect(try reader.tensor("w").firstNumbers(1) == [Double(Float(bitPattern: first))])
    #expect(try reader.tensor("b").shape == [2])
  }

  /// Through a pipe there is no folder in which to look.
  @Test func numbersInAnotherFileNeedTheFolder() throws {
    let path = ExampleFile.package.appending(path: "Formats/onnx/external/external.onnx").path
    let bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
    let file = try FileFormats.open(InputFile(bytes: bytes, name: "m"))
    #expect(file.format.name == "onnx")
    do throws(FormatError) {
      _ = try file.reader.tensor("w")
      Issue.record("numbers were read from nowhere")
    } catch {
      #expect(
        error.description
          == "m: w: the numbers are in the file external.bin beside the model, which is found only if the model is a "
          + "file on disk")
    }
  }

  @Test func aLinkOutOfTheFolderIsNotFollowed() throws {
    try withTemporaryFolder { folder in
      let model = ExampleFile.package.appending(path: "Formats/onnx/external/external.onnx").path
      try FileManager.default.createDirectory(atPath: "\(folder)/in", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: model, toPath: "\(folder)/in/m.onnx")
      try Data(repeating: 0, count: 64).write(to: URL(filePath: "\(folder)/secret"))
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/in/external.bin", withDestinationPath: "../secret")
      let reader = try FileFormats.open("\(folder)/in/m.onnx").reader
      do throws(FormatError) {
        _ = try reader.tensor("w")
        Issue.record("a link out of the folder was followed")
      } catch {
        #expect(
          error.sentence
            == "the file 'external.bin' with the numbers is a link that leads out of the folder of the model")
      }
    }
  }

  /// What begins like a message of Protocol Buffers and is none of ours is named.
  @Test(
    arguments: [
      // SavedModel: 1 saved_model_schema_version, 2 meta_graphs { 1 meta_info_def { 4 tags } }
      ([0x08, 0x01, 0x12, 0x09, 0x0A, 0x07, 0x22, 0x05] + Array("serve".utf8), "a TensorFlow SavedModel"),
      // GraphDef: 1 node { 1 name, 2 op }
      ([0x0A, 0x10, 0x0A, 0x01, 0x78, 0x12, 0x0B] + Array("Placeholder".utf8), "a TensorFlow graph"),
      // NetParameter: 1 name, 100 layer { 1 name, 2 type }
      (
        [0x0A, 0x03] + Array("net".utf8) + [0xA2, 0x06, 0x0A, 0x0A, 0x02] + Array("ip".utf8) + [0x12, 0x04]
          + Array("ReLU".utf8), "a Caffe model"
      ),
      ([0x1C, 0, 0, 0] + Array("TFL3".utf8) + [UInt8](repeating: 0, count: 20), "a TensorFlow Lite model"),
    ] as [([UInt8], String)])
  func otherNetworksAreNamed(_ bytes: [UInt8], _ name: String) throws {
    do throws(FormatError) {
      _ = try FileFormats.open(InputFile(bytes: bytes, name: "m"))
      Issue.record("\(name) was read")
    } catch {
      #expect(error.code == .unsupported && error.sentence.hasPrefix(name), "\(error)")
    }
  }

  /// Text that begins with the bytes of a field is text.
  @Test(arguments: ["\n1,2\n3,4\n", "\n\u{3}abc,d\n1,2\n", "\u{8}\n"])
  func textIsNoMessage(_ text: String) throws {
    let prefix = Array(text.utf8)
    for format in [ONNXFormat(), CoreMLFormat()] as [any FileFormat] {
      #expect(!format.recognizes(prefix: prefix, size: prefix.count))
    }
  }

  /// Each network is of one format, and the beginning of a long one is enough to tell it.
  @Test(arguments: ExampleFile.golden.filter { ["onnx", "coreml"].contains($0.format) })
  func theBeginningTellsTheFormat(_ example: ExampleFile) throws {
    let bytes = try example.bytes()
    let formats: [any FileFormat] = [ONNXFormat(), CoreMLFormat()]
    for length in [64, 200, bytes.count] where length <= bytes.count {
      let names = formats.filter { $0.recognizes(prefix: Array(bytes[..<length]), size: bytes.count) }.map(\.name)
      #expect(names == [example.format], "\(length) bytes")
    }
  }

  /// A pipe is not waited for.
  @Test func numbersInAPipeAreRefused() throws {
    try withTemporaryFolder { folder in
      let model = ExampleFile.package.appending(path: "Formats/onnx/external/external.onnx").path
      try FileManager.default.copyItem(atPath: model, toPath: "\(folder)/m.onnx")
      let pipe = Process()
      pipe.executableURL = URL(filePath: "/usr/bin/env")
      pipe.arguments = ["mkfifo", "\(folder)/external.bin"]
      try pipe.run()
      pipe.waitUntilExit()
      #expect(pipe.terminationStatus == 0)
      let reader = try FileFormats.open("\(folder)/m.onnx").reader
      do throws(FormatError) {
        _ = try reader.tensor("w")
        Issue.record("a pipe was read")
      } catch {
        #expect(error.code == .unsupported)
        #expect(error.sentence == "the numbers are in external.bin, which is no plain file")
      }
    }
  }
}
