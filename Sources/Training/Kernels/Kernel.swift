import CProcessor

/// Which build of the kernels computes; the raw values are the names in files and on the command line.
public enum Kernel: String, Sendable, Hashable, CaseIterable {
  /// The fastest that this processor runs.
  case auto
  /// For processors with AVX-512, of the level x86-64-v4.
  case avx512
  /// For processors with AVX2 and FMA.
  case avx2
  /// For every processor.
  case baseline

  /// The build that `auto` stands for on this processor; the others stand for themselves.
  ///
  /// - Throws: ``TrainingError`` of code `kernel` when this processor cannot run it.
  public func resolved() throws(TrainingError) -> Kernel {
    let hasAVX2 = processor_has_avx2_and_fma()
    let hasAVX512 = hasAVX2 && processor_has_avx512()
    switch self {
    case .auto: return hasAVX512 ? .avx512 : hasAVX2 ? .avx2 : .baseline
    case .baseline: return .baseline
    case .avx2:
      if !hasAVX2 { throw TrainingError(.kernel, "this processor lacks AVX2 or FMA, which the kernel avx2 needs") }
      return .avx2
    case .avx512:
      if !hasAVX512 { throw TrainingError(.kernel, "this processor lacks AVX-512, which the kernel avx512 needs") }
      return .avx512
    }
  }
}
