import Primitives

/// A registry's memory: who serves which role, under leases, with a history that watchers follow.
///
/// A pure machine: time is an argument, and each event answers what to do. It keeps nothing on
/// disk: instances register again within a beat of finding their lease unknown, and until a whole
/// lease has passed since the start its snapshots say that absence means nothing.
///
/// Invariants: `revision` rises by one a change; an instance is in the lease queue exactly once
/// from its registration until its lease ends, so a lease ends once; what a generation says never
/// overrides what a newer one said.
public struct Membership: Sendable {
  public let suite: String
  public let terms: LeaseTerms
  public let limits: MembershipLimits
  /// Which history this is.
  public let epoch: UInt64
  public private(set) var revision: UInt64 = 0

  let settledAt: Instant
  private var leases = LeaseQueue()
  private var attributeBytes = 0
  // The watchers' half of this machine is in MembershipWatch.swift.
  var roles: [String: RoleTable] = [:]
  var watchers: [WatcherID: Watcher] = [:]

  struct Watcher: Sendable {
    let role: String
    /// It was sent everything up to here.
    var revision: UInt64
  }

  /// `epoch` is drawn at random for each start.
  public init(
    suite: String,
    epoch: UInt64,
    terms: LeaseTerms = LeaseTerms(),
    limits: MembershipLimits = MembershipLimits(),
    now: Instant
  ) {
    self.suite = suite
    self.epoch = epoch
    self.terms = terms
    self.limits = limits
    settledAt = now + terms.duration
  }

  /// Instances that hold a lease or departed within the last one.
  public var instanceCount: Int { leases.count }
  public var watcherCount: Int { watchers.count }

  /// Listed instances of a role, sorted by id.
  public func instances(role: String) -> [Instance] { roles[role]?.instances ?? [] }

  // MARK: Instances

  /// `peer` asks to be listed as `instance`, or describes itself anew. Asking again is harmless.
  ///
  /// Order of requests does not matter: of two descriptions the one with the higher generation,
  /// then the higher update, stands. Draining is final within a generation.
  public mutating func register(
    _ instance: Instance,
    from peer: PeerIdentity,
    now: Instant
  ) -> OnRegister {
    let key = instance.key
    if let error = identityError(of: peer, for: key) { return .refused(error) }
    if let problem = limits.instance.problem(with: instance) { return .refused(.invalid(problem)) }
    let entry = roles[key.role]?.entries[key.id]
    var accepted = instance
    if let entry {
      let current = entry.instance
      if instance.generation < current.generation {
        return .refused(.superseded(byGeneration: current.generation))
      }
      if instance.generation == current.generation {
        if entry.hasDeparted { return .refused(.departed) }
        if current.condition == .draining { accepted.condition = .draining }
        let isSameUpdate = instance.update == current.update
        if instance.update < current.update || (isSameUpdate && accepted != current) {
          return .refused(.outdated(currentUpdate: current.update))
        }
      }
    } else if leases.count >= limits.instanceCount {
      return .refused(.tooManyInstances(limit: limits.instanceCount))
    } else if roles[key.role] == nil, roles.count >= limits.roleCount {
      return .refused(.tooManyRoles(limit: limits.roleCount))
    }
    let bytes = attributeBytes + accepted.attributeBytes - (entry?.instance.attributeBytes ?? 0)
    if bytes > limits.attributeBytes {
      return .refused(.tooManyBytes(limit: limits.attributeBytes))
    }
    attributeBytes = bytes
    let deadline = now + terms.duration
    let isKnown = entry.map { !$0.hasDeparted && $0.instance == accepted } ?? false
    roles[key.role, default: RoleTable()].entries[key.id] = RoleTable.Entry(
      instance: accepted,
      deadline: deadline,
      hasDeparted: false
    )
    if entry == nil { leases.insert(key, deadline: deadline) }
    let change = isKnown ? nil : record(.put(accepted))
    return .granted(grant, change: change, wakeAt: leases.earliestDeadline ?? deadline)
  }

