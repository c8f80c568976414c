/// Named arrays that are read when they are written: what a format writes.
public struct ArchiveSource {
  /// One named array.
  public struct Member {
    /// The name, unique in its archive; it may be a path, `training/cost`.
    public let name: String
    /// Where the numbers come from.
    public let source: any TensorSource

    /// A named array.
    public init(name: String, source: any TensorSource) {
      self.name = name
      self.source = source
    }
  }

  /// The arrays, in the order in which they are written.
  public var members: [Member]
  /// What stands beside them.
  public var attributes: AttributeTree
  /// The paths of groups that are written even if nothing stands in them, where the format has groups.
  public var groups: [String]

  /// Arrays and what stands beside them.
  public init(members: [Member] = [], attributes: AttributeTree = AttributeTree(), groups: [String] = []) {
    self.members = members
    self.attributes = attributes
    self.groups = groups
  }

  /// The arrays of an archive in memory.
  public init(_ archive: TensorArchive) {
    members = archive.members.map { Member(name: $0.name, source: StoredTensor($0.tensor)) }
    attributes = archive.attributes
    groups = []
  }
}
