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
    let missing = try attributes.number("_FillValue")
    let packing = try ["scale_factor", "add_offset"].compactMap { name in
      try attributes.number(name).map { "\(name) \($0)" }
    }
    guard missing != nil || !packing.isEmpty else { return nil }
    var place = try DatasetPlace(dataset, path: location.path)
    var remarks: [String] = []
    switch place.elementType {
    case .float16, .bool, .complex64, .complex128: return nil
    case .float64, .float32:
      if let missing, !missing.isNaN {
        place.missing = missing
        remarks.append("_FillValue \(missing) is read as NaN")
      }
    default:
      if let missing {
        let number = Int(exactly: missing).map(String.init) ?? "\(missing)"
        remarks.append("_FillValue \(number) stands for missing values")
      }
    }
    // The numbers are those of the file: they are unpacked as number * scale_factor + add_offset.
    if !packing.isEmpty { remarks.append("packed with \(packing.joined(separator: ", "))") }
    let remark = remarks.isEmpty ? nil : remarks.joined(separator: "; ")
    let item = HDF5Item(
      place.entry(named: location.name, remark: remark), source: place.source(named: location.name, in: store))
    return HDF5Interpretation(items: [item])
  }
}
