import Testing

/// The manual pages.
@Suite struct ManualTests {
  static let reg = Tool(name: "reg")
  static let pages = ["reg.1"] + HelpTests.names.map { $0 + ".1" }
  static let parameters = Tool.package + "/Formats/parameters/reg-parameters.5"

  @Test func thereIsAPageForEachTool() throws {
    #expect(try ManualTests.reg("manual").lines.sorted() == ManualTests.pages.sorted())
    #expect(try ManualTests.reg("manual", "reg-trian.1").errors.contains("did you mean 'reg-train.1'?"))
    #expect(try ManualTests.reg("manual", "nosuch").code == 64)
  }

  @Test(arguments: pages) func aPageSaysEverything(page: String) throws {
    let outcome = try ManualTests.reg("manual", page)
    #expect(outcome.code == 0 && outcome.errors == "")
    let titles = outcome.lines.filter { $0.hasPrefix(".SH ") }.map { $0.dropFirst(4) }
    #expect(titles.prefix(3) == ["NAME", "SYNOPSIS", "DESCRIPTION"])
    #expect(titles.suffix(4) == ["FORMATS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"])
    // Each option of the help, and each of its examples.
    let help = try Tool(name: String(page.dropLast(2)))("--help")
    let text = outcome.output.split(separator: "\\-", omittingEmptySubsequences: false).joined(separator: "-")
    for option in help.output.matches(of: /\n  (?:-\w, )?(--[a-z0-9-]+)/) {
      #expect(text.contains("\\fB\(option.1)\\fR"), "\(option.1)")
    }
    #expect(outcome.outputBytes.allSatisfy { $0 < 0x80 })
    #expect(outcome.lines.filter { $0.count > 80 && !$0.hasPrefix("reg\\-") } == [])
  }

  static let canLint = (try? Tool.bash("-c", "command -v mandoc && command -v groff").code) == 0

  @Test(.enabled(if: canLint, "skipped: mandoc or groff is not installed"), arguments: pages + [parameters])
  func noCheckerObjects(page: String) throws {
    let bytes = page.hasPrefix("/") ? try System.contents(page) : try ManualTests.reg("manual", page).outputBytes
    let lint = try Tool.bash("-c", "mandoc -Tlint && echo sound", input: .bytes(bytes))
    #expect(lint.output == "sound\n" && lint.errors == "")
    let groff = try Tool.bash("-c", "groff -man -ww -z -Tutf8", input: .bytes(bytes))
    #expect(groff.code == 0 && groff.errors == "")
  }

  static let hasPython = (try? Tool.bash("-c", "command -v python3").code) == 0

  @Test(.enabled(if: hasPython, "skipped: python3 is not installed")) func thePageOfTheFormatIsUpToDate() throws {
    let check = try Tool.bash("-c", "python3 '\(Tool.package)/Formats/parameters/make_manual.py' --check")
    #expect(check.code == 0, "\(check.errors)")
  }
}

/// `make install` and `make uninstall`, of the program that was built for the tests.
@Suite struct InstallTests {
  static let canMake = (try? Tool.bash("-c", "command -v make && make --version | grep -q GNU").code) == 0

  @Test(.enabled(if: canMake, "skipped: GNU make is not installed")) func whatIsInstalledIsUninstalled() throws {
    let folder = try TemporaryFolder()
    let script = """
      set -e
      '\(Tool.package)/.packaging/stage' '\(Tool.folder)/reg' "$PWD/stage"
      run() { make -s -C '\(Tool.package)' "$1" STAGE="$PWD/stage" DESTDIR="$PWD/root dir" PREFIX=/opt/here; }
      mkdir -p 'root dir/opt/here/bin' && touch 'root dir/opt/here/bin/other'
      run install-files
      cd 'root dir/opt/here'
      find . ! -type d | sort
      readlink bin/reg-train
      cmp bin/reg '\(Tool.folder)/reg' && bin/reg-train --version | cut -d ' ' -f 1
      cd ../../.. && run uninstall
      find 'root dir' ! -type d
      """
    let outcome = try Tool.bash("-c", script, in: folder)
    #expect(outcome.code == 0 && outcome.errors == "", "\(outcome.errors)")
    let tools = ["reg"] + HelpTests.names
    let files =
      tools.flatMap { tool in
        [
          "./bin/\(tool)", "./share/man/man1/\(tool).1", "./share/bash-completion/completions/\(tool)",
          "./share/zsh/site-functions/_\(tool)", "./share/fish/vendor_completions.d/\(tool).fish",
        ]
      } + [
        "./bin/other", "./share/man/man5/reg-parameters.5", "./share/doc/reg-tools/LICENSE",
        "./share/doc/reg-tools/copyright",
      ]
    #expect(
      outcome.lines.sorted()
        == (files + ["reg", "reg-train", "root dir/opt/here/bin/other"]).sorted())
  }
}
