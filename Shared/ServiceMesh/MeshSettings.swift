import Discovery
import DiscoveryCore
import Settings

/// The settings by which a service finds the others, and keeps what is its own.
public struct MeshSettings: Sendable {
  public let instances: Setting<StaticList>
  public let policy = Setting(
    "discovery.policy",
    .pickPolicy,
    default: .roundRobin,
    doc: "how calls are spread over the instances of a role"
  )
  public let advertised = Setting(
    "listen.advertised",
    SettingType<String>.text(maximumBytes: 255).optional,
    default: nil,
    doc: "the host under which others reach this one; by default the host that is listened on"
  )
  public let drainNotice = Setting(
    "discovery.drain-notice",
    .duration(.zero...(.seconds(60))),
    default: .seconds(1),
    doc: "how long a stopping service still takes calls, so that others hear that it stops"
  )
  public let stateFolder = Setting(
    required: "state.folder",
    .path,
    doc: "the folder that keeps what this service must not forget; made when missing"
  )

  /// - Parameter hostsRegistry: This service is the registry: it need not be told where it is.
  public init(hostsRegistry: Bool = false) {
    let name = "discovery.instances"
    let doc = "where the registry is (role balancer); roles listed here are not looked up in it"
    let type = SettingType<StaticList>.staticList
    instances =
      hostsRegistry
      ? Setting(name, type, default: StaticList(instances: []), doc: doc)
      : Setting(required: name, type, doc: doc)
  }

  /// For the declaration of the executable.
  public var all: [any AnySetting] { [instances, policy, advertised, drainNotice, stateFolder] }
}
