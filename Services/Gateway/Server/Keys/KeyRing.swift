import Digests
import GatewayCore
import Primitives
import Synchronization

/// All keys in memory, so that to judge a call costs a look-up and a digest and no statement.
///
/// This process is the only one that changes its keys: it tells the ring after each change, before
/// it answers, so a revoked key opens nothing from that answer on.
public final class KeyRing: Sendable {
  private let keys: Mutex<[String: StoredKey]>

  /// Reads all keys.
  /// - Throws: what the store throws.
  public init(_ store: any KeyStore) async throws {
    let all = try await store.all()
    keys = Mutex(Dictionary(all.map { ($0.key.id, $0) }) { first, _ in first })
  }

  /// A key was made or changed. An older state than is known changes nothing: two changes may come
  /// back from the store in either order.
  func changed(_ stored: StoredKey) {
    keys.withLock { keys in
      if let known = keys[stored.key.id], known.key.revision >= stored.key.revision { return }
      keys[stored.key.id] = stored
    }
  }

  /// Keys that ended long ago are not known any more.
  func forgot(_ ids: [String]) {
    guard !ids.isEmpty else { return }
    keys.withLock { keys in for id in ids { keys[id] = nil } }
  }

  /// Who shows this secret.
  public func present(_ secret: String) -> Admission.Presented {
    guard let id = KeySecret.id(in: secret), let stored = keys.withLock({ $0[id] }),
      stored.digest.isEqualInConstantTime(to: SHA256Hasher.digest(secret))
    else { return .unknownKey }
    return .key(stored.key)
  }

  /// Who made a request: by certificate, or by a key in the words of `authorization` or alone.
  public func present(
    peer: PeerIdentity,
    authorization: String?,
    secret: String? = nil
  ) -> Admission.Presented {
    if peer.role == "operator" { return .operator }
    if let authorization {
      guard let secret = BearerToken.read(authorization) else { return .unreadable }
      return present(secret)
    }
    guard let secret else { return .nothing }
    return present(secret)
  }
}
