/// On whose behalf a call is made, as the gateway established it. Other services believe it only
/// from the roles in `trustedRoles`.
public struct Principal: Sendable, Hashable {
  public var account: String
  public var keyID: String

  public init(account: String, keyID: String) {
    self.account = account
    self.keyID = keyID
  }

  /// The roles that may speak for somebody else.
  public static let trustedRoles: Set<String> = [
    "gateway", "balancer", "trainer", "inference", "local",
  ]
}
