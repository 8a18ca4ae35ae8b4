import ArgumentParser
import Primitives
import Protocols

/// `martlet keys list`.
struct KeysListCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Shows the keys, without their secrets.",
    discussion: "Example:\n  martlet keys list"
  )

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  private struct Listing: Encodable { let keys: [KeySummary] }

  /// A gateway that always names a next page is not followed for ever.
  private static let pageLimit = 1000

  func run(_ console: Console) async throws {
    let now = WallClock.nowUnixMicroseconds
    let keys = try await console.withSession { session in
      var keys: [KeySummary] = []
      var token = ""
      for _ in 0..<Self.pageLimit {
        let page = try await session.keys.listKeys(ListKeysRequest(pageToken: token))
        keys += page.keys.map { KeySummary($0, now: now) }
        token = page.nextPageToken
        if token.isEmpty { break }
      }
      return keys
    }
    try console.present(Listing(keys: keys)) { out in
      guard !keys.isEmpty else {
        return out.line("no keys; `martlet keys create NAME` makes one")
      }
      var table = TextTable(
        ["NAME", "STATE", "ACTIONS", "ENDPOINTS", "CREATED", "EXPIRES", "ID"].map { .left($0) }
      )
      for key in keys {
        table.add([
          key.name, key.state, key.actions.joined(separator: ","), key.endpointsText,
          ValueText.time(unixMicroseconds: key.createdUnixUs), key.expiryText, key.id,
        ])
      }
      table.write(to: out)
    }
  }
}
