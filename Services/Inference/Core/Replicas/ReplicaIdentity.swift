/// Which replica: of which endpoint and variant, and exactly which model version it serves.
public struct ReplicaIdentity: Hashable, Sendable, Comparable {
  public let account: String
  public let endpoint: String
  /// Of the balancer; empty when the host brought the model itself. An endpoint that was deleted
  /// and made anew under its name has another.
  public let endpointID: String
  public let variant: String
  public let model: String
  public let version: UInt32
  /// Of the manifest, in hexadecimal: the same version number with other contents is another
  /// replica (a self-hosted folder that was replaced).
  public let manifestDigest: String

  public init(
    account: String,
    endpoint: String,
    endpointID: String,
    variant: String,
    model: String,
    version: UInt32,
    manifestDigest: String
  ) {
    self.account = account
    self.endpoint = endpoint
    self.endpointID = endpointID
    self.variant = variant
    self.model = model
    self.version = version
    self.manifestDigest = manifestDigest
  }

  /// Both answer the same calls.
  public func sharesPlace(with other: ReplicaIdentity) -> Bool {
    account == other.account && endpoint == other.endpoint && endpointID == other.endpointID
      && variant == other.variant
  }

  /// By name, the newest endpoint of it first, then by variant, then the newest version first.
  public static func < (left: ReplicaIdentity, right: ReplicaIdentity) -> Bool {
    if left.account != right.account { return left.account < right.account }
    if left.endpoint != right.endpoint { return left.endpoint < right.endpoint }
    if left.endpointID != right.endpointID { return left.endpointID > right.endpointID }
    if left.variant != right.variant { return left.variant < right.variant }
    if left.model != right.model { return left.model < right.model }
    if left.version != right.version { return left.version > right.version }
    return left.manifestDigest < right.manifestDigest
  }
}
