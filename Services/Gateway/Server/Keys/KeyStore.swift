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

/// How many keys an account has, and for how long those that ended stay to be looked at.
public struct KeyLimits: Sendable {
  /// Keys in use: neither revoked nor expired.
  public var inUseCount = 10_000
  /// From a key's revocation or expiry until it is forgotten.
  public var endedKept = Duration.seconds(90 * 86_400)
  /// Ended keys of one account that are kept at most; the first that ended go first.
  public var endedCount = 10_000

  public init() {}
}

/// Where keys are kept. What was acknowledged is durable.
public protocol KeyStore: Sendable {
  /// A key that has expired gives up its name. Ended keys that were kept for long enough are
  /// forgotten.
  /// - Returns: The ids of those that were forgotten.
  /// - Throws: ALREADY_EXISTS when a key of the account in use has the name; RESOURCE_EXHAUSTED
  ///   when the account has as many in use as it may.
  @discardableResult
  func insert(_ key: StoredKey, nowUnixMicroseconds: Int64) async throws -> [String]

  /// Forgets the ended keys of all accounts that were kept for long enough.
  func forgetEnded(nowUnixMicroseconds: Int64) async throws

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
