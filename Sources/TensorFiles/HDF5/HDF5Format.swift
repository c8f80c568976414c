import HDF5
public import Tensors

/// HDF5 files of datasets, and of what some programs keep in groups. Format: `Formats/h5`.
public struct HDF5Format: FileFormat {
  public let name = "h5"
  public let title = "HDF5"
  public let pathExtensions = ["h5", "hdf5", "he5", "hdf"]

  /// The format.
  public init() {}

  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The signature stands at the beginning, or after a user block of 512 bytes or a doubling of that.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool {
    [0, 512, 1024, 2048].contains { offset in
      prefix.count >= offset + HDF5Format.signature.count && prefix[offset...].starts(with: HDF5Format.signature)
    }
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    if limits.isolation != .none { return try IsolatedReader(input, as: self, limits: limits) }
    return try HDF5Reader(input, limits: limits)
  }

  public func changes(writing archive: ArchiveSource) throws(FormatError) -> [String] {
    try HDF5Writer.checkNames(of: archive)
    return []
  }

  public func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    try HDF5Writer(archive, compression: options.compression, threads: options.threads).write(to: &output)
  }

  /// The bytes of a file that is part of another.
  package static func image(of archive: ArchiveSource) throws(FormatError) -> [UInt8] {
    try HDF5Writer(archive, compression: nil).image()
  }
}

extension FormatError {
  /// An error of the HDF5 library's, at the object that it names.
  init(_ error: HDF5Error, at object: String? = nil) {
    let code: Code =
      switch error.code {
      case .missingFilter, .unsupportedType, .refused, .inexactConversion: .unsupported
      case .tooLarge: .limit
      default: .damaged
      }
    let place = object.map { $0 } ?? error.object
    self.init(code, at: place.isEmpty || place == "/" ? .file : .object(place), error.sentence)
  }
}

extension HDF5Error: ConvertibleToFormatError {
  func formatError(at object: String) -> FormatError { FormatError(self, at: object) }
}

extension HDF5Error {
  /// What went wrong, without the object, whose name stands before it.
  fileprivate var sentence: String {
    switch code {
    case .failedCall: "the HDF5 library says: \(stack.first ?? "\(call) failed")"
    default: "it \(reason)"
    }
  }
}

extension ElementType {
  init(_ type: HDF5ElementType) {
    self =
      switch type {
      case .int8: .int8
      case .int16: .int16
      case .int32: .int32
      case .int64: .int64
      case .uint8: .uint8
      case .uint16: .uint16
      case .uint32: .uint32
      case .uint64: .uint64
      case .float16: .float16
      case .float32: .float32
      case .float64: .float64
      case .boolean: .bool
      case .complexFloat32: .complex64
      case .complexFloat64: .complex128
      }
  }

  var hdf5: HDF5ElementType {
    switch self {
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .float16: .float16
    case .float32: .float32
    case .float64: .float64
    case .bool: .boolean
    case .complex64: .complexFloat32
    case .complex128: .complexFloat64
    }
  }
}
