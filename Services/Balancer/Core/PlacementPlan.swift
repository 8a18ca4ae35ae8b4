import Primitives

/// Which host has which replicas. Pure, and the same for the same history.
///
/// A replica that is placed stays where it is, as long as its host does. A host that is away keeps
/// what it has; when it is gone its replicas are placed elsewhere. A host that failed to load a
/// replica loses it, and gets it again when no other host is left, after a pause that doubles.
///
/// When one host has two replicas more than another, which came late or lost what it had, one of
/// them moves: it is placed on the other as well, and leaves the first when calls go to the other.
///
/// Invariants: a host has a replica at most once; a replica has more hosts than were asked for only
/// until as many as were asked for are ready; `revision` rises with every change of `assignments`.
public struct PlacementPlan: Sendable, Equatable {
  /// Between the failures of one load on one host.
  public static let firstPause = Duration.seconds(1)
  public static let longestPause = Duration.seconds(60)
  /// So often every host has to fail before an endpoint counts as failed.
  public static let hopelessCount = 2

  struct Trouble: Sendable, Equatable {
    var count: Int
    var retryAt: Instant
    var words: String
    /// The host still has the replica that failed: it has to forget it before it tries again.
    var mustLeave: Bool
  }

  public private(set) var revision: UInt64
  /// By host; hosts without replicas are not in it.
  public private(set) var assignments: [String: Set<ReplicaKey>]
  public let capacity: HostCapacity
  /// The revision since which a host has a replica, by host.
  private var since: [String: [ReplicaKey: UInt64]] = [:]
  private var ready: [String: Set<ReplicaKey>] = [:]
  /// What calls find on each host, by the registry.
  private var served: [String: Set<ReplicaKey>] = [:]
  private var troubles: [ReplicaKey: [String: Trouble]] = [:]

  /// - Parameters: What the last plan was, from disk.
  public init(
    revision: UInt64 = 0,
    assignments: [String: Set<ReplicaKey>] = [:],
    capacity: HostCapacity = HostCapacity()
  ) {
    self.revision = revision
    self.assignments = assignments.filter { !$0.value.isEmpty }
    self.capacity = capacity
    for (host, keys) in assignments {
      for key in keys { since[host, default: [:]][key] = revision }
    }
  }

  public func hosts(of key: ReplicaKey) -> [String] {
    assignments.filter { $0.value.contains(key) }.keys.sorted()
  }

  /// Why the last load that failed did, and where; nil when none has.
  public func lastFailure(of key: ReplicaKey) -> (host: String, words: String)? {
    troubles[key]?.max { ($0.value.retryAt, $1.key) < ($1.value.retryAt, $0.key) }
      .map { ($0.key, $0.value.words) }
  }

  /// Every one of `hosts` has failed to load it, and more than once.
  public func isHopeless(_ key: ReplicaKey, on hosts: some Collection<String>) -> Bool {
    guard !hosts.isEmpty, let troubles = troubles[key] else { return false }
    return hosts.allSatisfy { (troubles[$0]?.count ?? 0) >= PlacementPlan.hopelessCount }
  }

  // MARK: Events

  /// Brings the assignments to what there shall be.
  ///
  /// - Parameters:
  ///   - calm: How much may be begun.
  ///   - floor: A changed plan's revision is at least this: the clock, so that it rises also after
  ///     the plan on disk was lost.
  public mutating func plan(
    _ demands: [Demand],
    on hosts: [String: HostPresence],
    now: Instant,
    calm: Calm = .complete,
    floor: UInt64 = 0
  ) -> OnPlan {
    let demands = demands.sorted { $0.key < $1.key }
    forget(except: demands, hosts)
    var pass = PlacementPass(hosts: hosts, capacity: capacity)
    for demand in demands { keep(demand, &pass) }
    var outcome = OnPlan()
    switch calm {
    case .none:
      for demand in demands where pass.count(of: demand.key) < demand.replicaCount {
        outcome.shortfalls[demand.key] = .hostsAreComing
      }
    case .hostsHaveCome: fill(demands, &pass, now: now, &outcome)
    case .complete:
      fill(demands, &pass, now: now, &outcome)
      move(demands, &pass)
    }
    let next = pass.assignments.filter { !$0.value.isEmpty }
    for host in Set(assignments.keys).union(next.keys)
    where assignments[host] ?? [] != next[host] ?? [] {
      outcome.changedHosts.insert(host)
    }
    if !outcome.changedHosts.isEmpty { adopt(next, floor: floor) }
    return outcome
  }

