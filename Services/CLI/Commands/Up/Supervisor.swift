import Glibc
import Primitives
import Synchronization

/// Runs all services of a folder of state: starts them, watches over them, stops them in order.
final class Supervisor: Sendable {
  /// How long the services may take to become ready.
  static let startLimit = Duration.seconds(60)
  /// Longer than the services' own drain, which ends by itself.
  static let stopGrace = Duration.seconds(ServicePlan.drainSeconds + 2)
  private static let logCheckInterval = Duration.seconds(5)

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

  /// - Parameter observer: Sees the record at every change; called from any thread.
  init(
    _ layout: StateLayout,
    _ suite: ServiceSuite,
    executables: String,
    environment: [String: String],
    say: @escaping @Sendable (String) -> Void,
    observer: @escaping @Sendable (SupervisorRecord) -> Void
  ) throws {
    guard let own = ProcessIdentity(pid: getpid()) else {
      throw CommandError("/proc is not there, by which processes are told apart")
    }
    self.own = own
    self.layout = layout
    self.suite = suite
    self.observer = observer
    let changes = changes
    let setting = ServiceKeeper.Setting(
      layout: layout,
      registry: suite.registry,
      executables: executables,
      environment: environment,
      say: say,
      changed: { changes.announce() }
    )
    keepers = suite.plans.map { ServiceKeeper($0, setting) }
  }

  var record: SupervisorRecord {
    SupervisorRecord(
      supervisor: own,
      phase: state.withLock { $0.phase },
      startedUnixUs: startedUnixUs,
      nativeAddress: suite.plan(ServiceSuite.gateway)?.address ?? "",
      httpsAddress: suite.httpsAddress,
      services: keepers.map(\.record)
    )
  }

  /// Serves until a signal comes; `whenReady` is called once, when all services are ready.
  /// - Throws: `CommandError` when they do not become ready. All have ended then, too.
  func run(_ signals: StopSignals, whenReady: @Sendable () throws -> Void) async throws {
    for keeper in keepers { keeper.log.rotateAtStart() }
    changes.connect { self.publish() }
    publish()
    let failure = await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.follow(signals) }
      group.addTask { await self.boundLogs() }
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
    // Not in a group: they end when `stopAll` has stopped them, which comes later.
    let deadline = Instant.now + Self.startLimit
    let (first, others) = (keepers.prefix(1), keepers.dropFirst())
    // Whoever starts before the registry only waits for it.
    for wave in [Array(first), Array(others)] {
      for keeper in wave { Task { await keeper.run() } }
      if let failure = await waitUntilReady(wave, deadline) { return failure }
    }
    if isStopping { return nil }
    set(.ready)
    do {
      try whenReady()
    } catch {
      return error
    }
    while !isStopping { try? await Task.sleep(for: .milliseconds(50)) }
    return nil
  }

  private func waitUntilReady(_ wave: [ServiceKeeper], _ deadline: Instant) async -> CommandError? {
    while !isStopping {
      let late = wave.filter { $0.phase != .ready }
      if late.isEmpty { return nil }
      if let dead = late.first(where: { $0.phase == .ended }) { return failure(of: dead) }
      if Instant.now >= deadline { return failure(of: late[0]) }
      try? await Task.sleep(for: .milliseconds(20))
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

  private func boundLogs() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.logCheckInterval)
      for keeper in keepers { keeper.log.boundSize() }
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
