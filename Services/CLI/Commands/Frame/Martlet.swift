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
          DatasetCommand.self, TrainCommand.self, JobsCommand.self, ModelsCommand.self,
          ImportCommand.self,
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
      // Help, the version, a completion script, or a command line that cannot be read (64).
      exit(withError: error)
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
      // Whoever is not one of ours is the parser's own, such as `help`.
      guard let ours = command as? any ConsoleCommand,
        let failure = CommandError(whatever: error)
      else { exit(withError: error) }
      Console.ofProcess(ours.global).report(failure)
      Glibc.exit(failure.exit.rawValue)
    }
  }
}
