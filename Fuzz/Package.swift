// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the sanitizers stay out of ordinary builds. Its libraries are those of the package above,
// compiled again: what is fuzzed must be instrumented.

/// `REG_SANITIZERS=fuzzer` is faster, and does not see what is read beyond the end of memory.
let sanitizers = "-sanitize=" + (Context.environment["REG_SANITIZERS"] ?? "fuzzer,address")

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]
/// What reads files: `@testable`, because a parser need not be public.
let instrumented = strict + [.unsafeFlags([sanitizers, "-enable-testing"])]
/// No file is read with the kernels, which are only linked: not optimized they are compiled in a quarter of the time.
let kernels = strict + [.unsafeFlags(["-Onone"])]
#if arch(x86_64)
  let avx2: [SwiftSetting] = [.define("FMA"), .unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
  let avx512: [SwiftSetting] = [.define("FMA"), .define("AVX512"), .unsafeFlags(["-Xcc", "-march=x86-64-v4"])]
  let elsewhere = ["Elsewhere"]
#else
  let avx2: [SwiftSetting] = [.define("FMA")]
  let avx512: [SwiftSetting] = [.define("FMA")]
  let elsewhere = ["NarrowForward.swift", "NarrowProducts.swift", "NarrowSlice.swift", "VectorLanes.swift"]
#endif

let package = Package(
  name: "reg-tools-fuzz",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "reg-fuzz", targets: ["reg-fuzz"])],
  targets: [
    .systemLibrary(
      name: "CHDF5", path: "Libraries/CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .systemLibrary(
      name: "CZlib", path: "Libraries/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CDeflate", path: "Libraries/CDeflate", pkgConfig: "libdeflate",
      providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]),
    .systemLibrary(name: "CProcessor", path: "Libraries/CProcessor"),
    .systemLibrary(name: "CSandbox", path: "Libraries/CSandbox"),
    .systemLibrary(name: "CVectors", path: "Libraries/CVectors"),

    .target(name: "HDF5", dependencies: ["CHDF5"], path: "Libraries/HDF5", swiftSettings: instrumented),
    .target(name: "Tensors", path: "Libraries/Tensors", swiftSettings: instrumented),
    .target(
      name: "TensorFiles", dependencies: ["Tensors", "HDF5", "CZlib", "CDeflate", "CSandbox"],
      path: "Libraries/TensorFiles", swiftSettings: instrumented),
    .target(
      name: "KernelsBaseline", dependencies: ["CVectors"], path: "Libraries/KernelsBaseline", swiftSettings: kernels),
    .target(
      name: "KernelsAVX2", dependencies: ["CVectors"], path: "Libraries/KernelsAVX2", swiftSettings: kernels + avx2),
    .target(
      name: "KernelsAVX512", dependencies: ["CVectors"], path: "Libraries/KernelsAVX512", exclude: elsewhere,
      swiftSettings: kernels + avx512),
    .target(
      name: "Training",
      dependencies: ["Tensors", "KernelsBaseline", "KernelsAVX2", "KernelsAVX512", "CProcessor"],
      path: "Libraries/Training", swiftSettings: strict),
    .target(
      name: "NetworkFiles", dependencies: ["Tensors", "TensorFiles", "Training"], path: "Libraries/NetworkFiles",
      swiftSettings: instrumented),

    .executableTarget(
      name: "reg-fuzz", dependencies: ["HDF5", "Tensors", "TensorFiles", "Training", "NetworkFiles"], path: "Targets",
      swiftSettings: instrumented + [.unsafeFlags(["-parse-as-library"])],
      linkerSettings: [.unsafeFlags([sanitizers, "-use-ld=lld"])]),
  ]
)