  /// A host has answered to the plan of `revision`.
  public mutating func reported(
    by host: String,
    revision answered: UInt64,
    _ reports: [ReplicaKey: ReplicaProgress],
    now: Instant
  ) -> OnReport {
    guard answered <= revision else { return .outdated }
    var failed: [ReplicaKey] = []
    var isCurrent = false
    for key in assignments[host, default: []].sorted() {
      guard let begun = since[host]?[key], begun <= answered else { continue }
      isCurrent = true
      switch reports[key] {
      case nil, .loading: ready[host]?.remove(key)
      case .ready:
        ready[host, default: []].insert(key)
        troubles[key]?[host] = nil
      case .failed(let words):
        ready[host]?.remove(key)
        if troubles[key]?[host]?.mustLeave ?? false { continue }
        fail(key, on: host, words, now: now)
        failed.append(key)
      }
    }
    if !failed.isEmpty { return .failed(failed) }
    return isCurrent || (assignments[host] ?? []).isEmpty ? .noted : .outdated
  }

  /// A host has started anew, or went: what it had loaded is not ready any more.
  public mutating func restarted(_ host: String) { ready[host] = nil }

  /// What each host announces to the registry.
  public mutating func announced(_ replicas: [String: Set<ReplicaKey>]) { served = replicas }

  /// A host follows the plan of that number, which is newer than this one: what is planned gets a
  /// number above it at once, also when this clock is behind whatever numbered that plan.
  public mutating func renumber(above newest: UInt64, floor: UInt64) {
    revision = max(revision, min(newest, PlacementPlan.highestRevision - 1)) + 1
    revision = max(revision, min(floor, PlacementPlan.highestRevision))
  }

  /// What hosts and the store take.
  static let highestRevision = UInt64(Int64.max)

  // MARK: Parts of a plan

  private mutating func fail(_ key: ReplicaKey, on host: String, _ words: String, now: Instant) {
    let count = (troubles[key]?[host]?.count ?? 0) + 1
    let pause = PlacementPlan.firstPause * (1 << min(count - 1, 16))
    troubles[key, default: [:]][host] = Trouble(
      count: count,
      retryAt: now + min(pause, PlacementPlan.longestPause),
      words: words,
      mustLeave: true
    )
  }

  private mutating func forget(except demands: [Demand], _ hosts: [String: HostPresence]) {
    let wanted = Set(demands.map(\.key))
    troubles = troubles.filter { wanted.contains($0.key) }
      .mapValues { $0.filter { hosts[$0.key] != nil } }
      .filter { !$0.value.isEmpty }
    ready = ready.filter { hosts[$0.key] != nil }
    served = served.filter { hosts[$0.key] != nil }
  }

  /// Calls that go there now are answered there.
  private func serves(_ key: ReplicaKey, on host: String) -> Bool {
    ready[host]?.contains(key) ?? false && served[host]?.contains(key) ?? false
  }

  /// What is placed already and may stay. Where there are more than asked for, none goes before as
  /// many as asked for are ready: then those that are not go first, those on hosts that are away
  /// next, then those on the hosts that have most.
  private mutating func keep(_ demand: Demand, _ pass: inout PlacementPass) {
    let key = demand.key
    var holders: [String] = []
    for host in hosts(of: key) where pass.hosts[host] != nil {
      if troubles[key]?[host]?.mustLeave ?? false {
        troubles[key]?[host]?.mustLeave = false
        pass.left.insert(Placed(host: host, key: key))
        continue
      }
      holders.append(host)
    }
    if holders.count > demand.replicaCount {
      let serving = holders.count { serves(key, on: $0) && pass.hosts[$0] == .present }
      if serving >= demand.replicaCount {
        func rank(_ host: String) -> (Int, Int, Int, String) {
          let isReady = serves(key, on: host)
          let isPresent = pass.hosts[host] == .present
          return (isReady ? 0 : 1, isPresent ? 0 : 1, assignments[host]?.count ?? 0, host)
        }
        holders.sort { rank($0) < rank($1) }
        holders.removeSubrange(demand.replicaCount...)
      }
    }
    for host in holders { pass.place(demand, on: host) }
  }

