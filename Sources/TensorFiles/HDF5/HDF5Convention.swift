import HDF5
import Tensors

/// What is listed of a file: an entry, and where its numbers are read if it has any.
struct HDF5Item {
  let entry: TensorEntry
  var source: RowRangeSource?
  /// The attributes, where they are not those of the object with that path.
  var attributes: [Attribute]?

  /// An array.
  init(_ entry: TensorEntry, source: RowRangeSource?, attributes: [Attribute]? = nil) {
    self.entry = entry
    self.source = source
    self.attributes = attributes
  }

  /// What is no array of numbers.
  init(_ name: String, _ className: String, remedy: String? = nil, shape: [Int] = [], attributes: [Attribute]? = nil) {
    entry = TensorEntry(name: name, shape: shape, content: .other(className: className, remedy: remedy))
    self.attributes = attributes
  }
}

/// A group or dataset: where it lies, and the name that it is listed under.
struct HDF5Location {
  let path: String
  let name: String

  /// A member of the group.
  func member(_ member: String) -> HDF5Location {
    HDF5Location(path: path.isEmpty ? member : "\(path)/\(member)", name: name.isEmpty ? member : "\(name)/\(member)")
  }
}

/// What a group stands for.
struct HDF5Interpretation {
  /// Instead of the group and all that is in it.
  var items: [HDF5Item] = []
  /// Groups in it that are looked at on their own.
  var groups: [HDF5Location] = []
}

/// A way in which another program keeps its arrays in groups and datasets.
protocol HDF5Convention: Sendable {
  /// What a group stands for; nil where it is not one of this convention's.
  func interpretation(
    of group: borrowing HDF5Group, at location: HDF5Location, in store: HDF5Store
  ) throws -> HDF5Interpretation?

  /// What a dataset of numbers stands for; nil where it is not one of this convention's. No items hide it.
  func interpretation(
    of dataset: borrowing HDF5Dataset, at location: HDF5Location, in store: HDF5Store
  ) throws -> HDF5Interpretation?
}

extension HDF5Convention {
  func interpretation(
    of group: borrowing HDF5Group, at location: HDF5Location, in store: HDF5Store
  ) throws -> HDF5Interpretation? { nil }

  func interpretation(
    of dataset: borrowing HDF5Dataset, at location: HDF5Location, in store: HDF5Store
  ) throws -> HDF5Interpretation? { nil }
}

/// The conventions that are known, in the order in which they are asked.
enum HDF5Conventions {
  static let all: [any HDF5Convention] = [
    OctaveValue(), PandasFrame(), PandasSeries(), PandasTable(), NetCDFVariable(),
  ]
}
