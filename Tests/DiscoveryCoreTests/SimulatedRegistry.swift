import DiscoveryCore
import Primitives
import Testing

/// The registry's side of the simulated world, and what must hold of every change it makes.
extension SimulatedWorld {
  mutating func startRegistry() {
    epoch += 1
    var limits = MembershipLimits()
    limits.historyCount = settings.historyCount
    limits.batchCount = 5
    registry = Membership(suite: suite, epoch: epoch, limits: limits, now: now)
    registryWakeAt = nil
    for index in clients.indices { clients[index].protected = [] }
  }

  /// Whom a client knows when the registry goes is whom it knows until it is back.
  mutating func stopRegistry() {
    registry = nil
    granted = [:]
    lowestGeneration = [:]
    for index in clients.indices {
      clients[index].protected = Set(clients[index].view.members.keys)
    }
    for (_, watch) in watches.sorted(by: { $0.key.value < $1.key.value }) {
      send(.watchEnded(client: watch.client, watch.number, .lost))
    }
    watches = [:]
  }

  mutating func serve(_ request: RegistryRequest, node: Int, generation: UInt64) {
    guard var membership = registry else { return }
    let answer: RegistryAnswer
    switch request.kind {
    case .register(let instance):
      switch membership.register(instance, from: peer("n\(node)"), now: now) {
      case .granted(let grant, let change, let wakeAt):
        granted[instance.key] = now
        if let change { check(change) }
        arm(registry: wakeAt)
        answer = .granted(grant)
      case .refused(let error): answer = .refused(error)
      }
    case .renew(let key, let generation):
      switch membership.renew(key, generation: generation, from: peer("n\(node)"), now: now) {
      case .renewed(let grant):
        granted[key] = now
        answer = .granted(grant)
      case .refused(let error): answer = .refused(error)
      }
    case .deregister(let key, let generation):
      switch membership.deregister(
        key,
        generation: generation,
        from: peer("n\(node)"),
        now: now
      )
      {
      case .departed(let change):
        check(change)
        answer = .granted(Grant(terms: LeaseTerms(), revision: change.revision))
      case .unchanged:
        answer = .granted(Grant(terms: LeaseTerms(), revision: membership.revision))
      case .refused(let error): answer = .refused(error)
      }
    }
    registry = membership
    pollWatchers()
    send(.answer(node: node, request.number, answer, generation: generation))
  }

  mutating func arm(registry wakeAt: Instant?) {
    guard let wakeAt, wakeAt != registryWakeAt else { return }
    registryWakeAt = wakeAt
    schedule(.registryTimer(epoch: epoch), after: max(.zero, wakeAt - now))
  }

  mutating func expire() {
    guard let effect = registry?.expire(now: now) else { return }
    registryWakeAt = nil
    switch effect {
    case .expired(let deltas, let wakeAt):
      for delta in deltas { check(delta) }
      arm(registry: wakeAt)
    case .stalled: Issue.record("\(comment): this registry never stands still")
    }
    pollWatchers()
  }

  /// A lease ends once, and only after its whole time without a beat.
  mutating func check(_ delta: Delta) {
    switch delta.change {
    case .put(let instance):
      #expect(
        instance.generation >= lowestGeneration[instance.key] ?? 0,
        "\(comment): an older start took over, or one that had left came back"
      )
      lowestGeneration[instance.key] = instance.generation
    case .departed(let key):
      lowestGeneration[key, default: 0] += 1
      #expect(granted.removeValue(forKey: key) != nil, "\(comment): departed twice")
    case .expired(let key):
      guard let last = granted.removeValue(forKey: key) else {
        Issue.record("\(comment): \(key) expired twice")
        return
      }
      #expect(now - last >= LeaseTerms().duration, comment)
      lowestGeneration[key] = nil
      expiryCount += 1
    }
  }

  mutating func serveWatch(_ request: WatchRequest, client: Int) {
    guard registry != nil else {
      send(.watchEnded(client: client, request.number, .lost))
      return
    }
    for (watcher, watch) in watches where watch.client == client {
      // A doubled or late request for an older watch.
      if watch.number.value >= request.number.value { return }
      _ = registry?.unwatch(watcher)
      watches[watcher] = nil
    }
    nextWatcher += 1
    let watcher = WatcherID(nextWatcher)
    watches[watcher] = (client, request.number)
    switch registry?.watch(watcher, role: request.role, from: request.position, now: now) {
    case .snapshot(let snapshot):
      send(.snapshot(client: client, request.number, snapshot))
    case .resumed(let batch): send(.batch(client: client, request.number, batch))
    case .refused, nil: send(.watchEnded(client: client, request.number, .lost))
    }
  }

  mutating func pollWatchers() {
    for (watcher, watch) in watches.sorted(by: { $0.key.value < $1.key.value }) {
      // A slow watcher is not asked every time, so it falls behind now and then.
      if !isQuiet, Bool.random(using: &generator) { continue }
      poll: while let effect = registry?.poll(watcher) {
        switch effect {
        case .batch(let batch): send(.batch(client: watch.client, watch.number, batch))
        case .upToDate, .unknown: break poll
        case .compacted:
          watches[watcher] = nil
          send(.watchEnded(client: watch.client, watch.number, .compacted))
          break poll
        }
      }
    }
  }
}
