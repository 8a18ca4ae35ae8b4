import Primitives

/// Tells a loss of instances from a registry that lost touch with them.
///
/// When within one lease at least `minimumCount` instances and `percent` % of a set would vanish
/// without having said good-bye, none of them is removed, and those that this window already took
/// come back: many processes rarely die in the same seconds, and a registry that is cut off from
/// them looks just like that. (Eureka calls it self-preservation, with the same 15 %.)
public struct RemovalGuard: Sendable {
  public enum Verdict: Sendable, Equatable {
    /// Few enough: remove them.
    case remove
    /// Too many at once: keep them, and bring these back.
    case quarantine(restoring: [Instance])
  }

  public let window: Duration
  public let percent: Int
  public let minimumCount: Int

  private struct Vanished: Sendable {
    let instance: Instance
    let at: Instant
    /// False when it was kept in quarantine.
    var isRemoved: Bool
  }

  /// By id; only what the window still holds, bounded by the instances seen in it.
  private var recent: [String: Vanished] = [:]

  public init(
    window: Duration = LeaseTerms().duration,
    percent: Int = 15,
    minimumCount: Int = 2
  ) {
    self.window = window
    self.percent = percent
    self.minimumCount = minimumCount
  }

  /// `vanishing` are about to go, all of them among the `memberCount` members that there are.
  public mutating func judge(
    vanishing: [Instance],
    memberCount: Int,
    now: Instant
  ) -> Verdict {
    recent = recent.filter { now - $0.value.at < window }
    let setCount = memberCount + recent.values.count { $0.isRemoved }
    let vanishedCount = recent.count + vanishing.count { recent[$0.key.id] == nil }
    let isMass = vanishedCount >= minimumCount && vanishedCount * 100 >= percent * setCount
    var restored: [Instance] = []
    if isMass {
      for (id, vanished) in recent where vanished.isRemoved {
        recent[id]?.isRemoved = false
        restored.append(vanished.instance)
      }
    }
    for instance in vanishing {
      recent[instance.key.id] = Vanished(instance: instance, at: now, isRemoved: !isMass)
    }
    return isMass ? .quarantine(restoring: restored.sorted { $0.key < $1.key }) : .remove
  }

  /// The registry lists it again, it said good-bye, or a health check settled its case: it does
  /// not count as vanished.
  public mutating func forget(id: String) { recent[id] = nil }
}
