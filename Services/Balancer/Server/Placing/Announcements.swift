import BalancerCore
import Discovery
import DiscoveryCore
import Primitives
import Protocols
import WireCodec

/// Who announces which replica at the moment, by the attributes of the registry.
struct Announcements: Sendable {
  struct Announcer: Sendable {
    let host: String
    let key: ServingKey
    /// Of the endpoint that the host means; what it cannot have said is empty.
    let name: EndpointKey
    let model: String
    let modelVersion: UInt32
    let variant: String
    /// Calls can go there.
    let isReachable: Bool
  }

  private var announcers: [String: [Announcer]] = [:]
  private var copies: [EndpointKey: [Announcer]] = [:]

  init(_ statuses: [InstanceStatus]) {
    for status in statuses {
      let instance = status.instance
      let isReachable = status.isConnected && instance.condition == .serving
      for (name, value) in instance.attributes {
        guard let key = ServingKey(name) else { continue }
        // What cannot be read is announced all the same: calls go by the key alone.
        let said = (try? ReplicaAttribute(decoding: value)) ?? ReplicaAttribute()
        let announcer = Announcer(
          host: instance.key.id,
          key: key,
          name: EndpointKey(account: said.account, name: said.endpoint),
          model: said.model,
          modelVersion: said.modelVersion,
          variant: said.variant,
          isReachable: isReachable
        )
        announcers[name, default: []].append(announcer)
        if key.kind == .copy { copies[announcer.name, default: []].append(announcer) }
      }
    }
  }

  /// The copies that a host announces, as if it had reported them; sorted by endpoint.
  func copies(on host: String) -> [ReplicaReport] {
    copies.values.flatMap { $0 }.filter { $0.host == host }.map(\.report)
      .sorted { ($0.endpoint, $0.modelVersion) < ($1.endpoint, $1.modelVersion) }
  }

  /// Who announces exactly that.
  func of(_ key: ServingKey) -> [Announcer] { announcers[key.text] ?? [] }

  /// Copies of whatever model that are meant for an endpoint.
  func copies(for name: EndpointKey) -> [Announcer] { copies[name] ?? [] }
}

extension Announcements.Announcer {
  /// As if the host had reported it.
  var report: ReplicaReport {
    ReplicaReport(
      endpoint: name.name,
      variant: variant,
      model: model,
      modelVersion: modelVersion,
      state: .ready
    )
  }
}
