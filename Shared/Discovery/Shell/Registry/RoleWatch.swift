import DiscoveryCore
import Logging
import Primitives
import Protocols
import RPC
import RPCRuntime

/// One role's view of a registry: carries out what `MemberView` decides.
actor RoleWatch {
  nonisolated let role: String
  private let source: any RegistrySource
  private let keeper: MembersKeeper?
  private let logger: Logger
  private let deliver: @Sendable (DirectoryUpdate) -> Void
  private let callTimeout: Duration
  private let memberLimit: Int
  private let alarm = Alarm()

  private var view: MemberView
  private var generator: SeededGenerator
  private var stream: Task<Void, Never>?
  private var trouble: String?
  private var isStopped = false
  /// Numbers what goes to disk.
  private var changeCount: UInt64 = 0

  init(
    view: MemberView,
    source: any RegistrySource,
    keeper: MembersKeeper?,
    logger: Logger,
    deliver: @escaping @Sendable (DirectoryUpdate) -> Void
  ) {
    var system = SystemRandomNumberGenerator()
    generator = SeededGenerator(seed: system.next())
    role = view.role
    self.view = view
    self.source = source
    self.keeper = keeper
    self.logger = logger
    self.deliver = deliver
    // The view asks for a new list long before.
    callTimeout = view.settings.relistInterval * 2 + .seconds(60)
    memberLimit = view.settings.memberCount
  }

  // MARK: Life

  func start() {
    let members = view.saved.members
    if !members.isEmpty {
      deliver(
        DirectoryUpdate(
          members.flatMap { member -> [MemberChange] in
            let added = MemberChange.added(member.instance)
            let isDoubted = member.standing == .quarantined
            return isDoubted ? [added, .quarantined(member.instance.key)] : [added]
          }
        )
      )
      logger.info(
        "instances are known from an earlier run",
        metadata: ["role": "\(role)", "count": "\(members.count)"]
      )
    }
    switch view.start(now: .now) {
    case .watch(let request, let wakeAt): open(request, wakeAt)
    case .ignored: break
    }
  }

  func stop() async {
    isStopped = true
    alarm.stop()
    stream?.cancel()
    // Its call must have left the loops before their owner ends them.
    await stream?.value
    await keeper?.end()
  }

  // MARK: Events

  func healthDecided(_ key: InstanceKey, isHealthy: Bool) async {
    guard !isStopped else { return }
    switch view.healthDecided(id: key.id, isHealthy: isHealthy) {
    case .removed(let change): await apply([change])
    case .kept, .unknown: break
    }
  }

  private func snapshotArrived(_ snapshot: Snapshot, on watch: WatchNumber) async {
    guard !isStopped else { return }
    switch view.snapshotArrived(snapshot, on: watch, now: .now, using: &generator) {
    case .applied(let changes, let wakeAt):
      setAlarm(wakeAt)
      await apply(changes)
    case .ignored: break
    case .refused(let wakeAt):
      stream?.cancel()
      setAlarm(wakeAt)
      setTrouble("the registry sent an older list than before")
    }
  }

  private func batchArrived(_ batch: DeltaBatch, on watch: WatchNumber) async {
    guard !isStopped else { return }
    switch view.batchArrived(batch, on: watch, now: .now) {
    case .applied(let changes, let wakeAt):
      setAlarm(wakeAt)
      await apply(changes)
    case .ignored: break
    case .relist(let request, let wakeAt): open(request, wakeAt)
    }
  }

  private func watchEnded(_ watch: WatchNumber, _ error: RPCError?) {
    guard !isStopped else { return }
    let end: WatchEnd = error?.code == .outOfRange ? .compacted : .lost
    switch view.watchEnded(watch, end, now: .now, using: &generator) {
    case .wait(let wakeAt):
      setAlarm(wakeAt)
      setTrouble(
        "the registry cannot be followed: \(error.map { "\($0)" } ?? "it ended the watch")"
      )
    case .relist(let request, let wakeAt): open(request, wakeAt)
    case .ignored: break
    }
  }

  private func timerFired() {
    guard !isStopped else { return }
    switch view.timerFired(now: .now, using: &generator) {
    case .watch(let request, let wakeAt): open(request, wakeAt)
    case .giveUp(let wakeAt):
      stream?.cancel()
      setAlarm(wakeAt)
      setTrouble("the registry does not answer")
    case .wait(let wakeAt): setAlarm(wakeAt)
    case .ignored: break
    }
  }

  // MARK: Effects

  private func apply(_ changes: [MemberChange]) async {
    let isMended = trouble != nil
    if isMended {
      trouble = nil
      logger.info("the registry is followed again", metadata: ["role": "\(role)"])
    }
    // Also without changes: that the list is empty is news at the start.
    deliver(DirectoryUpdate(changes))
    guard !changes.isEmpty else { return }
    changeCount += 1
    await keeper?.changed(to: view.saved, number: changeCount)
  }

  private func setTrouble(_ text: String) {
    if trouble == nil {
      logger.warning(
        "the registry is away; what is known stays in use",
        metadata: ["role": "\(role)", "reason": "\(text)"]
      )
    }
    trouble = text
    deliver(DirectoryUpdate([], trouble: text))
  }

  private func setAlarm(_ instant: Instant) {
    alarm.set(for: instant) { [weak self] in await self?.timerFired() }
  }

  /// In place of the watch that is open.
  private func open(_ request: WatchRequest, _ wakeAt: Instant) {
    stream?.cancel()
    setAlarm(wakeAt)
    stream = Task.detached { [weak self, source, callTimeout, memberLimit] in
      var error: RPCError?
      do {
        var list = ListAssembly(role: request.role, memberLimit: memberLimit)
        try await source.watch(
          WatchRoleRequest(
            role: request.role,
            position: request.position.map { RegistryPosition($0) }
          ),
          timeout: callTimeout
        ) { response in
          try await self?.arrived(response, request.number, &list)
        }
      } catch let failure as RPCError {
        error = failure
      } catch {
        // The task was cancelled: another watch took its place.
        return
      }
      guard !Task.isCancelled else { return }
      await self?.watchEnded(request.number, error)
    }
  }

  private func arrived(
    _ response: WatchRoleResponse,
    _ watch: WatchNumber,
    _ list: inout ListAssembly
  ) async throws {
    switch response.event {
    case .page(let page):
      let snapshot = try list.add(page, problem: warn)
      if let snapshot { await snapshotArrived(snapshot, on: watch) }
    case .batch(let message):
      await batchArrived(DeltaBatch(message, role: role, problem: warn), on: watch)
    case nil: break
    }
  }

  private func warn(_ problem: InstanceProblem) {
    logger.warning(
      "the registry sent an instance that makes no sense; it is left out",
      metadata: ["role": "\(role)", "reason": "\(problem)"]
    )
  }
}
