import HDF5
import Tensors

/// A variable of netCDF-4, or a dimension, which is kept as a dataset too.
struct NetCDFVariable: HDF5Convention {
  /// What the attribute `NAME` of a dimension without numbers of its own begins with.
  private static let pureDimension = "This is a netCDF dimension but not a netCDF variable"

  func interpretation(
    of dataset: borrowing HDF5Dataset, at location: HDF5Location, in store: HDF5Store
  ) throws -> HDF5Interpretation? {
    let attributes = try dataset.attributes()
    if try attributes.text("CLASS") == "DIMENSION_SCALE",
      try attributes.text("NAME")?.hasPrefix(NetCDFVariable.pureDimension) ?? false
    {
      return HDF5Interpretation()
    }
    guard let missing = try attributes.number("_FillValue") else { return nil }
    var place = try DatasetPlace(dataset, path: location.path)
    var remark = "_FillValue \(missing) stands for missing values"
    switch place.elementType {
    case .float64, .float32:
      guard !missing.isNaN else { return nil }
      place.missing = missing
      remark = "_FillValue \(missing) is read as NaN"
    case .float16, .bool, .complex64, .complex128: return nil
    default: remark = "_FillValue \(Int(exactly: missing).map(String.init) ?? "\(missing)") stands for missing values"
    }
    let item = HDF5Item(
      place.entry(named: location.name, remark: remark), source: place.source(named: location.name, in: store))
    return HDF5Interpretation(items: [item])
  }
}
