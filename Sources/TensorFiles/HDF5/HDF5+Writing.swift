import HDF5
import Tensors

/// Writes an archive as an HDF5 file: a dataset for each tensor, a group for each part of a path, no times, so that
/// equal archives are equal bytes.
struct HDF5Writer {
  private let archive: ArchiveSource

  /// Up to this size a file is made in memory first, where nothing can fail half-way.
  private static let memoryLimit = 32 << 20

  init(_ archive: ArchiveSource) { self.archive = archive }

  func write(to output: inout OutputFile) throws(FormatError) {
    do {
      var bytes = 0
      for member in archive.members { bytes += try member.source.byteCount }
      if let path = output.temporaryPath, bytes > HDF5Writer.memoryLimit {
        let file = try HDF5File(creating: path, replacing: true)
        try fill(file)
        try file.close()
        try verify(path)
      } else {
        let file = try HDF5File(creatingInMemory: output.name)
        try fill(file)
        try output.write(try file.image())
      }
    } catch let error as HDF5Error {
      throw FormatError(.inputOutput, at: .object(error.object), error.description)
    } catch {
      throw FormatError.converted(error, at: "")
    }
  }

  private func fill(_ file: borrowing HDF5File) throws {
    let root = try file.root()
    let names = Set(archive.members.map(\.name))
    for path in archive.attributes.paths where !path.isEmpty && !names.contains(path) {
      if try !root.contains(path) { _ = try root.createGroup(path) }
    }
    for member in archive.members {
      let tensor = try member.source.whole().stored(in: .rowMajor)
      let dataset = try root.createDataset(
        member.name, type: HDF5Datatype(tensor.elementType.hdf5), space: .fixed(tensor.shape))
      if tensor.elementCount > 0 {
        try tensor.storage.withBytes { bytes in
          try dataset.write(as: tensor.elementType.hdf5, from: bytes)
        }
      }
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
  private func verify(_ path: String) throws {
    let file = try HDF5File(reading: path)
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
