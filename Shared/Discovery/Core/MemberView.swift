import Primitives

/// A client's view of one role: what the registry said last, kept for ever.
///
/// A pure machine that turns snapshots and deltas into changes of a set of members. Losing the
/// registry removes nobody: only the registry's word (under the guard against mass removal), an
/// instance's own good-bye and, for members in doubt, a failed health check do.
///
/// Invariant: within an epoch `position` never goes back.
public struct MemberView: Sendable {
  public struct Settings: Sendable {
    /// A full list this often even when nothing seems missed …
    public var relistInterval: Duration = .seconds(60)
    /// … spread by this share both ways, so that clients do not come in step.
    public var relistSpread = 0.2
    /// While the registry is settling, a full list this often.
    public var settlingInterval: Duration = LeaseTerms().duration
    /// A watch that has not begun to answer after this is given up.
    public var answerTimeout: Duration = .seconds(10)
    /// Between attempts to reach the registry.
    public var backoff = Backoff()
    public var removalGuard = RemovalGuard()
    /// Members at most; a registry's list beyond is cut (in order of id).
    public var memberCount = 10_000

    public init() {}
  }

  /// Where the members come from at the moment.
  public enum Feed: Sendable, Equatable {
    /// Not started; members may have come from disk. Becomes listing.
    case idle
    /// A watch was asked for and has not answered. Becomes following or waiting.
    case listing(until: Instant)
    /// Changes arrive. Becomes listing (missed something, time to list again) or waiting (lost).
    case following
    /// The registry is away. Becomes listing.
    case waiting(until: Instant)
  }

  public let role: String
  public let settings: Settings
  public private(set) var feed: Feed = .idle
  /// By id.
  public internal(set) var members: [String: Member] = [:]
  /// What the view has seen; nil before the first snapshot.
  public private(set) var position: Position?

  private var watchNumber = WatchNumber(0)
  private var backoff: Backoff
  var removalGuard: RemovalGuard
  private var relistAt = Instant(nanoseconds: 0)
  /// The next watch has to start with a snapshot.
  private var needsList = true

  /// `saved` is what an earlier process wrote: its members count until the registry says otherwise.
  /// It is of the same role, or it is not used.
  public init(role: String, saved: SavedMembers? = nil, settings: Settings = Settings()) {
    self.role = role
    self.settings = settings
    backoff = settings.backoff
    removalGuard = settings.removalGuard
    guard let saved, saved.role == role else { return }
    for member in saved.members.prefix(settings.memberCount) {
      members[member.instance.key.id] = member
    }
  }

  /// What to write to disk; sorted by id.
  public var saved: SavedMembers {
    SavedMembers(
      role: role,
      members: members.values.sorted { $0.instance.key < $1.instance.key }
    )
  }

  // MARK: Events

  /// The shell is ready to open watches. Members from disk are in `members` already.
  public mutating func start(now: Instant) -> OnStart {
    switch feed {
    case .idle:
      let (request, wakeAt) = openWatch(now: now)
      return .watch(request, wakeAt: wakeAt)
    case .listing, .following, .waiting: return .ignored
    }
  }

  public mutating func snapshotArrived(
    _ snapshot: Snapshot,
    on watch: WatchNumber,
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> OnSnapshot {
    guard watch == watchNumber else { return .ignored }
    switch feed {
    case .idle, .following, .waiting: return .ignored
    case .listing: break
    }
    let isStale =
      position.map {
        $0.epoch == snapshot.position.epoch && $0.revision > snapshot.position.revision
      } ?? false
    if isStale || snapshot.role != role {
      return .refused(wakeAt: wait(now: now, using: &generator))
    }
    position = snapshot.position
    needsList = false
    feed = .following
    backoff.reset()
    var interval = settings.relistInterval
    if snapshot.authority == .settling { interval = min(interval, settings.settlingInterval) }
    let spread = max(0, min(1, settings.relistSpread))
    relistAt = now + interval * Double.random(in: (1 - spread)...(1 + spread), using: &generator)
    return .applied(reconcile(with: snapshot, now: now), wakeAt: relistAt)
  }

  public mutating func batchArrived(
    _ batch: DeltaBatch,
    on watch: WatchNumber,
    now: Instant
  ) -> OnBatch {
    guard watch == watchNumber, let position else { return .ignored }
    switch feed {
    case .idle, .waiting: return .ignored
    case .listing: if needsList { return .ignored }
    case .following: break
    }
    guard batch.epoch == position.epoch, batch.after <= position.revision else {
      needsList = true
      let (request, wakeAt) = openWatch(now: now)
      return .relist(request, wakeAt: wakeAt)
    }
    // The first batch of a resumed watch may be empty and still says that the watch stands.
    if case .listing = feed {
      feed = .following
      backoff.reset()
    } else if batch.upTo <= position.revision {
      return .ignored
    }
    let fresh = batch.deltas.filter { $0.revision > position.revision }
    self.position = Position(epoch: batch.epoch, revision: max(batch.upTo, position.revision))
    return .applied(apply(fresh, now: now), wakeAt: relistAt)
  }

  /// The watch ended, or could not be opened.
  public mutating func watchEnded(
    _ watch: WatchNumber,
    _ end: WatchEnd,
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> OnWatchEnded {
    guard watch == watchNumber else { return .ignored }
    switch feed {
    case .idle, .waiting: return .ignored
    case .listing: break
    case .following:
      switch end {
      case .lost: break
      case .compacted:
        needsList = true
        let (request, wakeAt) = openWatch(now: now)
        return .relist(request, wakeAt: wakeAt)
      }
    }
    if end == .compacted { needsList = true }
    return .wait(wakeAt: wait(now: now, using: &generator))
  }

  public mutating func timerFired(
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> OnViewTimer {
    switch feed {
    case .idle: return .ignored
    case .listing(let until):
      if now < until { return .wait(wakeAt: until) }
      return .giveUp(wakeAt: wait(now: now, using: &generator))
    case .following:
      if now < relistAt { return .wait(wakeAt: relistAt) }
      needsList = true
    case .waiting(let until):
      if now < until { return .wait(wakeAt: until) }
      // A stream that keeps breaking must not put the full list off for ever.
      if now >= relistAt { needsList = true }
    }
    let (request, wakeAt) = openWatch(now: now)
    return .watch(request, wakeAt: wakeAt)
  }

  /// Health checks have decided on a member. Only one in quarantine can go by it: for a listed one
  /// the caller simply does not pick it.
  public mutating func healthDecided(id: String, isHealthy: Bool) -> OnHealthVerdict {
    guard let member = members[id] else { return .unknown }
    switch member.standing {
    case .listed: return .kept
    case .quarantined:
      if isHealthy { return .kept }
      members[id] = nil
      removalGuard.forget(id: id)
      return .removed(.removed(member.instance.key))
    }
  }

  // MARK: Feed

  private mutating func openWatch(now: Instant) -> (WatchRequest, Instant) {
    watchNumber = WatchNumber(watchNumber.value + 1)
    let until = now + settings.answerTimeout
    feed = .listing(until: until)
    return (
      WatchRequest(number: watchNumber, role: role, position: needsList ? nil : position), until
    )
  }

  private mutating func wait(
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> Instant {
    let until = now + backoff.next(using: &generator)
    feed = .waiting(until: until)
    return until
  }
}
