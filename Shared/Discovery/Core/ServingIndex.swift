import Primitives

/// Which targets serve what, for calls that only some instances of a role can answer. A policy's
/// state is kept for each key, so that calls of one key take turns whatever others do.
///
/// Kept up to date by changes; a pick looks at the targets of its key alone. Keys are the names of
/// attributes, and `name=value` of labels.
///
/// Invariants: a group has at least one position; its positions rise, and `candidates` run beside.
struct ServingIndex<Policy: PickPolicy>: Sendable {
  /// Keys of one set. Those that come later are not served by key until others have gone.
  static var keyLimit: Int { 65_536 }

  fileprivate struct Group: Sendable {
    var positions: [Int]
    var candidates: [Candidate]
    /// The policies have not heard of the candidates as they are.
    var isStale = true
    var own: Policy
    var roundRobin = RoundRobin()
    var leastOutstanding = LeastOutstandingRequests()
  }

  enum Pick: Equatable {
    case target(at: Int)
    /// Those that serve it cannot be reached, or drain, or are unwell.
    case outOfReach(count: Int)
    case nobody
  }

  private let policy: Policy
  private let limit: Int
  private var groups: [String: Group] = [:]
  /// A key found no place.
  private(set) var hasLeftOut = false

  init(policy: Policy, limit: Int = ServingIndex.keyLimit) {
    self.policy = policy
    self.limit = limit
  }

  var keyCount: Int { groups.count }
  /// There may be a place now for keys that found none.
  var shouldStartAnew: Bool { hasLeftOut && groups.count < limit }

  static func keys(of instance: Instance) -> Set<String> {
    var keys = Set(instance.attributes.keys)
    for (name, value) in instance.labels { keys.insert("\(name)=\(value)") }
    return keys
  }

  // MARK: Changes

  mutating func removeAll() {
    groups.removeAll()
    hasLeftOut = false
  }

  mutating func add(_ position: Int, _ candidate: Candidate, to keys: some Sequence<String>) {
    for key in keys {
      if groups[key] == nil {
        guard groups.count < limit else {
          hasLeftOut = true
          continue
        }
        groups[key] = Group(positions: [position], candidates: [candidate], own: policy)
        continue
      }
      groups[key]?.add(position, candidate)
    }
  }

  mutating func remove(_ position: Int, from keys: some Sequence<String>) {
    for key in keys where groups[key]?.remove(position) ?? false { groups[key] = nil }
  }

  mutating func changed(_ position: Int, to candidate: Candidate, keys: some Sequence<String>) {
    for key in keys { groups[key]?.change(position, to: candidate) }
  }

  // MARK: Calls

  /// - Parameters:
  ///   - name: The policy; nil = the one that the set was made with.
  ///   - all: The set's candidates, whose calls under way count.
  mutating func pick(
    _ key: String,
    by name: PickPolicyName?,
    avoiding avoided: Int?,
    among all: [Candidate],
    using generator: inout some RandomNumberGenerator
  ) -> Pick {
    guard let place = groups.index(forKey: key) else { return .nobody }
    return groups.values[place].pick(by: name, avoiding: avoided, among: all, using: &generator)
  }
}

extension ServingIndex.Group {
  /// Where `position` is, or belongs.
  private func place(of position: Int) -> Int {
    var (low, high) = (0, positions.count)
    while low < high {
      let middle = (low + high) / 2
      if positions[middle] < position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func index(of position: Int) -> Int? {
    let place = place(of: position)
    return place < positions.count && positions[place] == position ? place : nil
  }

  fileprivate mutating func add(_ position: Int, _ candidate: Candidate) {
    let place = place(of: position)
    if place < positions.count, positions[place] == position {
      return change(position, to: candidate)
    }
    positions.insert(position, at: place)
    candidates.insert(candidate, at: place)
    isStale = true
  }

  /// True when nobody is left.
  fileprivate mutating func remove(_ position: Int) -> Bool {
    guard let place = index(of: position) else { return false }
    positions.remove(at: place)
    candidates.remove(at: place)
    isStale = true
    return positions.isEmpty
  }

  fileprivate mutating func change(_ position: Int, to candidate: Candidate) {
    guard let place = index(of: position) else { return }
    let old = candidates[place]
    candidates[place] = candidate
    if old.weight != candidate.weight || old.isEligible != candidate.isEligible { isStale = true }
  }

  fileprivate mutating func pick(
    by name: PickPolicyName?,
    avoiding avoided: Int?,
    among all: [Candidate],
    using generator: inout some RandomNumberGenerator
  ) -> ServingIndex.Pick {
    for place in positions.indices { candidates[place].inFlight = all[positions[place]].inFlight }
    if isStale {
      isStale = false
      own.candidatesChanged(candidates, using: &generator)
      roundRobin.candidatesChanged(candidates, using: &generator)
      leastOutstanding.candidatesChanged(candidates, using: &generator)
    }
    if let avoided, let place = index(of: avoided), candidates[place].isEligible {
      candidates[place].isEligible = false
      let picked = choose(by: name, using: &generator)
      candidates[place].isEligible = true
      if let picked { return .target(at: positions[picked]) }
    }
    guard let picked = choose(by: name, using: &generator) else {
      return .outOfReach(count: positions.count)
    }
    return .target(at: positions[picked])
  }

  private mutating func choose(
    by name: PickPolicyName?,
    using generator: inout some RandomNumberGenerator
  ) -> Int? {
    switch name {
    case nil: own.pick(from: candidates, using: &generator)
    case .roundRobin: roundRobin.pick(from: candidates, using: &generator)
    case .leastOutstandingRequests: leastOutstanding.pick(from: candidates, using: &generator)
    }
  }
}
