public import Tensors

/// Along which dimension of an array its examples lie.
public enum ExampleDimension: Sendable, Hashable {
  /// Each first index is an example: of shape (m, h, w) there are m of them, flattened with the last index fastest.
  case first
  /// Each last index is an example, of a matrix (inputs, m).
  case last
}

/// A reader that can hand out a part of an array, from anywhere in it, without reading the rest.
public protocol PartialReader: TensorReader {
  /// The examples of an array as rows of doubles that are read where they lie, so that seeking costs nothing.
  ///
  /// - Returns: nil where the file holds the array in a form that must be read whole.
  /// - Throws: ``FormatError``: `missingArray`; `unsupported` where it is not a numeric array; `unsuitable` where its
  ///   parts are stored so that each costs as much as all.
  func examples(of name: String, along dimension: ExampleDimension) throws(FormatError) -> (any RowSource)?
}
