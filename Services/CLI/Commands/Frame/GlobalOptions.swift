import ArgumentParser
import Glibc

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of state of this machine's services. (default: $MARTLET_STATE or ~/.martlet)",
      valueName: "folder"
    ),
    completion: .directory
  )
  var state: String?

  @Option(help: ArgumentHelp("How results are written: human or json.", valueName: "format"))
  var output: OutputFormat = .human

  @Option(
    help: ArgumentHelp(
      "A gateway elsewhere; its key comes from MARTLET_KEY. (default: the one of `martlet up`)",
      valueName: "host:port"
    )
  )
  var gateway: String?

  @Option(
    help: ArgumentHelp(
      "The authorities of that gateway, PEM. (default: $MARTLET_AUTHORITIES or the system's)",
      valueName: "file"
    ),
    completion: .file()
  )
  var authorities: String?

  /// What the environment says where no option is given; an empty variable counts as not set.
  static func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }

  var stateFolder: StateLayout {
    if let folder = state ?? Self.environment("MARTLET_STATE") {
      return StateLayout(Self.absolute(folder))
    }
    return StateLayout("\(Self.environment("HOME") ?? "/root")/.martlet")
  }

  /// Without a trailing slash, from the root on.
  static func absolute(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    guard !path.hasPrefix("/") else { return path }
    guard let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return "\(String(cString: folder))/\(path)"
  }
}

/// How a command writes its result to standard output.
public enum OutputFormat: String, Sendable, CaseIterable, ExpressibleByArgument {
  /// Tables and sentences for people.
  case human
  /// One JSON value whose shape stays.
  case json
}
