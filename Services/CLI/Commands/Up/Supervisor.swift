import Glibc
import Primitives
import Synchronization

/// Runs all services of a folder of state: starts them, watches over them, stops them in order.
final class Supervisor: Sendable {
  /// How long the services may take to become ready.
  static let startLimit = Duration.seconds(60)
  /// Longer than the services' own drain, which ends by itself.
  static let stopGrace = Duration.seconds(ServicePlan.drainSeconds + 2)

  private struct State {
    var phase = SupervisorRecord.Phase.starting
    var stopRequestCount = 0
    var isDirty = false
    var isWriting = false
  }

  private let layout: StateLayout
  private let suite: ServiceSuite
  private let keepers: [ServiceKeeper]
  private let own: ProcessIdentity
  private let startedUnixUs = WallClock.nowUnixMicroseconds
  private let observer: @Sendable (SupervisorRecord) -> Void
  private let state = Mutex(State())
  private let changes = ChangeRelay()
  private let notes: StartNotes
  /// Rung when a service or a request has changed what there is to do.
  private let news = WakeUp()

  /// - Parameter observer: Sees the record at every change; called from any thread.
  init(
    _ layout: StateLayout,
    _ suite: ServiceSuite,
    executables: String,
    environment: [String: String],
    notes: StartNotes,
    observer: @escaping @Sendable (SupervisorRecord) -> Void
  ) throws {
    guard let own = ProcessIdentity(pid: getpid()) else {
      throw CommandError("/proc is not there, by which processes are told apart")
    }
    self.own = own
    self.layout = layout
    self.suite = suite
    self.observer = observer
    self.notes = notes
    let changes = changes
    let setting = ServiceKeeper.Setting(
      layout: layout,
      registry: suite.registry,
      executables: executables,
      environment: environment,
      say: { notes.add($0) },
      changed: { changes.announce() }
    )
    keepers = try suite.plans.map { try ServiceKeeper($0, setting) }
  }

  var record: SupervisorRecord {
    SupervisorRecord(
      supervisor: own,
      phase: state.withLock { $0.phase },
      startedUnixUs: startedUnixUs,
      nativeAddress: suite.plan(ServiceSuite.gateway)?.address ?? "",
      httpsAddress: suite.httpsAddress,
      services: keepers.map(\.record),
      notes: notes.all
    )
  }

  /// Serves until a signal comes; `whenReady` is called once, when all services are ready.
  /// - Throws: `CommandError` when they do not become ready. All have ended then, too.
  func run(_ signals: StopSignals, whenReady: @Sendable () throws -> Void) async throws {
    changes.connect {
      self.publish()
      self.news.ring()
    }
    publish()
    let failure = await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.follow(signals) }
      let failure = await self.serve(whenReady)
      self.set(failure == nil ? .stopping : .failed)
      await self.stopAll()
      group.cancelAll()
      return failure
    }
    set(failure == nil ? .stopped : .failed)
    if let failure { throw failure }
  }

  // MARK: Serving

  /// Returns when the services shall stop.
  private func serve(_ whenReady: @Sendable () throws -> Void) async -> (any Error)? {
    let deadline = Instant.now + Self.startLimit
    let timer = Task {
      guard (try? await Task.sleep(for: Self.startLimit)) != nil else { return }
      self.news.ring()
    }
    defer { timer.cancel() }
    let (first, others) = (keepers.prefix(1), keepers.dropFirst())
    // Whoever starts before the registry only waits for it.
    for wave in [Array(first), Array(others)] {
      for keeper in wave { keeper.start() }
      if let failure = await waitUntilReady(wave, deadline) { return failure }
    }
    if isStopping { return nil }
    set(.ready)
    do {
      try whenReady()
    } catch {
      return error
    }
    while !isStopping { await news.wait() }
    return nil
  }

  private func waitUntilReady(_ wave: [ServiceKeeper], _ deadline: Instant) async -> CommandError? {
    while !isStopping {
      let late = wave.filter { $0.phase != .ready }
      if late.isEmpty { return nil }
      if let dead = late.first(where: { $0.phase == .ended }) { return failure(of: dead) }
      if Instant.now >= deadline { return failure(of: late[0]) }
      await news.wait()
    }
    return nil
  }

  private func failure(of keeper: ServiceKeeper) -> CommandError {
    let limit = ValueText.duration(Self.startLimit)
    let reason = keeper.trouble ?? "it was not ready within \(limit)"
    var message = "\(keeper.plan.name) did not start: \(reason)"
    for line in keeper.log.tail(lineCount: 3) { message += "\n  \(line)" }
    return CommandError(message, remedy: "its log is \(keeper.log.path)", exit: .unavailable)
  }

  // MARK: Stopping

  private var isStopping: Bool { state.withLock { $0.stopRequestCount > 0 } }

  /// The first signal stops in order, the second one at once.
  private func follow(_ signals: StopSignals) async {
    for await _ in signals.arrivals {
      let count = state.withLock { state in
        state.stopRequestCount += 1
        return state.stopRequestCount
      }
      news.ring()
      if count > 1 { for keeper in keepers { keeper.killNow() } }
    }
  }

  private func stopAll() async {
    for roles in ServiceSuite.stopOrder {
      await withTaskGroup(of: Void.self) { group in
        for keeper in keepers where roles.contains(keeper.plan.role) {
          group.addTask { await keeper.stop(grace: Self.stopGrace) }
        }
      }
    }
  }

  // MARK: Record

  private func set(_ phase: SupervisorRecord.Phase) {
    state.withLock { $0.phase = phase }
    publish()
  }

  /// Writes the record as it is now. Many changes at once are one write; the last one counts.
  private func publish() {
    let isWriter = state.withLock { state in
      state.isDirty = true
      defer { state.isWriting = true }
      return !state.isWriting
    }
    guard isWriter else { return }
    while state.withLock({ state in
      let goesOn = state.isDirty
      state.isDirty = false
      state.isWriting = goesOn
      return goesOn
    }) {
      let record = record
      // Without a record `status` and `down` know less; the services run all the same.
      try? RecordFile.write(record, layout.supervisor)
      observer(record)
    }
  }
}

/// Lets keepers be given a way to tell of changes before there is somebody to tell.
private final class ChangeRelay: Sendable {
  private let listener = Mutex<(@Sendable () -> Void)?>(nil)

  func connect(_ listener: @escaping @Sendable () -> Void) {
    self.listener.withLock { $0 = listener }
  }

  func announce() { listener.withLock { $0 }?() }
}
