import ArgumentParser
import Primitives
import Protocols

/// `martlet keys create`: the one moment at which a secret is seen.
struct KeysCreateCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Makes a key and shows its secret, once.",
    discussion: """
      The secret alone goes to standard output, so that it can be kept:

        MARTLET_KEY=$(martlet keys create notebook)
        curl --cacert ~/.martlet/pki/ca.pem -H "Authorization: Bearer $MARTLET_KEY" …

      Examples:
        martlet keys create notebook
        martlet keys create shop --action invoke --endpoint mpg --expires 30d
      """
  )

  @Argument(help: "What the key is called; no two keys in use have the same name.")
  var name: String

  @Option(
    name: .customLong("action"),
    help: ArgumentHelp(
      "What it may do: invoke (predictions), read (see things), manage (change them); may be "
        + "repeated. (default: invoke)",
      valueName: "action"
    )
  )
  var actions: [KeyAction] = []

  @Option(
    name: .customLong("endpoint"),
    help: ArgumentHelp("An endpoint it may invoke; may be repeated. (default: all)")
  )
  var endpoints: [String] = []

  @Option(
    help: ArgumentHelp(
      "Ends after so long: 90m, 12h, 30d, 52w. (default: never)",
      valueName: "time"
    )
  )
  var expires: Lifetime?

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  func validate() throws {
    for name in [name] + endpoints {
      if let problem = ResourceName.problem(name) {
        throw ValidationError("the name \"\(name)\" \(problem)")
      }
    }
  }

  private struct Created: Encodable {
    let key: KeySummary
    let secret: String
  }

  func run(_ console: Console) async throws {
    let now = WallClock.nowUnixMicroseconds
    let request = CreateKeyRequest(
      name: name,
      actions: actions.map(\.wire),
      endpoints: endpoints,
      expiresUnixUs: expires.map { now + $0.seconds * 1_000_000 } ?? 0
    )
    let answer = try await console.withSession { try await $0.keys.createKey(request) }
    guard let key = answer.key else { throw CommandError("the gateway answered without a key") }
    let summary = KeySummary(key, now: now)
    try console.present(Created(key: summary, secret: answer.secret)) { out in
      out.line(answer.secret)
    }
    console.note(
      "key \(summary.name): may \(summary.actions.joined(separator: ", ")); endpoints: "
        + "\(summary.endpointsText); expires: \(summary.expiryText). The secret is not shown again."
    )
  }
}
