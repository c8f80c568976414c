package import ArgumentParser
import TensorFiles
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs a tool from its command line to its exit code.
package enum Tool {
  /// Parses the command line, runs the command, and ends the process.
  package static func main<Command: ParsableCommand>(_ type: Command.Type) -> Never {
    IsolatedReading.serveIfAsked()
    openStandardDescriptors()
    Interruption.begin()
    do {
      var command = try type.parseAsRoot()
      try command.run()
      Job.exit(EXIT_SUCCESS)
    } catch let error as FormatError where error.code == .closedPipe {
      Interruption.endByClosedPipe()
    } catch is FailureElsewhere {
      Job.waitForEnd()
      Job.exit(ExitStatus.internalError)
    } catch let error where isOfLibraries(error) {
      Job.letOthersSpeak()
      Message.error("\(error)")
      Job.exit(ExitStatus.code(for: error))
    } catch let error where type.exitCode(for: error) == .failure && !(error is ExitCode) {
      // Neither a library's error nor the parser's answer: nobody has thought of it.
      Job.letOthersSpeak()
      Message.error("internal error: \(error); please report it")
      Job.exit(ExitStatus.internalError)
    } catch {
      end(type, error)
    }
  }

  /// Takes the places of a closed standard input, output or error, so that no file that is opened later stands there
  /// and gets the messages. Using them fails as it would have failed: they are opened the wrong way round.
  private static func openStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Ends the process with an answer of the parser's.
  ///
  /// Help, versions and completion scripts go to standard output and are checked; usage errors go to standard error.
  package static func end(_ type: any ParsableCommand.Type, _ error: any Error) -> Never {
    let code = type.exitCode(for: error).rawValue
    // Of several ranks all have the same command line, and the first one says what there is to say.
    guard Job.launchedRank == 0 else {
      Job.letOthersSpeak()
      Job.exit(code)
    }
    var text = type.fullMessage(for: error)
    guard code == EXIT_SUCCESS else {
      // The arguments that it repeats may hold anything.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).escapingControls }
      if !text.isEmpty { Message.write(lines.joined(separator: "\n")) }
      Job.exit(code)
    }
    if type.configuration.subcommands.isEmpty,
      CommandLine.arguments.contains(where: { $0.hasPrefix("--generate-completion-script") })
    {
      text = withoutHelpCommand(text)
    }
    do throws(FormatError) {
      var output = try OutputFile(path: "-")
      if !text.isEmpty { try output.write(text + "\n") }
      try output.commit()
      exit(EXIT_SUCCESS)
    } catch {
      if error.code == .closedPipe { Interruption.endByClosedPipe() }
      Message.error(error.description)
      exit(ExitStatus.code(for: error))
    }
  }

  /// A completion script without the word `help` as a command: the parser (1.8.2) writes one for programs that have no
  /// commands too, beside which zsh completes nothing where the files may be many.
  private static func withoutHelpCommand(_ script: String) -> String {
    let offers = ["'(-): :->command'", "'(-)*:: :->arg'", "COMPREPLY+=($(compgen -W 'help' -- \"${cur}\"))"]
    return script.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      !offers.contains(String(line.drop { $0 == " " })) && line.firstRange(of: " -fa 'help' ") == nil
    }.joined(separator: "\n")
  }

  private static func isOfLibraries(_ error: any Error) -> Bool {
    !(error is ExitCode) && !(error is CleanExit) && !(error is ValidationError)
      && ExitStatus.code(for: error) != ExitStatus.internalError
  }
}
