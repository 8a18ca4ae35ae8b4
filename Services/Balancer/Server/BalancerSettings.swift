import DiscoveryCore
import Settings

/// The settings of the balancer's own.
public struct BalancerSettings: Sendable {
  public let lease = Setting(
    "registry.lease",
    .duration(.seconds(1)...(.seconds(3600))),
    default: LeaseTerms().duration,
    doc: "an instance that does not renew its lease for so long is taken off the list"
  )
  public let beat = Setting(
    "registry.beat",
    .duration(.milliseconds(100)...(.seconds(1800))),
    default: LeaseTerms().beatInterval,
    doc: "how often instances renew their leases; at most half a lease"
  )
  public let interval = Setting(
    "reconcile.interval",
    .duration(.milliseconds(100)...(.seconds(60))),
    default: .seconds(2),
    doc: "how often each managed host is told what it shall serve, when all is as it should be"
  )
  public let fastInterval = Setting(
    "reconcile.fast-interval",
    .duration(.milliseconds(10)...(.seconds(10))),
    default: .milliseconds(250),
    doc: "the same while a replica is being loaded or unloaded"
  )
  public let hostGrace = Setting(
    "hosts.grace",
    .duration(.seconds(1)...(.seconds(3600))),
    default: .seconds(30),
    doc: "a host that is listed and cannot be reached keeps its replicas for so long"
  )
  public let placingDelay = Setting(
    "hosts.placing-delay",
    .duration(.zero...(.seconds(3600))),
    default: .seconds(5),
    doc:
      "after its start the balancer places no replica for so long, so that hosts which start with "
      + "it share them; replicas that a host had before stay with it"
  )
  public let endpointLimit = Setting(
    "endpoints.limit",
    .integer(1...1000),
    default: 1000,
    doc: "how many endpoints there may be, of all accounts together"
  )

  public init() {}

  /// For the declaration of the executable.
  public var all: [any AnySetting] {
    [lease, beat, interval, fastInterval, hostGrace, placingDelay, endpointLimit]
  }

  public func terms(_ settings: ResolvedSettings) -> LeaseTerms {
    LeaseTerms(duration: settings[lease], beatInterval: settings[beat])
  }
}
