import DiscoveryCore
import Primitives
import RPC

/// How a role's instances are connected to and checked.
public struct RoleChannelOptions: Sendable {
  public var policy = AnyPickPolicy(.roundRobin)
  /// The deadline of calls that bring none.
  public var limits = WireLimits()
  public var retry = RetryPolicy()
  /// Between attempts to reach an instance.
  public var reconnectBackoff = Backoff(initial: .milliseconds(200), cap: .seconds(30))
  /// Between health checks of an instance that is well; ± 20 %.
  public var healthInterval = Duration.seconds(10)
  /// Between those of one that is not; ± 20 %.
  public var unhealthyInterval = Duration.seconds(1)
  /// An instance that cannot be reached, or a check without an answer, is given up after this.
  public var healthTimeout = Duration.seconds(5)
  /// So many UNAVAILABLE answers in a row are as bad as failed health checks.
  public var refusalThreshold = 5
  /// Calls that may wait for an instance at once.
  public var waitingCallLimit = 1000

  public init() {}
}
