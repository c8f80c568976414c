internal import CHDF5

/// Versions of the HDF5 file format, for the choice of who shall be able to read a new file.
public enum HDF5FormatVersion: Sendable, Hashable, CaseIterable {
  /// The oldest form that can store an object.
  case earliest
  /// What HDF5 1.8 introduced; every reader of today understands it, MATLAB up to R2021a included.
  case v18
  /// What HDF5 1.10 introduced.
  case v110

  var bound: H5F_libver_t {
    switch self {
    case .earliest: H5F_LIBVER_EARLIEST
    case .v18: H5F_LIBVER_V18
    case .v110: H5F_LIBVER_V110
    }
  }
}
