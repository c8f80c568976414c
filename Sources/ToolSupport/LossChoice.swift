import ArgumentParser
package import NetworkFiles
package import Training

/// What `--loss` names: a loss, or the one that follows from the labels.
package enum LossChoice: ExpressibleByArgument, Sendable, Hashable {
  /// The cross-entropy of labels of two classes; other labels are an error that names the choices.
  case auto
  /// A loss.
  case chosen(Loss)

  package init?(argument: String) {
    if argument == "auto" {
      self = .auto
      return
    }
    guard let loss = Loss(rawValue: argument) else { return nil }
    self = .chosen(loss)
  }

  package var defaultValueDescription: String { loss.map(\.rawValue) ?? "auto" }

  /// What may be named: the list in messages and completions.
  package static var allValueStrings: [String] { ["auto", "cross-entropy", "softmax", "squared", "huber"] }

  /// The loss that is named.
  package var loss: Loss? { if case .chosen(let loss) = self { loss } else { nil } }
}

extension Loss {
  /// The labels that it is minimised for.
  package var wantedLabels: WantedLabels {
    switch self {
    case .crossEntropy: .auto
    case .softmax: .classes
    case .squared, .huber: .values
    }
  }
}
