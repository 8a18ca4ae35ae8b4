import Digests
import GatewayCore
import Persistence
import Primitives
import Protocols
import RPC
import RPCRuntime

/// Makes, revokes and lists API keys, for operators.
public final class KeysHandler: KeysService {
  private let store: any KeyStore
  private let ring: KeyRing

  public init(_ store: any KeyStore, _ ring: KeyRing) {
    self.store = store
    self.ring = ring
  }

  public func createKey(
    _ request: CreateKeyRequest,
    context: CallContext
  ) async throws -> CreateKeyResponse {
    let now = WallClock.nowUnixMicroseconds
    let problem = AccessKey.problem(
      name: request.name,
      endpoints: request.endpoints,
      expiresUnixMicroseconds: request.expiresUnixUs,
      nowUnixMicroseconds: now
    )
    if let problem { throw RPCError(.invalidArgument, problem) }
    let key = AccessKey(
      id: TimeOrderedID.make(),
      name: request.name,
      account: context.principal?.account ?? Admission.defaultAccount,
      actions: try KeysHandler.actions(request.actions),
      endpoints: Set(request.endpoints),
      expiresUnixMicroseconds: request.expiresUnixUs,
      createdUnixMicroseconds: now,
      updatedUnixMicroseconds: now
    )
    let secret = KeySecret.text(
      id: key.id,
      random: SecureRandom.bytes(count: KeySecret.randomByteCount)
    )
    let stored = StoredKey(key: key, digest: SHA256Hasher.digest(secret))
    let forgotten = try await store.insert(stored, nowUnixMicroseconds: now)
    ring.changed(stored)
    ring.forgot(forgotten)
    return CreateKeyResponse(key: APIKey(key), secret: secret)
  }

  public func revokeKey(
    _ request: RevokeKeyRequest,
    context: CallContext
  ) async throws -> RevokeKeyResponse {
    guard !request.id.isEmpty else {
      throw RPCError(.invalidArgument, "id: give the id or the name of a key")
    }
    let stored = try await store.revoke(
      account: context.principal?.account ?? Admission.defaultAccount,
      idOrName: request.id,
      nowUnixMicroseconds: WallClock.nowUnixMicroseconds
    )
    ring.changed(stored)
    return RevokeKeyResponse(key: APIKey(stored.key))
  }

  public func listKeys(
    _ request: ListKeysRequest,
    context: CallContext
  ) async throws -> ListKeysResponse {
    let limit = PageToken.pageSize(request.pageSize)
    let keys = try await store.list(
      account: context.principal?.account ?? Admission.defaultAccount,
      afterID: try PageToken.key(request.pageToken),
      // One more shows whether there is a next page.
      limit: limit + 1
    )
    let page = keys.prefix(limit)
    return ListKeysResponse(
      keys: page.map { APIKey($0) },
      nextPageToken: keys.count > limit ? page.last.map { PageToken.make($0.id) } ?? "" : ""
    )
  }

  private static func actions(_ given: [Action]) throws -> Set<KeyAction> {
    if given.isEmpty { return [.invoke] }
    var actions: Set<KeyAction> = []
    for (index, action) in given.enumerated() {
      switch action {
      case .invoke: actions.insert(.invoke)
      case .read: actions.insert(.read)
      case .manage: actions.insert(.manage)
      case .unspecified, .unrecognized:
        throw RPCError(
          .invalidArgument,
          "actions[\(index)]: is not one of ACTION_INVOKE, ACTION_READ and ACTION_MANAGE"
        )
      }
    }
    return actions
  }
}

extension APIKey {
  init(_ key: AccessKey) {
    self.init(
      id: key.id,
      name: key.name,
      account: key.account,
      actions: KeyAction.allCases.filter { key.actions.contains($0) }.map { action in
        switch action {
        case .invoke: .invoke
        case .read: .read
        case .manage: .manage
        }
      },
      endpoints: key.endpoints.sorted(),
      expiresUnixUs: key.expiresUnixMicroseconds,
      createdUnixUs: key.createdUnixMicroseconds,
      revokedUnixUs: key.revokedUnixMicroseconds
    )
  }
}