  /// The first replica of every endpoint comes before the second of any.
  private func fill(
    _ demands: [Demand],
    _ pass: inout PlacementPass,
    now: Instant,
    _ outcome: inout OnPlan
  ) {
    let most = demands.map(\.replicaCount).max() ?? 0
    for round in 0..<most {
      for demand in demands where round < demand.replicaCount {
        guard pass.count(of: demand.key) <= round, outcome.shortfalls[demand.key] == nil else {
          continue
        }
        let troubles = troubles[demand.key] ?? [:]
        let open = pass.hosts.keys.filter {
          pass.takes(demand, on: $0) && (troubles[$0]?.retryAt ?? now) <= now
            && !pass.left.contains(Placed(host: $0, key: demand.key))
        }
        let best = open.min {
          (troubles[$0]?.count ?? 0, pass.load($0), $0)
            < (troubles[$1]?.count ?? 0, pass.load($1), $1)
        }
        if let best {
          pass.place(demand, on: best)
          continue
        }
        let lack = shortfall(demand, pass, now: now)
        outcome.shortfalls[demand.key] = lack
        if case .hostsFailed(let retryAt) = lack {
          outcome.wakeAt = min(outcome.wakeAt ?? retryAt, retryAt)
        }
      }
    }
  }

  /// Begins to move one replica, when all that is placed is ready: from the host that has most to
  /// the one that has least, where that makes a difference.
  private func move(_ demands: [Demand], _ pass: inout PlacementPass) {
    let present = pass.hosts.filter { $0.value == .present }.keys
      .sorted { (pass.load($0), $0) < (pass.load($1), $1) }
    for demand in demands {
      guard pass.count(of: demand.key) <= demand.replicaCount else { return }
    }
    for host in present {
      guard (pass.assignments[host] ?? []).allSatisfy({ serves($0, on: host) }) else { return }
    }
    guard let target = present.first, let most = present.last,
      pass.load(most) >= pass.load(target) + 2
    else { return }
    for source in present.reversed() where pass.load(source) >= pass.load(target) + 2 {
      let movable = demands.first {
        pass.has($0.key, on: source) && pass.takes($0, on: target)
          && troubles[$0.key]?[target] == nil
      }
      if let movable { return pass.place(movable, on: target) }
    }
  }

  private func shortfall(_ demand: Demand, _ pass: PlacementPass, now: Instant) -> Shortfall {
    if pass.hosts.isEmpty { return .noHosts }
    let troubles = troubles[demand.key] ?? [:]
    let retries = troubles.filter { pass.takes(demand, on: $0.key) }.map(\.value.retryAt)
    if let first = retries.min() { return .hostsFailed(retryAt: max(first, now)) }
    let free = pass.hosts.keys.filter { !pass.has(demand.key, on: $0) }
    if free.isEmpty {
      return .tooFewHosts(hostCount: pass.hosts.count)
    }
    return free.contains { pass.hosts[$0] == .present } ? .hostsAreFull : .hostsAreAway
  }

  private mutating func adopt(_ next: [String: Set<ReplicaKey>], floor: UInt64) {
    revision = max(revision + 1, floor)
    for (host, keys) in next {
      let old = assignments[host] ?? []
      since[host] = Dictionary(
        uniqueKeysWithValues: keys.map { key in
          (key, old.contains(key) ? since[host]?[key] ?? revision : revision)
        }
      )
      ready[host]?.formIntersection(keys)
    }
    since = since.filter { next[$0.key] != nil }
    ready = ready.filter { next[$0.key] != nil }
    assignments = next
  }
}
