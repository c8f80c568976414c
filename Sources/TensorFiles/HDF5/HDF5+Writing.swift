import HDF5
import Tensors

/// Writes an archive as an HDF5 file: a dataset for each tensor, a group for each part of a path, no times, so that
/// equal archives are equal bytes.
struct HDF5Writer {
  private let archive: ArchiveSource
  private let compression: Int?
  private let threads: Int

  init(_ archive: ArchiveSource, compression: Int?, threads: Int = Workers.coreCount) {
    self.archive = archive
    self.threads = threads
    self.compression = compression
  }

  func write(to output: inout OutputFile) throws(FormatError) {
    let bytes = try HDF5Output.byteCount(of: archive)
    try HDF5Writer.checkNames(of: archive)
    try HDF5Output.write(to: &output, byteCount: bytes, oldest: oldestVersion) { file throws in
      try fill(file)
    } verify: { file throws in
      try verify(file)
    }
  }

  /// The bytes of the file, in memory.
  func image() throws(FormatError) -> [UInt8] {
    try HDF5Writer.checkNames(of: archive)
    return try HDF5Output.image(named: "HDF5 file in memory", oldest: oldestVersion) { file throws in try fill(file) }
  }

  /// The oldest form of objects: that of all readers, unless an attribute needs more than the 64 KiB that it allows.
  private var oldestVersion: HDF5FormatVersion {
    let isLarge = archive.attributes.paths.contains { path in
      archive.attributes[path].contains { attribute in
        switch attribute.value {
        // A text of variable length is a reference of 16 bytes.
        case .texts(let texts): texts.count > 4000
        case .numbers(let tensor): tensor.storage.byteCount > 64_000
        case .text: false
        }
      }
    }
    return isLarge ? .v18 : .earliest
  }

  /// Checks that every name is a path in a tree of groups.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable`.
  static func checkNames(of archive: ArchiveSource) throws(FormatError) {
    let names = Set(archive.members.map(\.name))
    for group in archive.groups where names.contains(group) {
      throw FormatError(.unsuitable, at: .object(group), "this is an array and a group at once")
    }
    for member in archive.members {
      let parts = member.name.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && !$0.contains("\0") }) else {
        throw FormatError(
          .unsuitable, at: .object(member.name),
          "HDF5 holds arrays under paths such as group/name, whose parts are neither empty nor '.'; --rename gives "
            + "this one another name")
      }
      for end in parts.indices.dropFirst() where names.contains(parts[..<end].joined(separator: "/")) {
        let group = parts[..<end].joined(separator: "/")
        throw FormatError(
          .unsuitable, at: .object(member.name),
          "'\(group)' is an array and cannot be the group of this one; --rename gives one of them another name")
      }
    }
  }

  private func fill(_ file: borrowing HDF5File) throws {
    let root = try file.root()
    let names = Set(archive.members.map(\.name))
    for path in archive.groups where try !root.contains(path) { _ = try root.createGroup(path) }
    for path in archive.attributes.paths where !path.isEmpty && !names.contains(path) {
      if try !root.contains(path) { _ = try root.createGroup(path) }
    }
    for member in archive.members {
      let array = HDF5ArrayWriter(
        member.source, name: member.name, isReversed: false, compression: compression, threads: threads)
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
