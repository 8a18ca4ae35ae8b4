/// Which replica: an endpoint's variant, and exactly which model version it serves.
public struct ReplicaIdentity: Hashable, Sendable, Comparable {
  public let account: String
  public let endpoint: String
  public let variant: String
  public let model: String
  public let version: UInt32
  /// Of the manifest, in hexadecimal: the same version number with other contents is another
  /// replica (a self-hosted folder that was replaced).
  public let manifestDigest: String

  public init(
    account: String,
    endpoint: String,
    variant: String,
    model: String,
    version: UInt32,
    manifestDigest: String
  ) {
    self.account = account
    self.endpoint = endpoint
    self.variant = variant
    self.model = model
    self.version = version
    self.manifestDigest = manifestDigest
  }

  /// Both answer the same calls.
  public func sharesPlace(with other: ReplicaIdentity) -> Bool {
    account == other.account && endpoint == other.endpoint && variant == other.variant
  }

  /// By place, then the newest version first.
  public static func < (left: ReplicaIdentity, right: ReplicaIdentity) -> Bool {
    if left.account != right.account { return left.account < right.account }
    if left.endpoint != right.endpoint { return left.endpoint < right.endpoint }
    if left.variant != right.variant { return left.variant < right.variant }
    if left.model != right.model { return left.model < right.model }
    if left.version != right.version { return left.version > right.version }
    return left.manifestDigest < right.manifestDigest
  }
}
