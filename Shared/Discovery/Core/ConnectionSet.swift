import Primitives

/// The connections to one role's instances, and the choice among them: one connection an instance.
///
/// A pure machine: the shell opens, checks and closes what the effects say. Owned by one loop.
///
/// Eligible are connected targets that neither drain nor leave and whose health checks pass. When
/// fewer than half of those that do not drain are well, all connected ones count: then the checks
/// are more likely wrong than the targets. So targets that were never checked serve at once.
///
/// Invariants: `targets` and `candidates` have the same positions; a slot's serial rises with every
/// use; a target in the index is not leaving; a place is free exactly when its target is nil.
public struct ConnectionSet<Policy: PickPolicy>: Sendable {
  enum Link: Sendable, Equatable {
    /// The shell is opening it. Becomes up or down.
    case opening
    /// It stands. Becomes down.
    case up
    /// Failed or lost. Becomes opening then.
    case down(until: Instant)
  }

  struct Target: Sendable {
    var instance: Instance
    var link: Link = .opening
    var health = HealthTally()
    var backoff: Backoff
    var addressIndex = 0
    /// Removed from the view; here only for the calls that run.
    var isLeaving = false
    /// What it is found under in the index of what targets serve.
    var servingKeys: Set<String> = []
  }

  public private(set) var policy: Policy
  private let backoff: Backoff
  private(set) var targets: [Target?] = []
  public internal(set) var candidates: [Candidate] = []
  private var serials: [UInt64] = []
  private var free: [Int] = []
  private(set) var index: [InstanceKey: Int] = [:]
  var serving: ServingIndex<Policy>
  /// Positions that the policy knows of.
  private var knownCount = 0

  public init(
    policy: Policy,
    backoff: Backoff = Backoff(initial: .milliseconds(200), cap: .seconds(30))
  ) {
    self.policy = policy
    self.backoff = backoff
    serving = ServingIndex(policy: policy)
  }

  /// Instances of the view, without those that only finish calls.
  public var count: Int { index.count }

  public func key(of slot: TargetSlot) -> InstanceKey? { target(slot)?.instance.key }

  // MARK: The view

  public mutating func memberChanged(
    _ change: MemberChange,
    using generator: inout some RandomNumberGenerator
  ) -> OnMemberChange {
    defer { refresh(using: &generator) }
    switch change {
    case .quarantined, .cleared: return .nothing
    case .removed(let key):
      guard let position = index.removeValue(forKey: key) else { return .nothing }
      let old = slot(at: position)
      return retire(position) ? .close(old) : .finish(old)
    case .added(let instance), .updated(let instance):
      guard let position = index[instance.key], let target = targets[position] else {
        return add(instance).map { .connect($0) } ?? .nothing
      }
      if target.instance.generation == instance.generation,
        target.instance.addresses == instance.addresses
      {
        targets[position]?.instance = instance
        describe(position)
        return .nothing
      }
      let old = slot(at: position)
      index[instance.key] = nil
      let closesOld = retire(position)
      guard let dial = add(instance) else { return closesOld ? .close(old) : .finish(old) }
      return .replace(old: old, closesOld: closesOld, connect: dial)
    }
  }

  // MARK: Connections

  public mutating func connected(
    _ slot: TargetSlot,
    using generator: inout some RandomNumberGenerator
  ) -> OnConnected {
    guard let target = target(slot), !target.isLeaving else { return .close }
    targets[slot.position]?.link = .up
    refresh(using: &generator)
    return .use
  }

