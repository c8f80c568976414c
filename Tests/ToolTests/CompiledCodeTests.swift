import Testing

/// What the compiled code of the targets may hold: see the kernel targets in Package.swift.
@Suite("Instructions, told by objdump and nm") struct CompiledCodeTests {
  #if arch(x86_64) && os(Linux)
    static let canTell = System.exists("/usr/bin/objdump") && System.exists("/usr/bin/nm")
  #else
    static let canTell = false
  #endif

  static let targets = [
    "KernelsBaseline", "Tensors", "HDF5", "Training", "TensorFiles", "NetworkFiles", "ToolSupport", "Commands",
  ]

  /// The lines of a command's output about the objects of a target.
  private static func lines(_ target: String, _ command: String) throws -> [String] {
    let folder = "\(Tool.folder)/\(target).build"
    let outcome = try Tool.bash.run(["-c", "cd \"$1\" && " + command, "bash", folder])
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome.lines
  }

  /// Instructions with the prefix of AVX begin with v.
  @Test(.enabled(if: canTell, "skipped: objdump is not installed"), arguments: targets)
  func everyProcessorRunsTheOtherTargets(_ target: String) throws {
    let code = try Self.lines(
      target,
      #"objdump -d --no-show-raw-insn *.o | cut -f2 | awk '{ print $1 } /%[yz]mm/ { print "ymm" }' | sort | uniq -c"#)
    let names = code.map { line in line.split(separator: " ").last.map(String.init) ?? "" }
    #expect(names.contains("ret"), "nothing was disassembled")
    // verr and verw are no AVX, but nobody writes them either.
    #expect(names.filter { $0.hasPrefix("v") || $0 == "ymm" } == [])
  }

  @Test(
    .enabled(if: canTell, "skipped: objdump is not installed"),
    arguments: [("KernelsAVX2", "ymm"), ("KernelsAVX512", "zmm")])
  func fusedProductsAreInstructions(_ target: String, _ register: String) throws {
    let code = try Self.lines(
      target, "objdump -d --no-show-raw-insn *.o | cut -f2 | grep -c -E 'vfmadd.*\(register)'")
    #expect(code.first.flatMap { Int($0) } ?? 0 > 100)
  }

  /// Where the processor is not known to have it, a fused product is a call: sixty times as slow.
  @Test(
    .enabled(if: canTell, "skipped: nm is not installed"),
    arguments: ["KernelsAVX512", "KernelsAVX2", "KernelsBaseline"])
  func fusedProductsAreNoCalls(_ target: String) throws {
    #expect(try Self.lines(target, "nm -u *.o | awk '{ print $2 }' | grep -E '^fmaf?$' || true") == [])
  }

  /// Of code that several targets have the linker keeps one copy, which must not be one that only some processors run.
  @Test(.enabled(if: canTell, "skipped: nm is not installed"), arguments: ["KernelsAVX512", "KernelsAVX2"])
  func codeForSomeProcessorsIsNobodyElses(_ target: String) throws {
    let symbols = try Self.lines(target, "nm *.o | awk 'NF == 3 { print $2, $3 }'")
    #expect(symbols.contains { $0.hasPrefix("T ") })
    let shared = symbols.filter { symbol in symbol.hasPrefix("W ") && !symbol.contains(target) }
    #expect(shared == [])
  }

  /// What processors without vectors of 512 bits compile in place of masks in registers: arm64's part of the manifest.
  @Test(.enabled(if: canTell, "skipped: this is for Linux on x86-64"))
  func withoutAVX512TheSharedSourcesTakeItsPlace() throws {
    let outcome = try Tool.bash.run([
      "-c",
      """
      cd "$1/Sources" || exit
      own=$(cd KernelsAVX512 && find . -maxdepth 1 -type f -printf '%P\\n' | LC_ALL=C sort | tr '\\n' ' ')
      files=()
      for file in KernelsAVX512/*.swift KernelsAVX512/Elsewhere/*.swift; do
        [[ $file = */Elsewhere/* || " $own" != *" ${file#*/} "* ]] && files+=("$file")
      done
      grep -F "[$(printf '"%s", ' $own | sed 's/, $//')]" ../Package.swift > /dev/null || echo "Package.swift leaves out others" >&2
      swiftc -typecheck -swift-version 6 -enable-upcoming-feature InternalImportsByDefault -DFMA -package-name reg_tools \
        -module-name KernelsAVX512 -I CVectors "${files[@]}"
      """, "bash", Tool.package,
    ])
    #expect(outcome.code == 0 && outcome.errors == "", "\(outcome.testDescription)")
  }

  /// The sums of a narrow network are registers only where what adds to them is part of the loop: a call, or a function
  /// that the compiler made of several for several shapes, takes many times as long.
  @Test(.enabled(if: canTell, "skipped: nm is not installed"))
  func sumsOfNarrowNetworksAreInTheirLoops() throws {
    let symbols = try Self.lines("KernelsAVX512", "nm *.o | awk 'NF == 3 { print $3 }'")
    let loops = symbols.filter { $0.contains("NarrowSlice") && $0.contains("addSums") }
    #expect(loops.count >= 32, "two types, up to four inputs and up to four units")
    #expect(loops.filter { $0.contains("EfU") } == [], "closures")
    #expect(symbols.filter { $0.contains("RowSums") || $0.contains("UnitSums") } == [])
  }
}
