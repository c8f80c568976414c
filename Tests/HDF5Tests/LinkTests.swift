import HDF5
import Testing

@Suite struct LinkTests {
  @Test func tellsKinds() throws {
    let root = try HDF5File(reading: golden + "links.h5").root()
    let links = try root.links()
    #expect(
      links.map(\.name) == [
        "circle", "dangling", "external", "group", "größe", "hard", "latin\u{FFFD}", "relative", "soft",
        "stored_elsewhere", "through", "virtual", "z",
      ])
    func link(_ name: String) -> HDF5Link? { links.first { $0.name == name } }
    #expect(link("z")?.kind == .hard && link("hard")?.kind == .hard && link("group")?.kind == .hard)
    #expect(link("soft")?.kind == .soft(target: "/z") && link("soft")?.isDangling == false)
    #expect(link("relative")?.kind == .soft(target: "group/a") && link("relative")?.isDangling == false)
    #expect(link("dangling")?.kind == .soft(target: "/nope") && link("dangling")?.isDangling == true)
    #expect(link("circle")?.isDangling == true)
    #expect(link("external")?.kind == .external(file: "other.h5", target: "/x"))
    #expect(link("external")?.isDangling == false)
    #expect(link("through")?.isDangling == true)
    for link in links where !link.name.contains("\u{FFFD}") { #expect(try root.link(named: link.name) == link) }
    #expect(try root.link(named: "none") == nil)
  }

  @Test func tellsCreationOrder() throws {
    let root = try HDF5File(reading: golden + "links.h5").root()
    #expect(
      try root.links(order: .creation).map(\.name).prefix(5) == ["z", "group", "hard", "soft", "relative"])
    // Where it was not kept, names are in order.
    let other = try HDF5File(reading: golden + "shapes.h5").root()
    #expect(try other.links(order: .creation) == other.links())
  }

  @Test func opensByLinkAndPath() throws {
    let root = try HDF5File(reading: golden + "links.h5").root()
    let z = [0.0, 1, 2, 3]
    #expect(try root.dataset(at: "soft").read(Double.self) == z)
    #expect(try root.dataset(at: "/group/up/group/up/hard").read(Double.self) == z)
    #expect(try root.group(at: "group").dataset(at: "/z").path == "/z")
    #expect(try root.group(at: "group").dataset(at: "up/z").path == "/group/up/z")
    let latin = try #require(try root.links().first { $0.name.hasPrefix("latin") })
    guard case .dataset(let dataset) = try root.object(at: latin) else {
      Issue.record("no dataset")
      return
    }
    #expect(try dataset.read(Double.self) == z)
    #expect(try root.contains("group/up/z") && root.contains("soft") && root.contains("/größe"))
    #expect(try !root.contains("group/none/z") && !root.contains("dangling") && !root.contains("circle"))
    #expect(try !root.contains("external"))
    #expect(try root.contains("/"))
  }

  @Test func knowsTheSameObject() throws {
    let root = try HDF5File(reading: golden + "links.h5").root()
    #expect(try root.group(at: "group/up").identity == root.identity)
    #expect(try root.dataset(at: "hard").identity == root.dataset(at: "z").identity)
    #expect(try root.group(at: "group").identity != root.identity)
  }

  @Test func reportsWrongKinds() throws {
    let root = try HDF5File(reading: golden + "links.h5").root()
    let error = failure { _ = try root.dataset(at: "group") }
    #expect(error?.code == .wrongKind)
    #expect(error?.description == "/group is a group, not a dataset")
    #expect(failure { _ = try root.group(at: "z") }?.description == "/z is a dataset, not a group")
    #expect(failure { _ = try root.dataset(at: "z\0junk") }?.code == .invalidArgument)
    #expect(failure { _ = try root.links(limit: 3) }?.code == .tooLarge)
    #expect(try root.links(limit: 13).count == 13)
  }

  /// In this file the first of the unreadable objects comes before a good one.
  @Test func survivesUnreadableObjects() throws {
    let root = try HDF5File(reading: golden + "latest.h5").root()
    let links = try root.links()
    #expect(links.map(\.name) == ["X", "chunked", "grows", "z"])
    var opened: [String] = []
    for link in links {
      do {
        if case .dataset(let dataset) = try root.object(at: link) {
          _ = try dataset.shape
          opened.append(link.name)
        }
      } catch {
        #expect(error.object == "/" + link.name)
        #expect(error.call == "H5Oopen" && !error.stack.isEmpty)
      }
    }
    #expect(opened.first == "X" && opened.last == "z")
    #expect(try root.dataset(at: "X").read(Double.self) == (0..<12).map(Double.init))
  }

  @Test func createsLinks() throws {
    let file = try HDF5File(creatingInMemory: "links")
    let root = try file.root()
    try root.write([1.0], to: "a/b/x", shape: [1])
    try root.createGroup("c/größe")
    try root.createHardLink("hard", to: "/a/b/x")
    try root.createSoftLink("soft", to: "a/b/x")
    try root.createExternalLink("external", toFile: "nothing.h5", target: "/y")
    let again = try HDF5File(image: try file.image()).root()
    #expect(try again.dataset(at: "soft").read(Double.self) == [1])
    #expect(try again.dataset(at: "hard").identity == again.dataset(at: "a/b/x").identity)
    #expect(try again.link(named: "external")?.kind == .external(file: "nothing.h5", target: "/y"))
    #expect(try again.contains("c/größe"))
    #expect(failure { try root.createGroup("c") }?.call == "H5Gcreate2")
    #expect(failure { try root.createGroup("d\0e") }?.code == .invalidArgument)
    #expect(failure { try root.write([1.0], to: "hard", shape: [1]) }?.call == "H5Dcreate2")
  }
}
