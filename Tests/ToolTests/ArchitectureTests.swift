import Testing

/// The Swift files of the package, by folder.
private enum SourceFiles {
  /// The paths below `Sources`, sorted.
  static var all: [String] {
    get throws { try files(in: Tool.package + "/Sources", as: "").sorted() }
  }

  static func lines(_ path: String) throws -> [String] {
    String(decoding: try System.contents(Tool.package + "/Sources/" + path), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private static func files(in folder: String, as path: String) throws -> [String] {
    var result: [String] = []
    for name in try System.names(in: folder) {
      let inner = path.isEmpty ? name : path + "/" + name
      if System.isFolder(folder + "/" + name) {
        result += try files(in: folder + "/" + name, as: inner)
      } else if name.hasSuffix(".swift") {
        result.append(inner)
      }
    }
    return result
  }
}

/// What a target may import. The compiler does not keep this: it takes whatever the dependencies depend on.
@Suite struct ImportTableTests {
  static let system: Set<String> = ["Glibc", "Darwin", "Musl", "Synchronization"]

  static let table: [String: Set<String>] = [
    "HDF5": ["CHDF5"],
    "Tensors": ["Dispatch"],
    "KernelsBaseline": ["CVectors"],
    "KernelsAVX2": ["CVectors"],
    "KernelsAVX512": ["CVectors"],
    "TensorFiles": ["Tensors", "Dispatch"],
    "TensorFiles/Containers": ["CDeflate", "CZlib", "Tensors"],
    "TensorFiles/HDF5": ["HDF5", "Tensors"],
    "TensorFiles/Isolation": ["CSandbox", "Tensors"],
    "TensorFiles/JSON": ["FoundationEssentials"],
    "TensorFiles/MAT73": ["HDF5", "Tensors"],
    "Training": ["Tensors", "KernelsBaseline", "KernelsAVX2", "KernelsAVX512", "CProcessor", "Dispatch"],
    "NetworkFiles": ["Tensors", "TensorFiles", "Training"],
    "Plotting": ["FoundationEssentials", "Tensors", "Training"],
    "MessagePassing": ["CMPI", "Training"],
    "ToolSupport": [
      "Tensors", "TensorFiles", "Training", "NetworkFiles", "Plotting", "MessagePassing", "ArgumentParser",
    ],
    "Commands": ["Tensors", "TensorFiles", "Training", "NetworkFiles", "Plotting", "ToolSupport", "ArgumentParser"],
    "reg-train": ["Commands"],
    "reg-predict": ["Commands"],
    "reg-inspect": ["Commands"],
    "reg-convert": ["Commands"],
    "reg-tune": ["Commands"],
    "reg-plot": ["Commands"],
    "reg": ["Commands"],
  ]

  @Test func everyImportIsInTheTable() throws {
    for path in try SourceFiles.all {
      let parts = path.split(separator: "/").map(String.init)
      // A folder's own line comes before its target's.
      let allowed = ImportTableTests.table[parts.prefix(2).joined(separator: "/")] ?? ImportTableTests.table[parts[0]]
      let known = try #require(allowed, "\(path): the target is not in the table")
      for (index, line) in try SourceFiles.lines(path).enumerated() {
        guard let module = ImportTableTests.module(importedBy: line) else { continue }
        #expect(
          known.contains(module) || ImportTableTests.system.contains(module),
          "Sources/\(path):\(index + 1): \(line)")
      }
    }
  }

  @Test func everyTargetOfTheTableIsThere() throws {
    let found = Set(
      try SourceFiles.all.flatMap { path in
        let parts = path.split(separator: "/").map(String.init)
        return [parts[0], parts.prefix(2).joined(separator: "/")]
      })
    #expect(ImportTableTests.table.keys.filter { !found.contains($0) } == [])
  }

  @Test func importsAreFound() {
    #expect(ImportTableTests.module(importedBy: "import Glibc") == "Glibc")
    #expect(
      ImportTableTests.module(importedBy: "  @preconcurrency public import struct Foundation.Data") == "Foundation")
    #expect(ImportTableTests.module(importedBy: "// import Foundation") == nil)
    #expect(ImportTableTests.module(importedBy: "let important = 1") == nil)
  }

  private static func module(importedBy line: String) -> String? {
    var words = line.split(separator: " ")[...]
    while let word = words.first,
      word.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains(word)
    {
      words = words.dropFirst()
    }
    guard words.first == "import" else { return nil }
    words = words.dropFirst()
    if let kind = words.first,
      ["struct", "class", "enum", "func", "var", "let", "protocol", "typealias"].contains(kind)
    {
      words = words.dropFirst()
    }
    return words.first?.split(separator: ".").first.map(String.init)
  }
}

