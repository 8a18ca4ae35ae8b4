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
  private var announcedBytes: [String: Int] = [:]
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
      && (announcedBytes[host] ?? 0) + demand.announcedBytes <= capacity.announcedBytes
  }

  mutating func place(_ demand: Demand, on host: String) {
    assignments[host, default: []].insert(demand.key)
    counts[demand.key, default: 0] += 1
    weights[host, default: 0] += demand.weightBytes
    announcedBytes[host, default: 0] += demand.announcedBytes
  }
}