  /// It could not be opened: as bad as a failed check. The next attempt takes the next address.
  public mutating func connectFailed(
    _ slot: TargetSlot,
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> OnConnectionLost {
    guard let target = target(slot) else { return .ignored }
    let turned = targets[slot.position]?.health.record(hasPassed: false) ?? false
    targets[slot.position]?.addressIndex =
      (target.addressIndex + 1) % max(1, target.instance.addresses.count)
    return lost(slot, becameUnhealthy: turned, now: now, using: &generator)
  }

  /// It stood and was lost (also in order: connections live for a limited time). Calls that ran
  /// there end through `callEnded` as ever.
  public mutating func disconnected(
    _ slot: TargetSlot,
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> OnConnectionLost {
    guard target(slot) != nil else { return .ignored }
    return lost(slot, becameUnhealthy: false, now: now, using: &generator)
  }

  public mutating func timerFired(now: Instant) -> OnReconnectTimer {
    var dials: [Dial] = []
    var wakeAt: Instant?
    for position in targets.indices {
      guard let target = targets[position], !target.isLeaving else { continue }
      switch target.link {
      case .opening, .up: continue
      case .down(let until) where until > now: wakeAt = min(until, wakeAt ?? until)
      case .down:
        targets[position]?.link = .opening
        if let dial = dial(position) { dials.append(dial) }
      }
    }
    return .connect(dials, wakeAt: wakeAt)
  }

  /// A health check's answer, or its timeout.
  public mutating func checked(
    _ slot: TargetSlot,
    hasPassed: Bool,
    using generator: inout some RandomNumberGenerator
  ) -> OnHealthCheck {
    guard let target = target(slot), !target.isLeaving else { return .ignored }
    if hasPassed { targets[slot.position]?.backoff.reset() }
    guard targets[slot.position]?.health.record(hasPassed: hasPassed) ?? false else {
      return .unchanged
    }
    refresh(using: &generator)
    return hasPassed ? .becameHealthy(target.instance.key) : .becameUnhealthy(target.instance.key)
  }

  // MARK: Calls

  /// As `pick`, but not `key` where another target is eligible: for a call that failed there.
  /// Allocates nothing.
  public mutating func pick(
    avoiding key: InstanceKey?,
    using generator: inout some RandomNumberGenerator
  ) -> OnPick {
    guard let key, let avoided = index[key], candidates[avoided].isEligible else {
      return pick(using: &generator)
    }
    candidates[avoided].isEligible = false
    let picked = pick(using: &generator)
    candidates[avoided].isEligible = true
    if case .none = picked { return pick(using: &generator) }
    return picked
  }

  /// Allocates nothing.
  public mutating func pick(using generator: inout some RandomNumberGenerator) -> OnPick {
    guard let position = policy.pick(from: candidates, using: &generator) else {
      let serving = index.values.count { targets[$0]?.instance.condition == .serving }
      if index.isEmpty { return .none(.noInstances) }
      return .none(
        serving == 0 ? .allDraining(count: index.count) : .notConnected(count: serving)
      )
    }
    candidates[position].inFlight += 1
    return .call(slot(at: position))
  }

  /// Allocates nothing.
  public mutating func callEnded(
    _ slot: TargetSlot,
    _ report: CallReport,
    now: Instant
  ) -> OnCallEnded {
    guard isInUse(slot), candidates[slot.position].inFlight > 0 else { return .ignored }
    candidates[slot.position].inFlight -= 1
    if targets[slot.position]?.isLeaving ?? false {
      guard candidates[slot.position].inFlight == 0 else { return .nothing }
      release(slot.position)
      return .close(slot)
    }
    policy.callEnded(at: slot.position, report, now: now)
    return .nothing
  }

  // MARK: Places

  mutating func setServingKeys(_ keys: Set<String>, at position: Int) {
    targets[position]?.servingKeys = keys
  }

  func slot(at position: Int) -> TargetSlot {
    TargetSlot(position: position, serial: serials[position])
  }

  private func isInUse(_ slot: TargetSlot) -> Bool {
    targets.indices.contains(slot.position) && serials[slot.position] == slot.serial
  }

  private func target(_ slot: TargetSlot) -> Target? {
    isInUse(slot) ? targets[slot.position] : nil
  }

  private func dial(_ position: Int) -> Dial? {
    guard let target = targets[position],
      target.instance.addresses.indices.contains(target.addressIndex)
    else { return nil }
    return Dial(
      slot: slot(at: position),
      key: target.instance.key,
      address: target.instance.addresses[target.addressIndex]
    )
  }

  /// Nil for an instance without an address, which nobody can reach.
  private mutating func add(_ instance: Instance) -> Dial? {
    guard !instance.addresses.isEmpty else { return nil }
    let position: Int
    if let reused = free.popLast() {
      position = reused
    } else {
      position = targets.count
      targets.append(nil)
      candidates.append(Candidate(isEligible: false, weight: 0, inFlight: 0))
      serials.append(0)
    }
    serials[position] += 1
    targets[position] = Target(instance: instance, backoff: backoff)
    index[instance.key] = position
    describe(position)
    return dial(position)
  }

  /// True when nothing runs there and the place is free.
  private mutating func retire(_ position: Int) -> Bool {
    targets[position]?.isLeaving = true
    serving.remove(position, from: targets[position]?.servingKeys ?? [])
    targets[position]?.servingKeys = []
    candidates[position].isEligible = false
    guard candidates[position].inFlight == 0 else { return false }
    release(position)
    return true
  }

  private mutating func release(_ position: Int) {
    targets[position] = nil
    serials[position] += 1
    candidates[position] = Candidate(isEligible: false, weight: 0, inFlight: 0)
    free.append(position)
  }

  private mutating func lost(
    _ slot: TargetSlot,
    becameUnhealthy: Bool,
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> OnConnectionLost {
    guard let target = target(slot) else { return .ignored }
    // A leaving target's calls have ended with its connection, or end one by one right after.
    if target.isLeaving { return .forgotten }
    var backoff = target.backoff
    let until = now + backoff.next(using: &generator)
    targets[slot.position]?.backoff = backoff
    targets[slot.position]?.link = .down(until: until)
    refresh(using: &generator)
    return .retry(at: until, becameUnhealthy: becameUnhealthy)
  }

  /// Who is eligible, anew. O(targets); on changes only, never on a call.
  private mutating func refresh(using generator: inout some RandomNumberGenerator) {
    var servingCount = 0
    var healthyCount = 0
    for position in index.values {
      guard let target = targets[position], target.instance.condition == .serving else { continue }
      servingCount += 1
      if target.link == .up && target.health.verdict == .healthy { healthyCount += 1 }
    }
    let isPanic = healthyCount * 2 < servingCount
    var hasChanged = false
    for position in targets.indices {
      var candidate = candidates[position]
      if let target = targets[position] {
        candidate.weight = target.instance.weight
        candidate.isEligible =
          !target.isLeaving && target.link == .up && target.instance.condition == .serving
          && (isPanic || target.health.verdict == .healthy)
      }
      if candidate != candidates[position] {
        candidates[position] = candidate
        hasChanged = true
        serving.changed(position, to: candidate, keys: targets[position]?.servingKeys ?? [])
      }
    }
    if serving.shouldStartAnew { indexAnew() }
    if hasChanged || candidates.count != knownCount {
      knownCount = candidates.count
      policy.candidatesChanged(candidates, using: &generator)
    }
  }
}