/// The files that step outside the compiler's checks of memory, each with its reason: a new one is a conscious act.
@Suite struct UnsafeListTests {
  static let reasons: [String: String] = [
    "HDF5/Array+Bytes.swift": "bytes of an array are handed to libhdf5",
    "HDF5/Dataspace+Identifier.swift": "dimensions go to libhdf5 as pointers",
    "HDF5/Datatype+Making.swift": "names and values of members go to libhdf5 as pointers",
    "HDF5/Datatype+Reading.swift": "names of members come from libhdf5 as pointers",
    "HDF5/FileAccess.swift": "a property list is set through pointers",
    "HDF5/HDF5Attribute+Strings.swift": "strings of variable length are pointers of libhdf5's",
    "HDF5/HDF5Attribute.swift": "values are read and written through pointers",
    "HDF5/HDF5Attributes.swift": "libhdf5 calls back for each attribute, with a pointer to the list",
    "HDF5/HDF5Dataset+Chunks.swift": "stored chunks are read and written in bulk through pointers",
    "HDF5/HDF5Dataset+Elements.swift": "elements are read and written in bulk through pointers",
    "HDF5/HDF5Dataset+Fields.swift": "names and lengths go to libhdf5 as pointers",
    "HDF5/HDF5Dataset+Strings.swift": "strings of variable length are pointers of libhdf5's",
    "HDF5/HDF5Dataset.swift": "bytes are read into a span through its pointer",
    "HDF5/HDF5File+Memory.swift": "a file in memory is a buffer that libhdf5 copies",
    "HDF5/HDF5File.swift": "paths go to libhdf5 as pointers",
    "HDF5/HDF5Group+Creating.swift": "names go to libhdf5 as pointers",
    "HDF5/HDF5Group+Links.swift": "libhdf5 calls back for each link, with a pointer to the list",
    "HDF5/HDF5Group.swift": "names go to libhdf5 as pointers",
    "HDF5/HDF5Object.swift": "libhdf5 fills a structure",
    "HDF5/HDF5Storage.swift": "chunk sizes and filters go to libhdf5 as pointers",
    "HDF5/LZFFilter.swift": "libhdf5 calls the filter with its own buffer, which the filter replaces",
    "HDF5/Library.swift": "the door: libhdf5 calls back for each line of its error stack",
    "HDF5/StringTransfer.swift": "strings of variable length are pointers of libhdf5's, which it frees",
    "HDF5/Transfer.swift": "an element's bytes are seen as raw memory",
    "KernelsAVX512/NarrowForward.swift": "a loop over every weight and example",
    "KernelsAVX512/NarrowProducts.swift": "a loop over every weight and example",
    "KernelsAVX512/NarrowSlice.swift": "a loop over every unit",
    "KernelsAVX512/VectorLanes.swift": "vectors are loaded from and stored at pointers",
    "KernelsBaseline/Activations.swift": "loops over every unit",
    "KernelsBaseline/Affine.swift": "a loop over every weight and example; the checks cost a multiple of the work",
    "KernelsBaseline/ElementEntryPoints.swift": "the entry points take pointers",
    "KernelsBaseline/EntryPoints.swift": "spans become pointers once, with their lengths checked",
    "KernelsBaseline/Exponential.swift": "a loop over every unit",
    "KernelsBaseline/Forward.swift": "a loop over every unit",
    "KernelsBaseline/Float32Vector.swift": "the bits of vectors, and masks at pointers",
    "KernelsBaseline/Float64Register.swift": "the bits of vectors, and masks at pointers",
    "KernelsBaseline/Float64Vector.swift": "the bits of vectors, and masks at pointers",
    "KernelsBaseline/FreshMasks.swift": "a loop over every unit",
    "KernelsBaseline/KernelVector.swift": "vectors are loaded from and stored at pointers",
    "KernelsBaseline/LayerSteps.swift": "a loop over every weight and example",
    "KernelsBaseline/Logarithm.swift": "a loop over every unit",
    "KernelsBaseline/LossGradients.swift": "a loop over every unit",
    "KernelsBaseline/NarrowHead.swift": "a loop over every unit",
    "KernelsBaseline/NarrowPasses.swift": "a loop over every weight and example",
    "KernelsBaseline/NarrowSlice.swift": "a loop over every unit",
    "KernelsBaseline/NarrowSliceGradient.swift": "a loop over every unit",
    "KernelsBaseline/MatrixProduct.swift": "a loop over every weight and example",
    "KernelsBaseline/OptimizerSteps.swift": "a loop over every weight",
    "KernelsBaseline/Packing.swift": "a loop over every weight and every activation",
    "KernelsBaseline/PredictRows.swift": "a loop over every row",
    "KernelsBaseline/ProductEntryPoints.swift": "memory is handed over as pointers",
    "KernelsBaseline/ProductTiles.swift": "a loop over every weight and example",
    "KernelsBaseline/Shape.swift": "the places of a network's parameters behind one pointer",
    "KernelsBaseline/SliceGradient.swift": "a loop over every unit",
    "KernelsBaseline/TileFinish.swift": "a loop over every activation",
    "KernelsBaseline/Update.swift": "a loop over every weight",
    "KernelsBaseline/WeightGradient.swift": "a loop over every weight and example",
    "KernelsBaseline/WideEntryPoints.swift": "memory is handed over as pointers",
    "TensorFiles/AppendingFile.swift": "the bytes of an array as raw memory",
    "NetworkFiles/Examples/SharedFile.swift": "a file that threads use in turn, under a lock",
    "TensorFiles/Containers/BufferDeflater.swift": "libdeflate's interface is a structure and pointers",
    "TensorFiles/Containers/BufferInflater.swift": "libdeflate's interface is a structure and pointers",
    "TensorFiles/Containers/ByteShuffle.swift": "a loop over every byte of a chunk",
    "TensorFiles/Containers/CRC32.swift": "the libraries' interface is a pointer",
    "TensorFiles/Containers/DeflateStream.swift": "zlib's interface is a structure of pointers",
    "TensorFiles/Containers/GunzipStream.swift": "zlib's interface is a structure of pointers",
    "TensorFiles/Containers/InflateStream.swift": "zlib's interface is a structure of pointers",
    "TensorFiles/Containers/SHA256.swift": "whole blocks are loaded as words",
    "TensorFiles/Containers/ZIPStream.swift": "the bytes of an array as raw memory to read into",
    "TensorFiles/Containers/ZIPWriter.swift": "the bytes of an array as raw memory",
    "TensorFiles/Delimited/DelimitedHotLoops.swift": "the loops that see every byte of a table",
    "TensorFiles/Delimited/DelimitedRecords.swift": "the bytes of an array as raw memory to read into",
    "TensorFiles/Delimited/NumberFormatting.swift": "numbers are written behind the bytes of an array",
    "TensorFiles/Delimited/NumberParsing.swift": "eight digits are loaded as a word",
    "TensorFiles/Delimited/NumberReading.swift": "digits are loaded eight at a time",
    "TensorFiles/Delimited/NumberWriting.swift": "digits are stored eight at a time",
    "TensorFiles/Delimited/RowParts.swift": "the loop that writes every byte of a row",
    "TensorFiles/Delimited/RowsAhead.swift": "threads hand blocks to one another under a lock",
    "TensorFiles/Delimited/RowWriter+Rows.swift": "hands the arrays of many rows to the loop that writes them",
    "TensorFiles/Delimited/RowParser.swift": "hands rows to the hot loops",
    "TensorFiles/HDF5/ChunkDecoder.swift": "the bytes of chunks, which every thread decodes to its own place",
    "TensorFiles/HDF5/ChunkReading.swift": "threads fill one array, each the places of its own chunks",
    "TensorFiles/HDF5/ChunkWriting.swift": "the bytes of chunks, which every thread gathers and compresses",
    "TensorFiles/Isolation/FrameLine.swift": "send and recv take pointers",
    "TensorFiles/Isolation/IsolatedArray.swift": "the bytes of an array as raw memory to read into",
    "TensorFiles/Isolation/ReaderChild.swift": "posix_spawn and socketpair take pointers",
    "TensorFiles/Isolation/ReaderConnection.swift": "numbers are copied from shared memory to their place",
    "TensorFiles/Isolation/ReaderService.swift": "numbers are copied to shared memory",
    "TensorFiles/Isolation/Sandbox.swift": "the bytes of an array as raw memory to read into",
    "TensorFiles/Isolation/SharedRing.swift": "memory that two processes share",
    "TensorFiles/InputFile.swift": "the bytes of an array as raw memory to read into",
    "TensorFiles/MAT/MAT5Element.swift": "the bytes of an array as raw memory",
    "TensorFiles/NPY/NPY+Writing.swift": "the bytes of an array as raw memory",
    "TensorFiles/OutputFile.swift": "the bytes of an array as raw memory",
    "TensorFiles/Pipeline.swift": "jobs that threads take in turn",
    "TensorFiles/SystemCalls.swift": "the calls of the system, in terms of spans and strings",
    "Plotting/ChildProcess.swift": "posix_spawn, pipes and poll take pointers",
    "Plotting/Gnuplot.swift": "getenv",
    "MessagePassing/MPIRanks.swift": "MPI moves memory",
    "Tensors/OwnThreads.swift": "pthread_create, and what it hands on",
    "Tensors/StartableThreads.swift": "pthread_create",
    "Tensors/TensorMemory.swift": "memory of the allocator and of the system",
    "Tensors/TensorStorage.swift": "owns aligned memory whose allocation may fail",
    "ToolSupport/Double+FourDigits.swift": "vsnprintf",
    "ToolSupport/Job.swift": "getenv",
    "ToolSupport/FilePaths.swift": "stat and getenv",
    "ToolSupport/Interruption.swift": "signal sets and the thread that waits for signals",
    "ToolSupport/Message.swift": "write",
    "ToolSupport/ProgressBar.swift": "clock_gettime",
    "ToolSupport/TerminalSize.swift": "ioctl and getenv",
    "ToolSupport/Tool.swift": "open",
    "Training/Kernels/ChunkedExamples.swift": "lays examples out for the kernels",
    "Training/Kernels/GradientEngine+Fused.swift": "hands a slice to the kernel",
    "Training/Kernels/GradientEngine+Layered.swift": "hands layers to the kernels",
    "Training/Kernels/GradientEngine.swift": "shares its memory with the threads that compute slices",
    "Training/Kernels/KernelFunctions.swift": "the kernels take pointers",
    "Training/Kernels/KernelMemory.swift": "owns the working memory of the kernels",
    "Training/Kernels/ParameterVector.swift": "parameters and gradients are the kernels' memory",
    "Training/Kernels/PredictionParameters.swift": "hands rows to the kernels",
    "Training/Kernels/SliceScratch.swift": "owns the working memory of a thread",
    "Training/Kernels/GroupGradient.swift": "hands packed examples and weights to the kernels",
    "Training/Kernels/WideFunctions.swift": "the kernels take pointers",
    "Training/Kernels/WideGradient.swift": "shares its memory with the threads that compute groups",
    "Training/Kernels/WideLayout.swift": "owns the working memory of a thread",
    "Training/Kernels/WidePrediction.swift": "hands rows to the kernels",
    "Training/Ranks/Ranks.swift": "ranks fill each other's memory",
    "Training/Ranks/SliceExchange.swift": "the sums of slices are gathered from and put into the kernels' memory",
    "Training/Data/WindowReader.swift": "hands its source to the thread that reads ahead",
    "Training/TrainingLoop.swift": "hands the kernels' gradient on",
  ]

