import Primitives

/// Which host has which replicas. Pure, and the same for the same history.
///
/// A replica that is placed stays where it is, as long as its host does: hosts that come get only
/// what is missing. A host that is away keeps what it has; when it is gone its replicas are placed
/// elsewhere. A host that failed to load a replica loses it, and gets it again when no other host
/// is left, after a pause that doubles.
///
/// Invariants: a host has a replica at most once; a replica has at most as many hosts as were asked
/// for; `revision` rises with every change of `assignments`.
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
  /// - Parameter floor: A changed plan's revision is at least this: the clock, so that it rises
  ///   also after the plan on disk was lost.
  public mutating func plan(
    _ demands: [Demand],
    on hosts: [String: HostPresence],
    now: Instant,
    floor: UInt64 = 0
  ) -> OnPlan {
    let demands = demands.sorted { $0.key < $1.key }
    forget(except: demands, hosts)
    var pass = PlacementPass(hosts: hosts, capacity: capacity)
    for demand in demands { keep(demand, &pass) }
    var outcome = OnPlan()
    fill(demands, &pass, now: now, &outcome)
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

  /// A host has seen a newer plan than this one: what is planned gets a number above.
  public mutating func renumber(floor: UInt64) { revision = max(revision + 1, floor) }

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
  }

  /// What is placed already and may stay: the ready ones before others, those on hosts that are
  /// present before those on hosts that are away.
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
    func rank(_ host: String) -> (Int, Int, String) {
      let isReady = ready[host]?.contains(key) ?? false
      return (isReady ? 0 : 1, pass.hosts[host] == .present ? 0 : 1, host)
    }
    for host in holders.sorted(by: { rank($0) < rank($1) }).prefix(demand.replicaCount) {
      pass.place(demand, on: host)
    }
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

  private func shortfall(_ demand: Demand, _ pass: PlacementPass, now: Instant) -> Shortfall {
    if pass.hosts.isEmpty { return .noHosts }
    let troubles = troubles[demand.key] ?? [:]
    let retries = troubles.filter { pass.takes(demand, on: $0.key) }.map(\.value.retryAt)
    if let first = retries.min() { return .hostsFailed(retryAt: max(first, now)) }
    let free = pass.hosts.keys.filter { !pass.has(demand.key, on: $0) }
    if free.isEmpty {
      return .tooFewHosts(wanted: demand.replicaCount, hostCount: pass.hosts.count)
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

/// A replica on a host.
struct Placed: Hashable {
  let host: String
  let key: ReplicaKey
}

/// One run of planning.
struct PlacementPass {
  let hosts: [String: HostPresence]
  let capacity: HostCapacity
  private(set) var assignments: [String: Set<ReplicaKey>] = [:]
  private var counts: [ReplicaKey: Int] = [:]
  private var weights: [String: Int] = [:]
  /// Taken away in this run, because they failed: not given back in the same one.
  var left: Set<Placed> = []

  init(hosts: [String: HostPresence], capacity: HostCapacity) {
    self.hosts = hosts
    self.capacity = capacity
  }

  func count(of key: ReplicaKey) -> Int { counts[key] ?? 0 }
  func load(_ host: String) -> Int { assignments[host]?.count ?? 0 }
  func has(_ key: ReplicaKey, on host: String) -> Bool { assignments[host]?.contains(key) ?? false }

  /// Whether it may get one more.
  func takes(_ demand: Demand, on host: String) -> Bool {
    hosts[host] == .present && !has(demand.key, on: host) && load(host) < capacity.replicaCount
      && (weights[host] ?? 0) + demand.weightBytes <= capacity.weightBytes
  }

  mutating func place(_ demand: Demand, on host: String) {
    assignments[host, default: []].insert(demand.key)
    counts[demand.key, default: 0] += 1
    weights[host, default: 0] += demand.weightBytes
  }
}
