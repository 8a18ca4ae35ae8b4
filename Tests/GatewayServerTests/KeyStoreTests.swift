import Digests
import Foundation
import GatewayCore
import Persistence
import Primitives
import RPC
import Testing

@testable import GatewayServer

@Suite("Where keys are kept")
struct KeyStoreTests {
  private static func key(_ name: String, account: String = "default") -> (StoredKey, String) {
    let id = TimeOrderedID.make()
    let secret = KeySecret.text(id: id, random: SecureRandom.bytes(count: 32))
    let key = AccessKey(
      id: id,
      name: name,
      account: account,
      actions: [.invoke, .manage],
      endpoints: ["a", "b-c"],
      expiresUnixMicroseconds: 77,
      createdUnixMicroseconds: 5,
      updatedUnixMicroseconds: 5
    )
    return (StoredKey(key: key, digest: SHA256Hasher.digest(secret)), secret)
  }

  private func store() throws -> GRDBKeyStore {
    GRDBKeyStore(try EmbeddedDatabase(inMemoryWith: GRDBKeyStore.migrations))
  }

  private func code(_ body: () async throws -> Void) async -> StatusCode? {
    do {
      try await body()
      return nil
    } catch { return (error as? RPCError)?.code ?? .unknown }
  }

  @Test("a key comes back as it was, from disk too")
  func durable() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "keys-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "k.sqlite").path
    let (key, _) = Self.key("one")
    let first = try EmbeddedDatabase(path: path, migrations: GRDBKeyStore.migrations)
    try await GRDBKeyStore(first).insert(key)
    try first.close()
    let second = try EmbeddedDatabase(path: path, migrations: GRDBKeyStore.migrations)
    #expect(try await GRDBKeyStore(second).all() == [key])
    let revoked = try await GRDBKeyStore(second).revoke(
      account: "default",
      idOrName: "one",
      nowUnixMicroseconds: 9
    )
    #expect(revoked.key.revision == 2 && revoked.key.updatedUnixMicroseconds == 9)
    #expect(try await GRDBKeyStore(second).all() == [revoked])
  }

  @Test("a name is one key's of an account until that is revoked")
  func names() async throws {
    let store = try store()
    let (first, _) = Self.key("one")
    try await store.insert(first)
    #expect(await code { try await store.insert(Self.key("one").0) } == .alreadyExists)
    try await store.insert(Self.key("one", account: "other").0)
    let revoked = try await store.revoke(
      account: "default",
      idOrName: "one",
      nowUnixMicroseconds: 9
    )
    #expect(revoked.key.id == first.key.id)
    let (second, _) = Self.key("one")
    try await store.insert(second)
    // By name the one in use; by id any; again the same.
    for (name, id) in [
      ("one", second.key.id), (first.key.id, first.key.id), ("one", second.key.id),
    ] {
      let answer = try await store.revoke(
        account: "default",
        idOrName: name,
        nowUnixMicroseconds: 11
      )
      #expect(answer.key.id == id)
      #expect(answer.key.revokedUnixMicroseconds == (id == first.key.id ? 9 : 11))
    }
    let wrong = await code {
      _ = try await store.revoke(account: "other", idOrName: first.key.id, nowUnixMicroseconds: 1)
    }
    #expect(wrong == .notFound)
  }

  @Test("a list is one account's, by age, from where the page before ended")
  func lists() async throws {
    let store = try store()
    var ids: [String] = []
    for index in 0..<5 {
      let (key, _) = Self.key("k\(index)")
      ids.append(key.key.id)
      try await store.insert(key)
      try await store.insert(Self.key("k\(index)", account: "other").0)
    }
    ids.sort()
    #expect(
      try await store.list(account: "default", afterID: nil, limit: 3).map(\.id) == Array(ids[..<3])
    )
    #expect(
      try await store.list(account: "default", afterID: ids[2], limit: 3).map(\.id)
        == Array(ids[3...])
    )
  }

  @Test("the ring knows a key by its whole secret, and the newest that it was told")
  func ring() async throws {
    let store = try store()
    let (old, oldSecret) = Self.key("old")
    try await store.insert(old)
    let ring = try await KeyRing(store)
    #expect(ring.present(oldSecret) == .key(old.key))
    let (new, newSecret) = Self.key("new")
    #expect(ring.present(newSecret) == .unknownKey)
    ring.changed(new)
    #expect(ring.present(newSecret) == .key(new.key))
    // The id of one key with the digits of another.
    let mixed = "\(oldSecret.prefix(36))\(newSecret.suffix(43))"
    #expect(ring.present(mixed) == .unknownKey)
    var revoked = new
    revoked.key.revokedUnixMicroseconds = 9
    revoked.key.revision = 2
    ring.changed(revoked)
    ring.changed(new)
    #expect(ring.present(newSecret) == .key(revoked.key))

    let service = PeerIdentity.service(suite: "s", role: "operator", instance: "1")
    #expect(ring.present(peer: service, authorization: "nonsense") == .operator)
    let trainer = PeerIdentity.service(suite: "s", role: "trainer", instance: "1")
    #expect(ring.present(peer: trainer, authorization: nil) == .nothing)
    #expect(
      ring.present(peer: .anonymous, authorization: "nonsense", secret: oldSecret) == .unreadable
    )
    #expect(ring.present(peer: .anonymous, authorization: nil, secret: oldSecret) == .key(old.key))
    #expect(ring.present(peer: .anonymous, authorization: "Bearer \(oldSecret)") == .key(old.key))
  }
}
