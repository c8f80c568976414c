#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The loop of libFuzzer, which calls a function with ever other bytes.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ look: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// `reg-fuzz --target=NAME [libFuzzer's arguments]`, or `reg-fuzz --list`.
@main enum Main {
  /// What is fuzzed; libFuzzer's function takes nothing but bytes.
  nonisolated(unsafe) private static var target = FuzzTarget.all[0]

  /// libFuzzer passes over arguments that begin with two dashes, and hands them to the processes that it starts.
  private static let option = "--target="

  static func main() {
    if CommandLine.arguments.contains("--list") {
      for target in FuzzTarget.all {
        print(([target.name, "\(target.mostBytes)"] + target.seeds).joined(separator: " "))
      }
      return
    }
    let name = CommandLine.arguments.first { $0.hasPrefix(option) }.map { String($0.dropFirst(option.count)) }
    guard let name, let chosen = FuzzTarget.all.first(where: { $0.name == name }) else {
      print("reg-fuzz: --target= names one of \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
      exit(64)
    }
    unsafe target = chosen
    var count = CommandLine.argc
    var arguments = unsafe CommandLine.unsafeArgv
    exit(
      unsafe runFuzzer(&count, &arguments) { bytes, count in
        unsafe Main.target.look(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
      })
  }
}

/// Ends the process: something is not as it is promised. libFuzzer keeps the bytes.
func broken(_ promise: String) -> Never { fatalError("BROKEN: \(promise)") }
