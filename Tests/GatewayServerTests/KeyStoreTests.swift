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
  private static func key(
    _ name: String,
    account: String = "default",
    expires: Int64 = 77
  ) -> (StoredKey, String) {
    let id = TimeOrderedID.make()
    let secret = KeySecret.text(id: id, random: SecureRandom.bytes(count: 32))
    let key = AccessKey(
      id: id,
      name: name,
      account: account,
      actions: [.invoke, .manage],
      endpoints: ["a", "b-c"],
      expiresUnixMicroseconds: expires,
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
    try await GRDBKeyStore(first).insert(key, nowUnixMicroseconds: 5)
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
    try await store.insert(first, nowUnixMicroseconds: 5)
    #expect(
      await code { try await store.insert(Self.key("one").0, nowUnixMicroseconds: 5) }
        == .alreadyExists
    )
    try await store.insert(Self.key("one", account: "other").0, nowUnixMicroseconds: 5)
    let revoked = try await store.revoke(
      account: "default",
      idOrName: "one",
      nowUnixMicroseconds: 9
    )
    #expect(revoked.key.id == first.key.id)
    let (second, _) = Self.key("one")
    try await store.insert(second, nowUnixMicroseconds: 5)
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

  @Test("ended keys neither count nor keep their name, and are forgotten after their time")
  func endedKeys() async throws {
    var limits = KeyLimits()
    limits.inUseCount = 2
    limits.endedKept = .milliseconds(1)
    let store = GRDBKeyStore(
      try EmbeddedDatabase(inMemoryWith: GRDBKeyStore.migrations),
      limits: limits
    )
    func insert(_ name: String, expires: Int64, now: Int64) async throws -> (String, [String]) {
      let (key, _) = Self.key(name, expires: expires)
      return (key.key.id, try await store.insert(key, nowUnixMicroseconds: now))
    }
    func ids() async throws -> Set<String> { Set(try await store.all().map(\.key.id)) }
    let (revoked, _) = try await insert("a", expires: 0, now: 10)
    let (expired, _) = try await insert("b", expires: 100, now: 10)
    #expect(await code { _ = try await insert("c", expires: 0, now: 20) } == .resourceExhausted)
    _ = try await store.revoke(account: "default", idOrName: "a", nowUnixMicroseconds: 50)
    let (third, _) = try await insert("c", expires: 0, now: 60)
    #expect(await code { _ = try await insert("d", expires: 0, now: 99) } == .resourceExhausted)
    // At 100 `b` has expired: its place and its name are free, and it stays to be looked at.
    let (second, forgotten) = try await insert("b", expires: 0, now: 100)
    #expect(forgotten.isEmpty)
    #expect(try await ids() == [revoked, expired, third, second])
    let kept = try await store.all().first { $0.key.id == expired }
    #expect(kept?.key.revokedUnixMicroseconds == 100 && kept?.key.revision == 2)
    // A millisecond after its end each is forgotten, whoever asks first.
    _ = try await store.revoke(account: "default", idOrName: "c", nowUnixMicroseconds: 200)
    let (_, gone) = try await insert("e", expires: 0, now: 1051)
    #expect(gone == [revoked])
    try await store.forgetEnded(nowUnixMicroseconds: 1101)
    let afterSecond = try await ids()
    #expect(!afterSecond.contains(expired) && afterSecond.contains(third))
    try await store.forgetEnded(nowUnixMicroseconds: 10_000)
    let left = try await ids()
    #expect(left.count == 2 && left.contains(second))
  }

  @Test("more ended keys than are kept push out those that ended first, of their account alone")
  func surplusKeys() async throws {
    var limits = KeyLimits()
    limits.endedCount = 2
    let store = GRDBKeyStore(
      try EmbeddedDatabase(inMemoryWith: GRDBKeyStore.migrations),
      limits: limits
    )
    let (other, _) = Self.key("other", account: "other", expires: 1)
    try await store.insert(other, nowUnixMicroseconds: 5)
    var ended: [String] = []
    for index in 0..<4 {
      let (key, _) = Self.key("k", expires: 0)
      let forgotten = try await store.insert(key, nowUnixMicroseconds: Int64(10 + index))
      #expect(forgotten == (index == 3 ? [ended[0]] : []))
      ended.append(key.key.id)
      _ = try await store.revoke(
        account: "default",
        idOrName: "k",
        nowUnixMicroseconds: Int64(10 + index)
      )
    }
    #expect(try await store.all().contains { $0.key.id == other.key.id })
  }

  @Test("a list is one account's, by age, from where the page before ended")
  func lists() async throws {
    let store = try store()
    var ids: [String] = []
    for index in 0..<5 {
      let (key, _) = Self.key("k\(index)")
      ids.append(key.key.id)
      try await store.insert(key, nowUnixMicroseconds: 5)
      try await store.insert(
        Self.key("k\(index)", account: "other").0,
        nowUnixMicroseconds: 5
      )
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
    try await store.insert(old, nowUnixMicroseconds: 5)
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

    ring.forgot([new.key.id])
    #expect(ring.present(newSecret) == .unknownKey)

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
