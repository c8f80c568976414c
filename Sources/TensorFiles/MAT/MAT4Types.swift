import Tensors

/// The types of the numbers of level 4: the digit P of the type. The class of every full matrix is double.
enum ElementTypeOfMAT4: Int {
  case double = 0
  case single = 1
  case int32 = 2
  case int16 = 3
  case uint16 = 4
  case uint8 = 5

  /// The type as a tensor's.
  var elementType: ElementType {
    switch self {
    case .double: .float64
    case .single: .float32
    case .int32: .int32
    case .int16: .int16
    case .uint16: .uint16
    case .uint8: .uint8
    }
  }
}
