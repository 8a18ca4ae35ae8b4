import Primitives

/// How the members follow from what the registry says.
extension MemberView {
  mutating func reconcile(with snapshot: Snapshot, now: Instant) -> [MemberChange] {
    var changes: [MemberChange] = []
    var listed = Set<String>()
    for instance in snapshot.instances where instance.key.role == role {
      listed.insert(instance.key.id)
    }
    let missing = members.values.filter { !listed.contains($0.instance.key.id) }
      .map(\.instance).sorted { $0.key < $1.key }
    // The missing go first, so that they do not take the room of new ones.
    switch snapshot.authority {
    case .settling: break
    case .settled: changes += vanish(missing, now: now)
    case .decreed: for instance in missing { changes += remove(instance.key) }
    }
    for instance in snapshot.instances where instance.key.role == role {
      changes += put(instance)
    }
    return changes
  }

  mutating func apply(_ deltas: [Delta], now: Instant) -> [MemberChange] {
    var changes: [MemberChange] = []
    var vanishing: [Instance] = []
    for delta in deltas where delta.change.key.role == role {
      let id = delta.change.key.id
      // Whatever is said of an instance later in the batch replaces its expiry.
      vanishing.removeAll { $0.key.id == id }
      switch delta.change {
      case .put(let instance): changes += put(instance)
      case .departed(let key): changes += remove(key)
      case .expired: if let member = members[id] { vanishing.append(member.instance) }
      }
    }
    return changes + vanish(vanishing, now: now)
  }

  private mutating func put(_ instance: Instance) -> [MemberChange] {
    let id = instance.key.id
    removalGuard.forget(id: id)
    guard let member = members[id] else {
      guard members.count < settings.memberCount else { return [] }
      members[id] = Member(instance: instance, standing: .listed)
      return [.added(instance)]
    }
    members[id] = Member(instance: instance, standing: .listed)
    let cleared: [MemberChange] =
      member.standing == .quarantined ? [.cleared(instance.key)] : []
    return cleared + (member.instance == instance ? [] : [.updated(instance)])
  }

  private mutating func remove(_ key: InstanceKey) -> [MemberChange] {
    removalGuard.forget(id: key.id)
    return members.removeValue(forKey: key.id) == nil ? [] : [.removed(key)]
  }

  /// The registry lists these members no more, and they did not say good-bye.
  private mutating func vanish(_ instances: [Instance], now: Instant) -> [MemberChange] {
    let doubted = instances.filter { members[$0.key.id]?.standing == .listed }
    guard !doubted.isEmpty else { return [] }
    switch removalGuard.judge(vanishing: doubted, memberCount: members.count, now: now) {
    case .remove:
      for instance in doubted { members[instance.key.id] = nil }
      return doubted.map { .removed($0.key) }
    case .quarantine(let restored):
      var changes: [MemberChange] = []
      for instance in restored where members.count < settings.memberCount {
        members[instance.key.id] = Member(instance: instance, standing: .quarantined)
        changes += [.added(instance), .quarantined(instance.key)]
      }
      for instance in doubted {
        members[instance.key.id]?.standing = .quarantined
        changes.append(.quarantined(instance.key))
      }
      return changes
    }
  }
}