  /// A beat: the lease of this very start runs anew.
  public mutating func renew(
    _ key: InstanceKey,
    generation: UInt64,
    from peer: PeerIdentity,
    now: Instant
  ) -> OnRenew {
    if let error = identityError(of: peer, for: key) { return .refused(error) }
    if let error = leaseError(of: key, generation: generation) { return .refused(error) }
    roles[key.role]?.entries[key.id]?.deadline = now + terms.duration
    return .renewed(grant)
  }

  /// Somebody decides that an instance takes no new calls (the instance itself does so by
  /// registering as draining). Who may decide is the shell's rule. It goes on renewing its lease.
  public mutating func drain(_ key: InstanceKey, generation: UInt64) -> OnDrain {
    if let error = leaseError(of: key, generation: generation) { return .refused(error) }
    guard var instance = roles[key.role]?.entries[key.id]?.instance,
      instance.condition == .serving
    else { return .unchanged }
    instance.condition = .draining
    roles[key.role]?.entries[key.id]?.instance = instance
    return .drained(record(.put(instance)))
  }

  /// The instance leaves. Repeating it is harmless. For one more lease the registry remembers that
  /// this generation has gone, so that a late copy of its registration does not bring it back.
  public mutating func deregister(
    _ key: InstanceKey,
    generation: UInt64,
    from peer: PeerIdentity,
    now: Instant
  ) -> OnDeregister {
    if let error = identityError(of: peer, for: key) { return .refused(error) }
    switch leaseError(of: key, generation: generation) {
    case nil:
      roles[key.role]?.entries[key.id]?.hasDeparted = true
      roles[key.role]?.entries[key.id]?.deadline = now + terms.duration
      return .departed(record(.departed(key)))
    case .unknownLease, .departed: return .unchanged
    case .some(let error): return .refused(error)
    }
  }

  /// Ends the leases that ran out. The shell calls it at the `wakeAt` that it was given last.
  public mutating func expire(now: Instant) -> OnExpire {
    if let earliest = leases.earliestDeadline, now - earliest > terms.beatInterval {
      for role in roles.keys {
        for (id, entry) in roles[role]?.entries ?? [:] {
          roles[role]?.entries[id]?.deadline = max(entry.deadline, now + terms.duration)
        }
      }
      requeueDue(at: now)
      return .stalled(by: now - earliest, wakeAt: leases.earliestDeadline)
    }
    return .expired(requeueDue(at: now), wakeAt: leases.earliestDeadline)
  }

  /// Takes due leases off the queue: renewed ones go back in, the others end.
  @discardableResult
  private mutating func requeueDue(at now: Instant) -> [Delta] {
    var deltas: [Delta] = []
    while let key = leases.popDue(at: now) {
      guard let entry = roles[key.role]?.entries[key.id] else { continue }
      if entry.deadline > now {
        leases.insert(key, deadline: entry.deadline)
        continue
      }
      roles[key.role]?.entries[key.id] = nil
      attributeBytes -= entry.instance.attributeBytes
      if !entry.hasDeparted { deltas.append(record(.expired(key))) }
    }
    return deltas
  }

  // MARK: Rules

  private var grant: Grant { Grant(terms: terms, revision: revision) }

  private mutating func record(_ change: Change) -> Delta {
    revision += 1
    let delta = Delta(revision: revision, change: change)
    roles[change.key.role]?.record(delta, keeping: limits.historyCount)
    return delta
  }

  private func identityError(of peer: PeerIdentity, for key: InstanceKey) -> RegistryError? {
    switch peer {
    case .service(let presentedSuite, let role, let instance):
      if presentedSuite != suite {
        return .wrongSuite(presented: presentedSuite, expected: suite)
      }
      let presented = InstanceKey(role: role, id: instance)
      return presented == key ? nil : .wrongIdentity(presented: presented, claimed: key)
    case .certificate, .anonymous, .localProcess: return .notAService
    }
  }

  private func leaseError(of key: InstanceKey, generation: UInt64) -> RegistryError? {
    guard let entry = roles[key.role]?.entries[key.id] else { return .unknownLease }
    let current = entry.instance.generation
    if generation < current { return .superseded(byGeneration: current) }
    if generation > current { return .unknownLease }
    return entry.hasDeparted ? .departed : nil
  }
}
