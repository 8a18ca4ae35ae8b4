import ArgumentParser
import Primitives

/// `martlet up`: all services on this machine.
struct UpCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract: "Starts all services on this machine, and keeps them running.",
    discussion: """
      Starts balancer, model-store, trainer, three inference hosts (two managed, one self-hosted)
      and the gateway on loopback, with certificates of a development authority of their own, and
      starts again what dies. Everything durable lies in the folder of state: a second `up` comes
      back with it. Ctrl-C, SIGTERM and `martlet down` stop all of it in order.

      The ports and the engine's folder are remembered in the folder of state: the next `up` takes
      them again unless it is told otherwise. What `--bin` says is for once.

      Examples:
        martlet up                                 in the foreground
        martlet up --detach                        returns when everything is ready
        martlet up --state ./here --https-port 0 --native-port 0
        martlet up --bin .build/release --engine .build/engines/openvino
      """
  )

  @Flag(help: "Leave the services running in the background, and return when they are ready.")
  var detach = false

  @Option(
    help: ArgumentHelp(
      "The folder of the services' executables. (default: the one that martlet lies in)",
      valueName: "folder"
    ),
    completion: .directory
  )
  var bin: String?

  @Option(
    help: ArgumentHelp(
      "The folder that deploy/fetch-openvino made. (default: $MARTLET_ENGINE, the last one, or "
        + "STATE/engine)",
      valueName: "folder"
    ),
    completion: .directory
  )
  var engine: String?

  @Option(
    help: ArgumentHelp(
      "Where the gateway answers HTTPS; 0 = any. (default: the last one, or 8443)",
      valueName: "port"
    )
  )
  var httpsPort: Int?

  @Option(
    help: ArgumentHelp(
      "Where it answers martlet/1; 0 = any. (default: the last one, or 7443)",
      valueName: "port"
    )
  )
  var nativePort: Int?

  /// This process is the background part of `up --detach`.
  @Flag(help: .hidden)
  var inBackground = false

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func validate() throws {
    for (option, port) in [("--https-port", httpsPort), ("--native-port", nativePort)]
    where !(0...65_535).contains(port ?? 0) {
      throw ValidationError("\(option) must be a port from 1 to 65535, or 0 for any that is free")
    }
  }

  func run(_ console: Console) async throws {
    let settings = try UpSettings(
      console.state,
      bin: bin,
      said: UpWishes(
        nativePort: nativePort,
        httpsPort: httpsPort,
        engine: engine ?? GlobalOptions.environment("MARTLET_ENGINE")
      )
    )
    if inBackground { return try await Background.serve(settings) }
    if detach {
      return try await Background(settings: settings, console: console).start(arguments)
    }
    let report = StartReport(console)
    let undertaking = Undertaking(
      settings: settings,
      notes: StartNotes { report.say($0) },
      observer: { report.show($0) }
    )
    try await undertaking.run { record, took in
      try report.ready(record, settings.layout, took: took, isDetached: false)
    }
    console.note("stopped")
  }

  /// This command for the process in the background; all folders from the root on.
  private var arguments: [String] {
    var words = ["up", "--in-background", "--state", global.stateFolder.folder]
    if let bin { words += ["--bin", GlobalOptions.absolute(bin)] }
    if let engine { words += ["--engine", GlobalOptions.absolute(engine)] }
    if let httpsPort { words += ["--https-port", "\(httpsPort)"] }
    if let nativePort { words += ["--native-port", "\(nativePort)"] }
    return words
  }
}
