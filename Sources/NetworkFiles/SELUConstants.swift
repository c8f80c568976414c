import Training

extension Activation {
  /// The two numbers of SELU (Klambauer et al., "Self-Normalizing Neural Networks", 2017).
  static let seluConstants = (alpha: 1.6732632423543772848170429916717, scale: 1.0507009873554804934193349852946)
}
