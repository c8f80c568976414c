import Tensors

// The operations that the formulas of the notebook need, written for clarity: the kernels are the fast ones.
extension Matrix {
  /// The matrix product (rows, columns) x (columns, n) -> (rows, n).
  func multiplied(by other: Matrix) -> Matrix {
    precondition(columns == other.rows, "a product of \(columns) columns with \(other.rows) rows")
    var product = Matrix(rows: rows, columns: other.columns)
    for row in 0..<rows {
      for inner in 0..<columns {
        let factor = self[row, inner]
        for column in 0..<other.columns {
          product[row, column] += factor * other[inner, column]
        }
      }
    }
    return product
  }

  /// The same shape with `transform` applied to each element.
  func mapped(_ transform: (Double) -> Double) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map(transform))
  }

  /// The same shape with `transform` applied to the elements of two matrices in the same place.
  func combined(with other: Matrix, _ transform: (Double, Double) -> Double) -> Matrix {
    precondition(rows == other.rows && columns == other.columns, "two matrices of different shapes")
    return Matrix(rows: rows, columns: columns, elements: zip(elements, other.elements).map(transform))
  }

  /// Every column plus the one column of `other`, as NumPy broadcasts (rows, 1).
  func addingToEachColumn(_ other: Matrix) -> Matrix {
    precondition(other.rows == rows && other.columns == 1, "a column of \(other.rows) rows for \(rows)")
    var result = self
    for row in 0..<rows {
      for column in 0..<columns {
        result[row, column] += other[row, 0]
      }
    }
    return result
  }

  /// The sum of each row, (rows, 1).
  var rowSums: Matrix {
    Matrix(rows: rows, columns: 1, elements: (0..<rows).map { row($0).reduce(0, +) })
  }

  /// Where the first element stands that is NaN or infinite.
  var firstNotFinite: (row: Int, column: Int)? { firstPlace { !$0.isFinite } }

  /// Where the first element stands for which a condition is true.
  func firstPlace(where condition: (Double) -> Bool) -> (row: Int, column: Int)? {
    elements.firstIndex(where: condition).map { ($0 / columns, $0 % columns) }
  }
}
