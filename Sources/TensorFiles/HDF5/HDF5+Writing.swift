import HDF5
import Tensors

/// Writes an archive as an HDF5 file: a dataset for each tensor, a group for each part of a path, no times, so that
/// equal archives are equal bytes.
struct HDF5Writer {
  private let archive: ArchiveSource
  private let compression: Int?

  init(_ archive: ArchiveSource, compression: Int?) {
    self.archive = archive
    self.compression = compression
  }

  func write(to output: inout OutputFile) throws(FormatError) {
    let bytes = try HDF5Output.byteCount(of: archive)
    try HDF5Output.write(to: &output, byteCount: bytes) { file throws in
      try fill(file)
    } verify: { file throws in
      try verify(file)
    }
  }

  private func fill(_ file: borrowing HDF5File) throws {
    let root = try file.root()
    let names = Set(archive.members.map(\.name))
    for path in archive.attributes.paths where !path.isEmpty && !names.contains(path) {
      if try !root.contains(path) { _ = try root.createGroup(path) }
    }
    for member in archive.members {
      let array = HDF5ArrayWriter(member.source, name: member.name, isReversed: false, compression: compression)
      try array.write(member.name, in: root)
    }
    for path in archive.attributes.paths {
      let attributes = archive.attributes[path]
      if path.isEmpty {
        try write(attributes, to: root.attributes())
        continue
      }
      switch try root.object(at: path) {
      case .group(let group): try write(attributes, to: group.attributes())
      case .dataset(let dataset): try write(attributes, to: dataset.attributes())
      case .datatype: break
      }
    }
  }

  private func write(_ attributes: [Attribute], to target: borrowing HDF5Attributes) throws {
    for attribute in attributes {
      switch attribute.value {
      case .text(let text): try target.write(text, to: attribute.name, as: .variable)
      case .texts(let texts): try target.write(texts, to: attribute.name, as: .variable)
      case .numbers(let tensor):
        let tensor = try tensor.stored(in: .rowMajor)
        let type = tensor.elementType.hdf5
        let written = try target.create(attribute.name, type: HDF5Datatype(type), space: .fixed(tensor.shape))
        if tensor.elementCount > 0 {
          try tensor.storage.withBytes { bytes in try written.write(as: type, from: bytes) }
        }
      }
    }
  }

  /// The library can fail to write and say nothing at closing: so the file is opened again and asked for its datasets.
  private func verify(_ file: borrowing HDF5File) throws {
    let root = try file.root()
    for member in archive.members {
      let shape = try root.dataset(at: member.name).dataspace.shape
      guard shape == member.source.shape else {
        throw FormatError(
          .inputOutput, at: .object(member.name),
          "written as \(Tensor.describe(member.source.shape)), but the file holds \(Tensor.describe(shape))")
      }
    }
  }
}
