import Tensors

extension ArchiveSource {
  /// A sentence for the archive and for each array or group whose attributes a format does not keep.
  ///
  /// - Parameters:
  ///   - keepsColumns: whether the names of an array's columns have a place in it.
  ///   - keepsTexts: whether the texts of the file itself have one.
  func attributeLosses(in format: String, keepsColumns: Bool = false, keepsTexts: Bool = false) -> [String] {
    attributes.paths.compactMap { path in
      var lost = attributes[path]
      if keepsColumns, !path.isEmpty { lost.removeAll { $0.name == "columns" && $0.value.texts != nil } }
      if keepsTexts, path.isEmpty { lost.removeAll { $0.value.text != nil } }
      guard !lost.isEmpty else { return nil }
      let shown =
        lost.prefix(5).map { "'\($0.name)'" }.joined(separator: ", ")
        + (lost.count > 5 ? " and \(lost.count - 5) more" : "")
      let what = lost.count == 1 ? "the attribute \(shown) is" : "the attributes \(shown) are"
      return (path.isEmpty ? "" : "\(path): ")
        + "\(what) not kept: \(format) has no place for \(lost.count == 1 ? "it" : "them")"
    }
  }
}
