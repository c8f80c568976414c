import HDF5
import Testing

/// Files with one changed byte at which the library itself stumbles.
@Suite struct MalformedTests {
  private static let folder = golden.replacing("/library/", with: "/malformed/")

  /// A message that cannot be decoded ends the iteration over attributes, not the process.
  @Test(arguments: ["attribute_message1.h5", "attribute_message2.h5"])
  func anAttributeThatCannotBeDecodedIsAnError(name: String) async throws {
    let path = Self.folder + name
    await #expect(processExitsWith: .success) { [path = path as String] in
      let root = try HDF5File(reading: path).root()
      var errors: [HDF5Error] = []
      for object in ["/", "training"] {
        do throws(HDF5Error) { _ = try root.group(at: object).attributes().names() } catch { errors.append(error) }
      }
      #expect(errors.count == 1)
      #expect(errors.first?.code == .failedCall && errors.first?.stack.isEmpty == false)
    }
  }
}
