import CProcessor

/// Which build of the kernels computes; the raw values are the names in files and on the command line.
public enum Kernel: String, Sendable, Hashable, CaseIterable {
  /// The fastest that this processor runs.
  case auto
  /// For processors with AVX2 and FMA.
  case avx2
  /// For every processor.
  case baseline

  /// The build that `auto` stands for on this processor; the others stand for themselves.
  ///
  /// - Throws: ``TrainingError`` of code `kernel` when this processor cannot run it.
  public func resolved() throws(TrainingError) -> Kernel {
    let fast = processor_has_avx2_and_fma()
    switch self {
    case .auto: return fast ? .avx2 : .baseline
    case .baseline: return .baseline
    case .avx2:
      if !fast { throw TrainingError(.kernel, "this processor lacks AVX2 or FMA, which the kernel avx2 needs") }
      return .avx2
    }
  }
}
