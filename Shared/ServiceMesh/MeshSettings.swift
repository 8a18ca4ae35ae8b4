import Discovery
import DiscoveryCore
import Settings

/// The settings by which a service finds the others, and keeps what is its own.
public struct MeshSettings: Sendable {
  public let instances = Setting(
    required: "discovery.instances",
    SettingType<StaticList>.staticList,
    doc: "where the registry is (role balancer); roles listed here are not looked up in it"
  )
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
  public let stateFolder = Setting(
    required: "state.folder",
    .path,
    doc: "the folder that keeps what this service must not forget; made when missing"
  )

  public init() {}

  /// For the declaration of the executable.
  public var all: [any AnySetting] { [instances, policy, advertised, stateFolder] }
}
