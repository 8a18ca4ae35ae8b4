import Primitives

/// Those who follow the changes of a role.
extension Membership {
  /// Somebody wants to know who serves `role`: from `position` on when that is still remembered,
  /// else from a snapshot. An id that watches already starts over.
  public mutating func watch(
    _ watcher: WatcherID,
    role: String,
    from position: Position?,
    now: Instant
  ) -> OnWatch {
    if watchers[watcher] == nil, watchers.count >= limits.watcherCount {
      return .refused(.tooManyWatchers(limit: limits.watcherCount))
    }
    if let problem = limits.instance.problem(field: "role", name: role) {
      return .refused(.invalid(problem))
    }
    if let position, position.epoch == epoch, position.revision <= revision,
      let batch = batch(role: role, after: position.revision)
    {
      watchers[watcher] = Watcher(role: role, revision: batch.upTo)
      return .resumed(batch)
    }
    watchers[watcher] = Watcher(role: role, revision: revision)
    return .snapshot(
      Snapshot(
        role: role,
        position: Position(epoch: epoch, revision: revision),
        authority: now < settledAt ? .settling : .settled,
        instances: instances(role: role)
      )
    )
  }

  /// What to send to a watcher whose last message has left. A slow one is simply polled less often.
  public mutating func poll(_ watcher: WatcherID) -> OnPoll {
    guard let state = watchers[watcher] else { return .unknown }
    guard let batch = batch(role: state.role, after: state.revision) else {
      watchers[watcher] = nil
      return .compacted
    }
    guard !batch.deltas.isEmpty else { return .upToDate }
    watchers[watcher]?.revision = batch.upTo
    return .batch(batch)
  }

  /// The watcher is gone.
  public mutating func unwatch(_ watcher: WatcherID) -> OnUnwatch {
    watchers.removeValue(forKey: watcher) == nil ? .unknown : .removed
  }

  /// Nil when some of the changes are forgotten.
  private func batch(role: String, after: UInt64) -> DeltaBatch? {
    guard let table = roles[role] else {
      return DeltaBatch(epoch: epoch, after: after, upTo: revision, deltas: [])
    }
    guard let (deltas, isWhole) = table.deltas(after: after, limit: limits.batchCount) else {
      return nil
    }
    let upTo = isWhole ? revision : deltas.last?.revision ?? revision
    return DeltaBatch(epoch: epoch, after: after, upTo: upTo, deltas: deltas)
  }
}
