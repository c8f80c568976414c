// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is built with: warnings are errors, unsafe code is marked, imports stay internal.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// The same made small: a tenth less code. Not for the kernels, and not for what parses and formats tables, which would
/// take a tenth longer.
let small: [SwiftSetting] = strict + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

// The same kernel sources are compiled for every processor, for those with AVX2 and FMA, and for those with AVX-512.
#if arch(x86_64)
  // Square roots of vectors are one instruction where they need not report an error.
  let avx2: [SwiftSetting] = [
    .define("FMA"), .unsafeFlags(["-Xcc", "-march=x86-64-v3", "-Xcc", "-fno-math-errno"]),
  ]
  let avx512: [SwiftSetting] = [
    .define("FMA"), .define("AVX512"), .unsafeFlags(["-Xcc", "-march=x86-64-v4", "-Xcc", "-fno-math-errno"]),
  ]
  let elsewhere = ["Elsewhere"]
#else
  #if arch(arm64)
    let avx2: [SwiftSetting] = [.define("FMA")]
  #else
    let avx2: [SwiftSetting] = []
  #endif
  let avx512 = avx2
  // Left out: what keeps masks in registers of AVX-512. The sources that the other kernels share take its place.
  let elsewhere = ["NarrowForward.swift", "NarrowProducts.swift", "NarrowSlice.swift", "VectorLanes.swift"]
#endif

// What is there only with the trait of that name.
let mpi: TargetDependencyCondition? = .when(traits: ["MPI"])

