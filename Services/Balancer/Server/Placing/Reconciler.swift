import BalancerCore
import Discovery
import DiscoveryCore
import Logging
import Primitives
import Protocols
import RPC
import RPCRuntime

/// Makes the hosts serve what the endpoints ask for: looks who is there, plans, tells each managed
/// host all that it shall serve, and takes note of what it says.
///
/// Looks at every change of hosts and endpoints at once, otherwise when the next order is due.
/// Orders are repeated and harmless, so whatever is lost is made good by the next one. Losing the
/// model store, or this process, disturbs no replica that runs.
actor Reconciler {
  struct Options: Sendable {
    /// Between orders to a host that is as it should be.
    var interval = Duration.seconds(2)
    /// Between orders to one that is not yet.
    var fastInterval = Duration.milliseconds(250)
    /// After the start, hosts of the last plan that are not heard of keep their replicas for so
    /// long, and none is moved from one host to another: the registry's lease and a little.
    var settling = Duration.seconds(16)
    /// After the start, no replica is placed for so long: the first host of a pool that starts as a
    /// whole would get all of them.
    var placingDelay = Duration.seconds(5)
    /// A host that is listed and cannot be used is given up after this.
    var hostGrace = Duration.seconds(30)
    /// Orders under way at once.
    var orderLimit = 64

    init() {}
  }

  private let role: RoleChannel
  private let book: EndpointBook
  private let store: any EndpointStore
  private let options: Options
  private let logger = Logger(label: "martlet.reconciler")
  /// Rung when something is to be looked at.
  private nonisolated let bell = ChangeSignal(waiterLimit: 8)

  private var plan = PlacementPlan()
  private var board = HostBoard()
  private var announcements = Announcements([])
  private var shortfalls: [ReplicaKey: Shortfall] = [:]
  private var present: Set<String> = []
  private var mayPlaceAt = Instant.distantFuture
  private var settledAt = Instant.distantFuture
  private var planAt: Instant?
  private var isUnsaved = false
  private var orders: [String: Task<Void, Never>] = [:]

  init(
    role: RoleChannel,
    book: EndpointBook,
    store: any EndpointStore,
    options: Options = Options()
  ) {
    self.role = role
    self.book = book
    self.store = store
    self.options = options
  }

  /// Something has changed: look now. From anywhere.
  nonisolated func wake() { bell.raise() }

  /// Goes on from where the last process was.
  func resume(_ state: StoredState) {
    plan = PlacementPlan(revision: state.planRevision, assignments: state.assignments)
  }

  /// Until the task is cancelled. Replicas stay as they are then.
  func run() async {
    let start = Instant.now
    mayPlaceAt = start + options.placingDelay
    settledAt = start + options.settling
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [role, bell] in
        var count: UInt64 = 0
        while !Task.isCancelled {
          await role.waitForChange(after: count, until: .now + .seconds(3600))
          count = role.changeCount
          bell.raise()
        }
      }
      while !Task.isCancelled {
        let version = bell.version
        await pass()
        _ = await bell.wait(after: version, until: nextLookAt)
      }
      group.cancelAll()
    }
    for order in orders.values { order.cancel() }
  }

  /// For ListHosts.
  var hosts: [Host] {
    board.hosts.values.sorted { $0.key < $1.key }.map { host in
      Host(
        name: host.key.id,
        address: host.address,
        pool: host.pool,
        isReachable: host.isConnected,
        replicas: host.pool == HostPool.managed
          ? host.reports ?? [] : announcements.copies(on: host.key.id)
      )
    }
  }

  private var nextLookAt: Instant {
    let soonest = [planAt, board.nextOrderAt].compactMap { $0 }.min() ?? .distantFuture
    return min(max(soonest, .now + .milliseconds(10)), .now + options.interval)
  }

  // MARK: One look

  private func pass() async {
    let now = Instant.now
    let statuses = role.instances
    for host in board.update(statuses, now: now) { plan.restarted(host) }
    let presence = board.presence(
      planned: plan.assignments.keys,
      isSettled: now >= settledAt,
      grace: options.hostGrace,
      now: now
    )
    present = Set(presence.filter { $0.value == .present }.keys)
    announcements = Announcements(statuses)
    plan.announced(announced())
    let outcome = plan.plan(
      demands(),
      on: presence,
      now: now,
      calm: now < mayPlaceAt ? .none : now < settledAt ? .hostsHaveCome : .complete,
      floor: UInt64(clamping: WallClock.nowUnixMicroseconds)
    )
    shortfalls = outcome.shortfalls
    planAt = ([outcome.wakeAt] + [mayPlaceAt, settledAt].filter { now < $0 }).compactMap { $0 }
      .min()
    if !outcome.changedHosts.isEmpty {
      isUnsaved = true
      logger.info(
        "the plan has changed",
        metadata: [
          "revision": "\(plan.revision)",
          "hosts": "\(outcome.changedHosts.sorted().joined(separator: ", "))",
        ]
      )
      for host in outcome.changedHosts { board.orderNow(host, now: now) }
    }
    if isUnsaved { await savePlan() }
    for host in board.takeDue(now: now, limit: options.orderLimit) { order(host) }
    await judge(announcements)
  }

  /// What calls find on each managed host of what there shall be.
  private func announced() -> [String: Set<ReplicaKey>] {
    var announced: [String: Set<ReplicaKey>] = [:]
    for entry in book.all where entry.record.spec.kind == .managed {
      for announcer in announcements.of(entry.servingKey)
      where announcer.isReachable && announcer.model == entry.record.spec.model
        && announcer.modelVersion == entry.record.spec.modelVersion
      {
        announced[announcer.host, default: []].insert(entry.replicaKey)
      }
    }
    return announced
  }

  private func demands() -> [Demand] {
    book.all.compactMap { entry in
      guard entry.record.spec.kind == .managed else { return nil }
      return Demand(
        entry.replicaKey,
        replicaCount: entry.record.spec.replicaCount,
        weightBytes: entry.record.manifest.count + 1024,
        announcedBytes: entry.announcedBytes
      )
    }
  }

  /// A plan that could not be written is followed all the same: its number comes from the clock, so
  /// that the next process's is above it.
  private func savePlan() async {
    isUnsaved = false
    do {
      try await store.savePlan(revision: plan.revision, assignments: plan.assignments)
    } catch {
      isUnsaved = true
      logger.error("the plan could not be written", metadata: ["reason": "\(error)"])
    }
  }

  /// Looks what each endpoint is by now.
  private func judge(_ announcements: Announcements) async {
    for entry in book.all {
      let view = EndpointView.of(
        entry,
        announcements,
        board,
        plan,
        present: present,
        shortfall: shortfalls[entry.replicaKey]
      )
      var machine = entry.machine
      var record = entry.record
      switch machine.seen(view.sighting) {
      case .unchanged, .saysOtherwise: break
      case .changed(let old, let new):
        guard let row = await save(new, of: record) else { continue }
        if row.revision != record.revision + 1 || row.phase != new {
          // Somebody else changed it meanwhile: take that over, and look at it next time.
          machine = EndpointMachine(phase: row.phase, reason: machine.reason)
        }
        record = row
        logger.notice(
          "an endpoint has changed",
          metadata: [
            "endpoint": "\(record.key)", "from": "\(old)", "to": "\(new)",
            "reason": "\(machine.reason)",
          ]
        )
      }
      book.update(id: record.id) { entry in
        // A request may have changed it in the meantime: then the next look judges it.
        guard entry.record.revision <= record.revision else { return }
        entry.record = record
        entry.machine = machine
        entry.targets = view.targets
        entry.mayBeUnannounced = view.mayBeUnannounced
      }
    }
  }

  /// The endpoint's row after it; nil when it is gone, or could not be written.
  private func save(_ phase: EndpointPhase, of record: EndpointRecord) async -> EndpointRecord? {
    do {
      switch try await store.setPhase(
        phase,
        of: record,
        unixMicroseconds: WallClock.nowUnixMicroseconds
      ) {
      case .now(let row): return row
      case .gone: book.remove(id: record.id)
      }
    } catch {
      logger.error(
        "an endpoint's phase could not be written",
        metadata: ["endpoint": "\(record.key)", "reason": "\(error)"]
      )
    }
    return nil
  }

  // MARK: Orders

  private func order(_ host: HostBoard.Host) {
    let name = host.key.id
    guard let channel = role.channel(to: host.key) else {
      // Its connection went a moment ago; the next look sees it.
      return board.failed(name, orderAt: .now + options.fastInterval, now: .now)
    }
    let request = AssignReplicasRequest(
      replicas: (plan.assignments[name] ?? []).sorted().compactMap(assignment),
      planRevision: plan.revision
    )
    let (generation, revision) = (host.generation, plan.revision)
    orders[name] = Task.detached {
      let result: Result<AssignReplicasResponse, RPCError>
      do throws(RPCError) {
        result = .success(try await InferenceHostClient(channel).assignReplicas(request))
      } catch {
        result = .failure(error)
      }
      guard !Task.isCancelled else { return }
      await self.answered(name, generation: generation, revision: revision, result)
    }
  }

  private func assignment(_ key: ReplicaKey) -> ReplicaAssignment? {
    guard let entry = book.entry(id: key.endpointID), entry.replicaKey == key else { return nil }
    return ReplicaAssignment(
      endpoint: entry.name,
      variant: key.variant,
      account: entry.record.key.account,
      model: entry.record.spec.model,
      modelVersion: entry.record.spec.modelVersion,
      manifest: entry.manifest,
      endpointID: entry.record.id
    )
  }

  private func answered(
    _ name: String,
    generation: UInt64,
    revision: UInt64,
    _ result: Result<AssignReplicasResponse, RPCError>
  ) {
    orders[name] = nil
    let now = Instant.now
    switch result {
    case .success(let answer) where answer.newestPlanRevision > revision:
      plan.renumber(
        above: answer.newestPlanRevision,
        floor: UInt64(clamping: WallClock.nowUnixMicroseconds)
      )
      isUnsaved = true
      board.failed(name, orderAt: now + options.fastInterval, now: now)
      logger.notice(
        "a host follows a newer plan than this balancer's: plans are numbered above it from now on",
        metadata: ["host": "\(name)", "revision": "\(plan.revision)"]
      )
    case .success(let answer):
      let reports = answer.replicas.prefix(HostCapacity().replicaCount * 2).map(bounded)
      let isAsPlanned = isSettled(name, reports)
      let isOurs = board.answered(
        name,
        generation: generation,
        reports,
        orderAt: now + (isAsPlanned ? options.interval : options.fastInterval),
        now: now
      )
      if isOurs { take(reports, of: name, revision, now) }
    case .failure(let error):
      board.failed(name, orderAt: now + options.fastInterval * 2, now: now)
      logger.info(
        "a host did not take its orders",
        metadata: ["host": "\(name)", "error": "\(error)"]
      )
    }
    bell.raise()
  }

  private func take(
    _ reports: [ReplicaReport],
    of host: String,
    _ revision: UInt64,
    _ now: Instant
  ) {
    var progress: [ReplicaKey: ReplicaProgress] = [:]
    for report in reports where isOfEndpoint(report) {
      progress[report.key] = ReplicaProgress(report)
    }
    switch plan.reported(by: host, revision: revision, progress, now: now) {
    case .noted, .outdated: break
    case .failed(let keys):
      for key in keys {
        logger.warning(
          "a host could not load a replica",
          metadata: [
            "host": "\(host)", "replica": "\(key)",
            "reason": "\(plan.lastFailure(of: key)?.words ?? "")",
          ]
        )
      }
    }
  }

  /// The report is about the model version that the endpoint has now.
  private func isOfEndpoint(_ report: ReplicaReport) -> Bool {
    guard let spec = book.entry(id: report.endpointID)?.record.spec else { return false }
    return report.model == spec.model && report.modelVersion == spec.modelVersion
  }

  /// The host has what it shall have, and nothing else.
  private func isSettled(_ host: String, _ reports: [ReplicaReport]) -> Bool {
    let wanted = plan.assignments[host] ?? []
    let ready = reports.filter { $0.state == .ready && isOfEndpoint($0) }
    return reports.count == wanted.count && Set(ready.map(\.key)) == wanted
  }

  /// What a host says is kept, so it is cut to a size.
  private func bounded(_ report: ReplicaReport) -> ReplicaReport {
    var report = report
    if report.failure.utf8.count > 1024 {
      report.failure = String(decoding: report.failure.utf8.prefix(1024), as: UTF8.self)
    }
    return report
  }
}
