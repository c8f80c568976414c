import Testing

/// The package that fuzzes has libraries of the same sources, and its manifest is built by no other test.
@Suite struct FuzzPackageTests {
  /// What a library stands on, and what of its folder is left out.
  private struct Library: Equatable {
    var dependencies: Set<String>
    var excluded: Substring?
  }

  @Test func itsLibrariesStandOnTheSame() throws {
    let (own, fuzzed) = (try libraries("Package.swift"), try libraries("Fuzz/Package.swift"))
    #expect(fuzzed["KernelsAVX512"]?.excluded == "elsewhere")
    #expect(fuzzed.count >= 8)
    for (name, library) in fuzzed { #expect(own[name] == library, "\(name)") }
  }

  @Test func itLeavesOutTheSame() throws {
    let (own, fuzzed) = (try whatIsElsewhere("Package.swift"), try whatIsElsewhere("Fuzz/Package.swift"))
    #expect(own == fuzzed && own.count == 2)
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try System.contents(Tool.package + "/" + path), as: UTF8.self)
  }

  private func libraries(_ manifest: String) throws -> [String: Library] {
    var result: [String: Library] = [:]
    for target in try text(manifest).matches(of: /\.target\(\s*name: "(\w+)",([^)]*)swiftSettings:/) {
      let dependencies = target.2.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.1 ?? ""
      result[String(target.1)] = Library(
        dependencies: Set(dependencies.matches(of: /"(\w+)"/).map { String($0.1) }),
        excluded: target.2.firstMatch(of: /exclude: (\w+)/)?.1)
    }
    return result
  }

  private func whatIsElsewhere(_ manifest: String) throws -> [Substring] {
    try text(manifest).matches(of: /let elsewhere = .*/).map(\.0)
  }
}
