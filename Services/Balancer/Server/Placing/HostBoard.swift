import BalancerCore
import Discovery
import DiscoveryCore
import Primitives
import Protocols

/// What the balancer knows of the hosts: who is there, and what they last said of themselves.
struct HostBoard: Sendable {
  struct Host: Sendable {
    let key: InstanceKey
    var generation: UInt64
    var pool: String
    var address: String
    var isConnected: Bool
    var isDraining: Bool
    /// When it was last connected and obeyed; first when it was heard of.
    var goodAt: Instant
    /// Since when it answers with errors; nil when it does not.
    var failsSince: Instant?
    /// What it said last; nil before it has said anything since its start.
    var reports: [ReplicaReport]?
    /// An order is under way.
    var isBusy = false
    /// When the next order is due.
    var orderAt: Instant
  }

  /// A host that is connected and refuses orders for so long gets nothing new.
  static let failureGrace = Duration.seconds(10)

  /// By the host's name.
  private(set) var hosts: [String: Host] = [:]

  /// Takes over what the registry lists. Answers the hosts that have started anew or gone.
  mutating func update(_ statuses: [InstanceStatus], now: Instant) -> Set<String> {
    var lost: Set<String> = []
    var seen: Set<String> = []
    for status in statuses {
      let instance = status.instance
      let name = instance.key.id
      seen.insert(name)
      var host =
        hosts[name]
        ?? Host(
          key: instance.key,
          generation: instance.generation,
          pool: "",
          address: "",
          isConnected: false,
          isDraining: false,
          goodAt: now,
          orderAt: now
        )
      if host.generation != instance.generation {
        lost.insert(name)
        host.generation = instance.generation
        host.reports = nil
        host.failsSince = nil
        host.orderAt = now
      }
      if status.isConnected, !host.isConnected { host.orderAt = now }
      host.pool = instance.labels[HostPool.label] ?? ""
      host.address = instance.addresses.first?.text ?? ""
      host.isConnected = status.isConnected
      host.isDraining = instance.condition == .draining
      if host.isConnected, host.failsSince == nil { host.goodAt = now }
      hosts[name] = host
    }
    for name in hosts.keys where !seen.contains(name) {
      lost.insert(name)
      hosts[name] = nil
    }
    return lost
  }

  /// Who takes part in a plan.
  ///
  /// - Parameters:
  ///   - planned: Hosts that have replicas by the plan.
  ///   - isSettled: Who was there before the balancer's start has had the time to say so.
  ///   - grace: A host that is listed and cannot be used for so long is given up, unless there is
  ///     no other: while the whole pool is down, nothing is lost by keeping in mind who had what.
  func presence(
    planned: some Sequence<String>,
    isSettled: Bool,
    grace: Duration,
    now: Instant
  ) -> [String: HostPresence] {
    var presence: [String: HostPresence] = [:]
    if !isSettled { for name in planned where hosts[name] == nil { presence[name] = .away } }
    for (name, host) in hosts where host.pool == HostPool.managed {
      let isRefusing = host.failsSince.map { now - $0 >= HostBoard.failureGrace } ?? false
      if host.isConnected, !host.isDraining, !isRefusing {
        presence[name] = .present
      } else if now - host.goodAt < grace || !isSettled {
        presence[name] = .away
      }
    }
    if !presence.values.contains(.present) {
      for name in planned { presence[name] = .away }
    }
    return presence
  }

  // MARK: Orders

  /// Hosts that an order is due for, which counts as under way from here on.
  mutating func takeDue(now: Instant, limit: Int) -> [Host] {
    var due: [Host] = []
    let underWay = hosts.values.count { $0.isBusy }
    for name in hosts.keys.sorted() where due.count + underWay < limit {
      guard let host = hosts[name], host.pool == HostPool.managed, host.isConnected,
        !host.isBusy, host.orderAt <= now
      else { continue }
      hosts[name]?.isBusy = true
      due.append(host)
    }
    return due
  }

  /// The soonest moment at which an order is due.
  var nextOrderAt: Instant? {
    hosts.values.filter { $0.pool == HostPool.managed && $0.isConnected && !$0.isBusy }
      .map(\.orderAt).min()
  }

  mutating func orderNow(_ name: String, now: Instant) { hosts[name]?.orderAt = now }

  /// Answers false when the host has started anew since the order.
  mutating func answered(
    _ name: String,
    generation: UInt64,
    _ reports: [ReplicaReport],
    orderAt: Instant,
    now: Instant
  ) -> Bool {
    guard let host = hosts[name] else { return false }
    hosts[name]?.isBusy = false
    guard host.generation == generation else { return false }
    hosts[name]?.reports = reports
    hosts[name]?.failsSince = nil
    hosts[name]?.goodAt = now
    hosts[name]?.orderAt = orderAt
    return true
  }

  mutating func failed(_ name: String, orderAt: Instant, now: Instant) {
    guard var host = hosts[name] else { return }
    host.isBusy = false
    host.failsSince = host.failsSince ?? now
    host.orderAt = orderAt
    hosts[name] = host
  }
}
