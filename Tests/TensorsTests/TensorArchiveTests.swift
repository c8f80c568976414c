import Tensors
import Testing

@Suite("Archives") struct TensorArchiveTests {
  @Test func membersKeepTheirOrderAndPlace() throws {
    var archive = TensorArchive()
    archive.set("b", to: try Tensor([1.0]))
    archive.set("a", to: try Tensor([2.0]))
    archive.set("b", to: try Tensor([3.0]))
    #expect(archive.members.map(\.name) == ["b", "a"])
    #expect(try archive["b"]?.doublesInStorageOrder() == [3])
    #expect(archive["c"] == nil)
  }

  @Test func attributesKeepTheirOrderAndPlace() throws {
    var archive = TensorArchive()
    archive.setAttribute("z", to: .text("1"))
    archive.setAttribute("a", to: .texts(["2", "3"]))
    archive.setAttribute("z", to: try .integer(4))
    archive.setAttribute("rate", of: "training", to: try .number(0.3))
    #expect(archive.attributes().map(\.name) == ["z", "a"])
    #expect(archive.attribute("z")?.integer == 4)
    #expect(archive.attribute("a")?.texts == ["2", "3"])
    #expect(archive.attribute("a")?.text == nil)
    #expect(archive.attribute("rate", of: "training")?.double == 0.3)
    #expect(archive.pathsWithAttributes == ["", "training"])
  }

  /// Names are looked up, not searched for, which would take minutes.
  @Test func manyNamesAreFoundAtOnce() throws {
    var archive = TensorArchive()
    let tensor = try Tensor([1.0])
    let names = (0..<200_000).map { "a long name that begins like the others \($0)" }
    let seconds = threadSeconds {
      for name in names { archive.set(name, to: tensor) }
      for name in names { archive.setAttribute(name, of: "a", to: .text(name)) }
    }
    #expect(seconds < 30)
    archive.set(names[7], to: try Tensor([2.0]))
    archive.setAttribute(names[7], of: "a", to: .text("new"))
    #expect(names.allSatisfy { archive[$0] != nil && archive.attribute($0, of: "a") != nil })
    #expect(archive.members.map(\.name) == names && archive.attributes(of: "a").map(\.name) == names)
    #expect(try archive[names[7]]?.doublesInStorageOrder() == [2])
    #expect(archive.attribute(names[7], of: "a")?.text == "new")
  }
}