let package = Package(
  name: "reg-tools",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "HDF5", targets: ["HDF5"]),
    .library(name: "TensorFiles", targets: ["Tensors", "TensorFiles"]),
    .library(name: "Training", targets: ["Tensors", "Training"]),
    .library(name: "NetworkFiles", targets: ["NetworkFiles"]),
    .executable(name: "reg-train", targets: ["reg-train"]),
    .executable(name: "reg-predict", targets: ["reg-predict"]),
    .executable(name: "reg-inspect", targets: ["reg-inspect"]),
    .executable(name: "reg-convert", targets: ["reg-convert"]),
    .executable(name: "reg-tune", targets: ["reg-tune"]),
    .executable(name: "reg-plot", targets: ["reg-plot"]),
    .executable(name: "reg", targets: ["reg"]),
  ],
  traits: [
    .trait(name: "MPI", description: "reg-train on several machines: mpirun -n 4 reg-train ...")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // System libraries: a module map and a shim header, nothing else.
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    // Used where it is installed: nothing but its libdeflate.pc makes the build link with it.
    .systemLibrary(
      name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]),
    .systemLibrary(name: "CProcessor"),
    .systemLibrary(name: "CSandbox"),
    .systemLibrary(name: "CVectors"),
    // Open MPI or MPICH: linked with, and included, with the trait alone.
    .systemLibrary(
      name: "CMPILibrary", pkgConfig: "mpi", providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),
    .target(
      name: "CMPI", dependencies: [.target(name: "CMPILibrary", condition: mpi)],
      cSettings: [.define("REG_MPI", .when(traits: ["MPI"]))]),

    .target(name: "HDF5", dependencies: ["CHDF5"], swiftSettings: small),
    .target(name: "Tensors", swiftSettings: strict),
    .target(name: "KernelsBaseline", dependencies: ["CVectors"], swiftSettings: strict),
    .target(name: "KernelsAVX2", dependencies: ["CVectors"], swiftSettings: strict + avx2),
    .target(name: "KernelsAVX512", dependencies: ["CVectors"], exclude: elsewhere, swiftSettings: strict + avx512),

    .target(
      name: "TensorFiles", dependencies: ["Tensors", "HDF5", "CZlib", "CDeflate", "CSandbox"], swiftSettings: strict),
    .target(
      name: "Training",
      dependencies: ["Tensors", "KernelsBaseline", "KernelsAVX2", "KernelsAVX512", "CProcessor"],
      swiftSettings: small),
    .target(
      name: "NetworkFiles", dependencies: ["Tensors", "TensorFiles", "Training"],
      swiftSettings: small),
    .target(name: "Plotting", dependencies: ["Tensors", "Training"], swiftSettings: small),
    .target(
      name: "MessagePassing", dependencies: ["Training", .target(name: "CMPI", condition: mpi)], swiftSettings: strict),
    .target(
      name: "ToolSupport",
      dependencies: [
        "Tensors", "TensorFiles", "Training", "NetworkFiles", "Plotting", "MessagePassing",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: small),
    .target(
      name: "Commands",
      dependencies: [
        "Tensors", "TensorFiles", "Training", "NetworkFiles", "Plotting", "ToolSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: small),

    .executableTarget(name: "reg-train", dependencies: ["Commands"], swiftSettings: strict),
    .executableTarget(name: "reg-predict", dependencies: ["Commands"], swiftSettings: strict),
    .executableTarget(name: "reg-inspect", dependencies: ["Commands"], swiftSettings: strict),
    .executableTarget(name: "reg-convert", dependencies: ["Commands"], swiftSettings: strict),
    .executableTarget(name: "reg-tune", dependencies: ["Commands"], swiftSettings: strict),
    .executableTarget(name: "reg-plot", dependencies: ["Commands"], swiftSettings: strict),
    // All of them in one program, which tells by its name or its first word what it is to be.
    .executableTarget(name: "reg", dependencies: ["Commands"], swiftSettings: strict),

    // Makes the sample data: also the smallest program that uses the libraries.
    .executableTarget(
      name: "make-field", dependencies: ["Tensors", "TensorFiles", "Training"], path: "Samples/field",
      exclude: ["README.md", "field.mat", "train.csv", "test.csv"], sources: ["make_field.swift"],
      swiftSettings: strict),

    // The examples of the README and of the documentation.
    .executableTarget(
      name: "train-from-swift", dependencies: ["NetworkFiles", "TensorFiles", "Training"], path: "Samples/library",
      exclude: ["read.swift"], sources: ["train.swift"], swiftSettings: strict),
    .executableTarget(
      name: "read-from-swift", dependencies: ["Tensors", "TensorFiles"], path: "Samples/library",
      exclude: ["train.swift"], sources: ["read.swift"], swiftSettings: strict),

    // Figures of `make bench` that can be had only inside one process.
    .systemLibrary(name: "CFusedMultiplyAdd", path: "Benchmarks/CFusedMultiplyAdd"),
    .executableTarget(
      name: "reg-benchmark",
      dependencies: [
        "CFusedMultiplyAdd", "Tensors", "TensorFiles", "Training", "NetworkFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Figures", swiftSettings: strict),

    // What the tests of isolated reading start.
    .executableTarget(
      name: "reader-process", dependencies: ["Tensors", "TensorFiles"], path: "Tests/ReaderProcess",
      swiftSettings: strict),

    .testTarget(name: "HDF5Tests", dependencies: ["HDF5"], swiftSettings: strict),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"], swiftSettings: strict),
    .testTarget(
      name: "TensorFilesTests", dependencies: ["Tensors", "TensorFiles", "HDF5"], swiftSettings: strict),
    .testTarget(
      name: "TrainingTests",
      dependencies: ["Tensors", "Training", "KernelsBaseline", "KernelsAVX2", "KernelsAVX512"],
      exclude: ["Reference"], swiftSettings: strict),
    .testTarget(
      name: "NetworkFilesTests",
      dependencies: ["Tensors", "TensorFiles", "Training", "NetworkFiles"],
      swiftSettings: strict),
    .testTarget(
      name: "PlottingTests", dependencies: ["Tensors", "Training", "Plotting"], swiftSettings: strict),
    .testTarget(
      name: "ToolTests",
      dependencies: [
        "Tensors", "TensorFiles", "NetworkFiles", "reg-train", "reg-predict", "reg-inspect", "reg-convert",
        "reg-tune", "reg-plot", "reg", "make-field", "train-from-swift", "read-from-swift",
        "reader-process",
      ],
      swiftSettings: strict),
  ]
)

// The plugin that `make docs` makes the pages with; nobody else builds it.
if Context.environment["REG_DOCS"] != nil {
  package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"))
}
