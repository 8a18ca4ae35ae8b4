public import ArgumentParser
import Glibc

/// The root of the command line: `martlet COMMAND …`.
public struct Martlet: AsyncParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "martlet",
    abstract: "Trains models, keeps them and serves them, on plain Linux.",
    discussion: """
      Start here:
        martlet up                     start all services on this machine
        martlet dataset add cars cars.csv
        martlet train linear-learner --dataset cars --label mpg --model cars-mpg
        martlet deploy mpg --model cars-mpg
        martlet predict mpg --csv new-cars.csv
        martlet down                   stop them again

      Exit codes:
      \(CommandExit.helpText)

      Environment:
        MARTLET_STATE        the folder of state, as --state gives it
        MARTLET_GATEWAY      a gateway elsewhere, as --gateway gives it
        MARTLET_AUTHORITIES  its authorities (PEM), as --authorities gives them
        MARTLET_KEY          an API key; the operator's certificate is then not used
        MARTLET_ENGINE       the folder of the engine, as `up --engine` gives it
        NO_COLOR             no colour when it is set to anything
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "Service",
        subcommands: [UpCommand.self, DownCommand.self, StatusCommand.self, KeysCommand.self]
      ),
      CommandGroup(
        name: "Data and model",
        subcommands: [
          DatasetCommand.self, AlgorithmsCommand.self, TrainCommand.self, JobsCommand.self,
          ModelsCommand.self, ImportCommand.self,
        ]
      ),
      CommandGroup(
        name: "Endpoint",
        subcommands: [DeployCommand.self, EndpointsCommand.self, PredictCommand.self]
      ),
    ]
  )

  public static let version = "0.1.0"

  public init() {}

  /// Runs the command line of this process and ends it with one of the numbers of `CommandExit`.
  public static func start() async -> Never {
    // Writing to a peer that has gone is an error of that write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    let command: any ParsableCommand
    do {
      command = try parseAsRoot()
    } catch {
      end(with: error, nil)
    }
    do {
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        var command = command
        try command.run()
      }
      Glibc.exit(CommandExit.ok.rawValue)
    } catch {
      end(with: error, (command as? any ConsoleCommand)?.global)
    }
  }

  /// - Parameter options: of a command line that could be read.
  private static func end(with error: any Error, _ options: GlobalOptions?) -> Never {
    if let options, let failure = CommandError(whatever: error) {
      Console.ofProcess(options).report(failure)
      Glibc.exit(failure.exit.rawValue)
    }
    let words = options == nil ? Array(CommandLine.arguments.dropFirst()) : []
    if options?.output == .json || wantsJSON(words), let failure = usageFailure(error) {
      var options = GlobalOptions()
      options.output = .json
      Console.ofProcess(options).report(failure)
      Glibc.exit(failure.exit.rawValue)
    }
    // The parser's own: help, the version, a completion script, or a wrong command line (64).
    exit(withError: error)
  }

  /// Whether a command line that cannot be read asks for JSON all the same.
  static func wantsJSON(_ words: [String]) -> Bool {
    let words = words.prefix { $0 != "--" }
    let last = words.indices.last { words[$0] == "--output" || words[$0].hasPrefix("--output=") }
    guard let last else { return false }
    return words[last] == "--output=json"
      || words[last] == "--output" && last + 1 < words.endIndex && words[last + 1] == "json"
  }

  /// What is wrong with a command line; nil for what is no failure, such as help that was asked
  /// for.
  static func usageFailure(_ error: any Error) -> CommandError? {
    guard exitCode(for: error) != .success else { return nil }
    // The first paragraph says what is wrong; usage follows.
    let message = message(for: error).split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { !$0.isEmpty }.joined(separator: " ")
    return CommandError(
      message.isEmpty ? "the command line is wrong" : message,
      remedy: "`martlet COMMAND --help` shows what the command takes",
      exit: .usage
    )
  }
}
