import DiscoveryCore

/// Which of a role's instances a call may go to.
struct Wanted: Sendable {
  /// Nil: any.
  var key: String?
  /// How one of them is chosen; nil = as the channel's options say. Only with a key.
  var policy: PickPolicyName?

  static let any = Wanted()
}
