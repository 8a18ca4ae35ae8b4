import ArgumentParser
import Primitives
import Protocols

/// `martlet keys revoke`.
struct KeysRevokeCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Ends a key: from the answer on no call with it passes.",
    discussion: "Example:\n  martlet keys revoke shop"
  )

  @Argument(help: "The key's name or id.")
  var key: String

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  private struct Revoked: Encodable { let key: KeySummary }

  func run(_ console: Console) async throws {
    let answer = try await console.withSession {
      try await $0.keys.revokeKey(RevokeKeyRequest(id: key))
    }
    guard let key = answer.key else { throw CommandError("the gateway answered without a key") }
    let summary = KeySummary(key, now: WallClock.nowUnixMicroseconds)
    try console.present(Revoked(key: summary)) { out in out.line("revoked \(summary.name)") }
  }
}
