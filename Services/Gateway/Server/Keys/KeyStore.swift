import Digests
import GatewayCore

/// A key with the digest of its secret.
public struct StoredKey: Sendable, Equatable {
  public var key: AccessKey
  public var digest: SHA256Digest

  public init(key: AccessKey, digest: SHA256Digest) {
    self.key = key
    self.digest = digest
  }
}

/// Where keys are kept. What was acknowledged is durable.
public protocol KeyStore: Sendable {
  /// - Throws: ALREADY_EXISTS when a key of the account that is not revoked has the name;
  ///   RESOURCE_EXHAUSTED when the account has as many as it may.
  func insert(_ key: StoredKey) async throws

  /// Revokes the key of this id or, when there is none, the one of this name. A revoked one stays
  /// as it is.
  /// - Throws: NOT_FOUND.
  func revoke(
    account: String,
    idOrName: String,
    nowUnixMicroseconds: Int64
  ) async throws -> StoredKey

  /// By id, which is by age.
  func list(account: String, afterID: String?, limit: Int) async throws -> [AccessKey]

  /// The keys of all accounts.
  func all() async throws -> [StoredKey]
}