  @Test func theFilesAreThoseOfTheList() throws {
    var found: [String] = []
    // Most files of the other kernel targets are those of KernelsBaseline, compiled again.
    for path in try SourceFiles.all where !System.isLink(Tool.package + "/Sources/" + path) {
      if try SourceFiles.lines(path).contains(where: UnsafeListTests.isUnsafe) { found.append(path) }
    }
    let listed = UnsafeListTests.reasons.keys.sorted()
    #expect(found.filter { !listed.contains($0) } == [], "these are not on the list")
    #expect(listed.filter { !found.contains($0) } == [], "these are on the list and no longer unsafe")
  }

  /// Whether a line, but for its comment and its texts, has one of the words that switch a check off.
  private static func isUnsafe(_ line: String) -> Bool {
    let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false)[0]
    return code.firstMatch(of: /(^|[^A-Za-z_"])(@?unsafe|@safe|@unchecked|nonisolated\(unsafe\))($|[^A-Za-z_"])/) != nil
  }

  @Test func theWordsAreFound() {
    for line in [
      "  return unsafe f()", "@unsafe", "struct S: @unchecked Sendable {", "nonisolated(unsafe) var a", "@safe",
    ] {
      #expect(UnsafeListTests.isUnsafe(line), "\(line)")
    }
    for line in ["// unsafe", "let unsafeFlags = 1", "case .unsafely"] {
      #expect(!UnsafeListTests.isUnsafe(line), "\(line)")
    }
  }
}
