import TensorFiles
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

// What the tests of isolated reading start: the smallest program that reads for another one, and that
// - `attempts FILE`: shuts itself in with a file as such a process does, and tries what it must not be able to do;
// - `exec FILE`, `spawn FILE`: the same, with what ends it;
// - `leaks FILE`: reads a file in other processes again and again, and counts what is left.
IsolatedReading.serveIfAsked()

let arguments = CommandLine.arguments
guard arguments.count == 3 else { exit(64) }
let path = arguments[2]
let parent = getppid()

/// Says how a call of the system ended.
func tell(_ name: String, _ result: Int) {
  let reason = result >= 0 ? "done" : errno == EPERM || errno == EACCES ? "refused" : "error \(errno)"
  print("\(name): \(reason)")
}

func shutIn() {
  let file = unsafe open(path, O_RDONLY)
  let walls = Sandbox.enter(limits: Limits(threads: 2), file: file, endsWithParent: false, closingFrom: file + 1)
  print("files: \(walls.contains(.files) ? "walled" : "open"), calls: \(walls.contains(.calls) ? "walled" : "open")")
}

func attempt() {
  tell("the file", Int(unsafe open(path, O_RDONLY)))
  tell("the file, writing", Int(unsafe open(path, O_RDWR)))
  tell("another file", Int(unsafe open("/etc/passwd", O_RDONLY)))
  tell("a folder", Int(unsafe open("/", O_RDONLY)))
  tell("a new file", Int(unsafe open("\(path).new", O_WRONLY | O_CREAT, 0o600)))
  tell("another process's memory", Int(unsafe open("/proc/\(parent)/mem", O_RDONLY)))
  #if canImport(Glibc)
    tell("a socket", Int(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)))
  #endif
  tell("a signal", Int(kill(parent, 0)))
  tell("a name removed", Int(unsafe unlink(path)))
  tell("a folder made", Int(unsafe mkdir("\(path).folder", 0o700)))
  let code = unsafe mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANON, -1, 0)
  tell("code", UInt(bitPattern: code) == UInt.max ? -1 : 0)
  // Threads are what a reader needs.
  var thread = pthread_t(bitPattern: 0)
  let failure = unsafe pthread_create(&thread, nil, { _ in nil }, nil)
  tell("a thread", Int(-failure))
}

switch arguments[1] {
case "attempts":
  shutIn()
  attempt()
case "exec":
  shutIn()
  fflush(nil)
  var words: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("/bin/true"), nil]
  unsafe execv("/bin/true", &words)
  print("executed")
case "spawn":
  shutIn()
  fflush(nil)
  var words: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("/bin/true"), nil]
  var process = pid_t()
  unsafe posix_spawn(&process, "/bin/true", nil, nil, &words, nil)
  print("spawned")
case "leaks":
  func descriptors() -> Int { (0..<256).count { fcntl($0, F_GETFD) >= 0 } }
  let before = descriptors()
  for _ in 0..<20 {
    let file = try FileFormats.open(path, limits: Limits(isolation: .process))
    for entry in file.reader.entries where entry.isNumeric {
      _ = try file.reader.tensor(entry.name)
      _ = try file.reader.source(of: entry.name).blocks(ofRows: 1).next()
    }
  }
  print("descriptors: \(descriptors() - before)")
  print("processes: \(waitpid(-1, nil, WNOHANG) < 0 && errno == ECHILD ? 0 : 1)")
default: exit(64)
}
