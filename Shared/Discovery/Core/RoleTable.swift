import Primitives

/// One role's part of a registry: who is registered, and what changed lately.
struct RoleTable: Sendable {
  struct Entry: Sendable {
    var instance: Instance
    /// The lease ends here unless it is renewed.
    var deadline: Instant
    /// It deregistered: listed no more, kept until the deadline so that a late copy of its own
    /// registration does not bring it back.
    var hasDeparted: Bool
  }

  /// By id.
  var entries: [String: Entry] = [:]

  /// Deltas that are still known, in order of revision; the first `dropped` ones are void.
  private var history: [Delta] = []
  private var dropped = 0
  /// Deltas up to this revision are forgotten.
  private(set) var compactedRevision: UInt64 = 0

  /// Listed instances, sorted by id.
  var instances: [Instance] {
    entries.values.filter { !$0.hasDeparted }.map(\.instance).sorted { $0.key < $1.key }
  }

  mutating func record(_ delta: Delta, keeping limit: Int) {
    history.append(delta)
    while history.count - dropped > limit {
      compactedRevision = history[dropped].revision
      dropped += 1
    }
    // Moving the rest once in a while keeps the cost of an append constant.
    if dropped > 0, dropped >= history.count / 2 {
      history.removeFirst(dropped)
      dropped = 0
    }
  }

  /// At most `limit` deltas after `revision`, and whether that was all; nil when some of them are
  /// forgotten.
  func deltas(after revision: UInt64, limit: Int) -> (deltas: [Delta], isWhole: Bool)? {
    guard revision >= compactedRevision else { return nil }
    var low = dropped
    var high = history.count
    while low < high {
      let middle = (low + high) / 2
      if history[middle].revision <= revision { low = middle + 1 } else { high = middle }
    }
    let end = min(history.count, low + limit)
    return (Array(history[low..<end]), end == history.count)
  }
}
