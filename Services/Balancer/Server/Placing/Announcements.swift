import BalancerCore
import Discovery
import DiscoveryCore
import Primitives
import Protocols
import WireCodec

/// Who announces which endpoint at the moment, by the attributes of the registry.
struct Announcements: Sendable {
  struct Announcer: Sendable {
    let host: String
    let pool: String
    let model: String
    let modelVersion: UInt32
    let variant: String
    /// Calls can go there.
    let isReachable: Bool
  }

  private static let prefix = "endpoints/"
  private var announcers: [String: [Announcer]] = [:]

  init(_ statuses: [InstanceStatus]) {
    for status in statuses {
      let instance = status.instance
      let isReachable = status.isConnected && instance.condition == .serving
      for (name, value) in instance.attributes where name.hasPrefix(Announcements.prefix) {
        // What cannot be read is announced all the same: calls go by the name alone.
        let said = (try? ReplicaAttribute(decoding: value)) ?? ReplicaAttribute()
        announcers[name, default: []].append(
          Announcer(
            host: instance.key.id,
            pool: instance.labels[HostPool.label] ?? "",
            model: said.model,
            modelVersion: said.modelVersion,
            variant: said.variant,
            isReachable: isReachable
          )
        )
      }
    }
  }

  /// What a host announces, as if it had reported it; sorted by endpoint.
  func replicas(on host: String) -> [ReplicaReport] {
    announcers.compactMap { key, announcers in
      guard let announcer = announcers.first(where: { $0.host == host }) else { return nil }
      return ReplicaReport(
        endpoint: String(key.dropFirst(Announcements.prefix.count)),
        variant: announcer.variant,
        model: announcer.model,
        modelVersion: announcer.modelVersion,
        state: .ready
      )
    }
    .sorted { $0.endpoint < $1.endpoint }
  }

  /// Who announces an endpoint, by its `endpoints/NAME`.
  func of(_ servingKey: String) -> [Announcer] { announcers[servingKey] ?? [] }
}
