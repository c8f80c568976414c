/// Numbers of one type in a box of any number of dimensions, as a file holds them.
public struct Tensor: Sendable {
  /// The length of each dimension; empty for a scalar.
  public let shape: [Int]
  /// The type of every element.
  public let elementType: ElementType
  /// Which index runs fastest in ``storage``.
  public let order: Order
  /// The bytes, in the machine's byte order.
  public let storage: TensorStorage

  /// A tensor over bytes that are already there.
  ///
  /// - Throws: ``TensorError`` with code `shape` when the bytes are not as many as the shape needs.
  public init(shape: [Int], elementType: ElementType, order: Order, storage: TensorStorage) throws(TensorError) {
    let expected = try Tensor.byteCount(shape: shape, elementType: elementType)
    guard storage.byteCount == expected else {
      throw TensorError(
        .shape,
        "\(Tensor.describe(shape)) of \(elementType.rawValue) takes \(expected) bytes, found \(storage.byteCount)")
    }
    self.shape = shape
    self.elementType = elementType
    self.order = order
    self.storage = storage
  }

  /// A tensor of numbers given in the machine's own type, such as `[Double]` for ``ElementType/float64``.
  ///
  /// - Throws: ``TensorError`` when the elements do not fill the shape or there is no memory for them.
  public init<Element: TensorElement>(
    _ elements: [Element], shape: [Int]? = nil, order: Order = .rowMajor
  ) throws(TensorError) {
    let shape = shape ?? [elements.count]
    let count = try Tensor.elementCount(shape: shape)
    guard count == elements.count else {
      throw TensorError(.shape, "\(Tensor.describe(shape)) holds \(count) elements, found \(elements.count)")
    }
    var buffer = try TensorBuffer(byteCount: Tensor.byteCount(shape: shape, elementType: Element.elementType))
    buffer.withMutableElements(as: Element.self) { span in
      for index in elements.indices { span[index] = elements[index] }
    }
    try self.init(shape: shape, elementType: Element.elementType, order: order, storage: buffer.finish())
  }

  /// A matrix as a float64 tensor of shape (rows, columns).
  public init(_ matrix: Matrix) throws(TensorError) {
    try self.init(matrix.elements, shape: [matrix.rows, matrix.columns])
  }

  /// The number of elements: the product of the shape, 1 for a scalar.
  public var elementCount: Int { storage.byteCount / elementType.byteCount }

  /// The tensor with its dimensions reversed: nothing is moved, only the order is read the other way.
  public var transposed: Tensor {
    get throws(TensorError) {
      try Tensor(
        shape: shape.reversed(), elementType: elementType, order: order == .rowMajor ? .columnMajor : .rowMajor,
        storage: storage)
    }
  }

  /// The shape as people write it: `211x2`, or `scalar`.
  public static func describe(_ shape: [Int]) -> String {
    shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "x")
  }

  /// The product of a shape.
  ///
  /// - Throws: ``TensorError`` with code `shape` when a length is negative or the product does not fit an `Int`.
  public static func elementCount(shape: [Int]) throws(TensorError) -> Int {
    var count = 1
    for length in shape {
      guard length >= 0 else { throw TensorError(.shape, "the shape \(describe(shape)) has a negative length") }
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow else { throw TensorError(.shape, "the shape \(describe(shape)) is too large to count") }
      count = product
    }
    return count
  }

  /// The bytes that a shape takes.
  ///
  /// - Throws: ``TensorError`` with code `shape` when a length is negative or the count does not fit an `Int`.
  public static func byteCount(shape: [Int], elementType: ElementType) throws(TensorError) -> Int {
    let (bytes, overflow) = try elementCount(shape: shape).multipliedReportingOverflow(by: elementType.byteCount)
    guard !overflow else { throw TensorError(.shape, "the shape \(describe(shape)) is too large to count") }
    return bytes
  }
}

/// A Swift type that is an element type of tensors.
public protocol TensorElement: BitwiseCopyable {
  /// The element type that this Swift type is.
  static var elementType: ElementType { get }
}

extension Double: TensorElement { public static var elementType: ElementType { .float64 } }
extension Float: TensorElement { public static var elementType: ElementType { .float32 } }
extension Int8: TensorElement { public static var elementType: ElementType { .int8 } }
extension Int16: TensorElement { public static var elementType: ElementType { .int16 } }
extension Int32: TensorElement { public static var elementType: ElementType { .int32 } }
extension Int64: TensorElement { public static var elementType: ElementType { .int64 } }
extension UInt8: TensorElement { public static var elementType: ElementType { .uint8 } }
extension UInt16: TensorElement { public static var elementType: ElementType { .uint16 } }
extension UInt32: TensorElement { public static var elementType: ElementType { .uint32 } }
extension UInt64: TensorElement { public static var elementType: ElementType { .uint64 } }
