import Glibc
import Primitives
import Processes
import RPCRuntime
import Synchronization

/// Keeps one service running: starts it, learns when it is ready, ends it when it hangs, starts it
/// again when it has ended, and stops it. Holds the other end of its standard input, so that it
/// ends when this process does.
final class ServiceKeeper: Sendable {
  /// What a keeper needs to know besides its plan.
  struct Setting: Sendable {
    let layout: StateLayout
    let registry: String
    /// The folder of the executables.
    let executables: String
    let environment: [String: String]
    var liveness = Liveness.Limits()
    /// Something happened that people should hear of.
    let say: @Sendable (String) -> Void
    /// The record has changed.
    let changed: @Sendable () -> Void
  }

  private struct State {
    var keeping = ServiceKeeping()
    var child: ChildProcess?
    var identity: ProcessIdentity?
    var startedAt: Instant?
    var startMs: Int64?
    /// Why its last process ended, or could not be made.
    var trouble: String?
    var life: Task<Void, Never>?
    var stopGrace = Duration.zero
    var isKilled = false
  }

  let plan: ServicePlan
  let log: BoundedLog
  private let setting: Setting
  private let output: LogPipe
  private let state = Mutex(State())
  /// Rung when the service shall stop.
  private let stopping = WakeUp()
  private static let threads = BlockingExecutor(threadCount: 8, queueLimit: 64)

  /// - Throws: when the system has no descriptors or threads left.
  init(_ plan: ServicePlan, _ setting: Setting) throws(CommandError) {
    self.plan = plan
    self.setting = setting
    log = BoundedLog(setting.layout.log(of: plan.name), report: DroppedLines.json)
    output = try LogPipe(into: log)
  }

  var phase: ServiceKeeping.Phase { state.withLock { $0.keeping.phase } }

  var record: SupervisorRecord.Service {
    state.withLock { state in
      SupervisorRecord.Service(
        name: plan.name,
        role: plan.role,
        phase: state.keeping.phase,
        process: state.identity,
        restartCount: state.keeping.restartCount,
        address: plan.address,
        privateAddress: plan.privateAddress,
        log: log.path,
        startMs: state.startMs
      )
    }
  }

  /// Why it does not run, in words; nil when nothing is known.
  var trouble: String? { state.withLock { $0.trouble } }

  /// Runs the service from now on, until `stop`.
  func start() {
    state.withLock { state in
      state.life = state.life ?? Task { await self.run() }
    }
  }

  /// Sends SIGTERM, and SIGKILL when the service is still there after `grace`. Returns when its
  /// process is gone, and none is being made.
  func stop(grace: Duration) async {
    let (child, life) = state.withLock { state in
      state.stopGrace = grace
      return (state.keeping.stopRequested() ? state.child : nil, state.life)
    }
    stopping.ring()
    setting.changed()
    // A process that is being made is ended by who makes it.
    if let child { await end(child, grace: grace) }
    await life?.value
    await output.end()
  }

  /// Ends what runs, and what is being made, without a grace.
  func killNow() {
    state.withLock { state in
      state.isKilled = true
      return state.child
    }?.signal(SIGKILL)
  }

  // MARK: One process after the other

  private func run() async {
    while state.withLock({ !$0.isKilled && $0.keeping.mayStart() }) {
      let isHopeless = await runOnce()
      let next = state.withLock { state in
        state.child = nil
        state.identity = nil
        return state.keeping.processEnded(isHopeless: isHopeless, now: .now)
      }
      setting.changed()
      let trouble = trouble ?? "it ended"
      switch next {
      case .done: return
      case .giveUp: return setting.say("\(plan.name) cannot start: \(trouble)")
      case .restart(let wait):
        setting.say("\(plan.name): \(trouble); it starts again in \(ValueText.duration(wait))")
        await stopping.wait(atMost: wait)
      }
    }
  }

  /// Returns when the process has ended: true when another one would end the same way.
  private func runOnce() async -> Bool {
    var lifeline: CInt = -1
    defer { if lifeline >= 0 { close(lifeline) } }
    let child: ChildProcess
    do {
      (child, lifeline) = try spawn()
    } catch {
      state.withLock { $0.trouble = "\(error)" }
      return false
    }
    let (mustEnd, grace) = state.withLock { state -> (Bool, Duration) in
      state.child = child
      state.identity = ProcessIdentity(pid: child.pid)
      state.startedAt = .now
      state.trouble = nil
      // A stop may have come while the process was made.
      let mustEnd = state.isKilled || state.keeping.phase != .starting
      return (mustEnd, state.isKilled ? .zero : state.stopGrace)
    }
    setting.changed()
    if mustEnd { await end(child, grace: grace) }
    let status = await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.watch(child) }
      let status = await child.exit()
      group.cancelAll()
      return status
    }
    state.withLock { state in
      state.trouble = state.trouble ?? "it ended with \(Self.text(status))"
    }
    return Self.isHopeless(status)
  }

  private func end(_ child: ChildProcess, grace: Duration) async {
    if await child.terminate(grace: grace) == .signal(SIGKILL), grace > .zero {
      setting.say("\(plan.name) did not end within \(ValueText.duration(grace)), and was killed")
    }
  }

  private func spawn() throws(CommandError) -> (ChildProcess, lifeline: CInt) {
    guard let output = output.descriptor else { throw CommandError("its log has ended") }
    let ends = try PipeEnds(for: "its lifeline")
    defer { close(ends.read) }
    do {
      let child = try ChildProcess.start(
        executable: "\(setting.executables)/\(plan.executable)",
        arguments: plan.arguments(setting.layout, registry: setting.registry),
        environment: setting.environment,
        input: .descriptor(ends.read),
        output: .descriptor(output),
        errors: .descriptor(output),
        // A terminal's Ctrl-C is for the supervisor alone, which stops them in order.
        newSession: true
      )
      return (child, ends.write)
    } catch {
      close(ends.write)
      throw CommandError("\(error)")
    }
  }

  /// Asks the process whether it is ready, then whether it lives, until it has ended or is ended
  /// here since it hangs.
  private func watch(_ child: ChildProcess) async {
    let limits = setting.liveness
    let port = plan.privatePort
    var liveness = Liveness(limits, startedAt: .now)
    var isReady = false
    while !Task.isCancelled {
      let path = isReady ? "/healthz" : "/readyz"
      let status = try? await Self.threads.run {
        LoopbackSocket.httpStatus(port: port, path: path, seconds: limits.answerSeconds)
      }
      if Task.isCancelled { return }
      if status != nil {
        liveness.answered(.now)
        if status == 200, !isReady {
          isReady = true
          becameReady()
        }
      } else if let silence = liveness.missed(.now) {
        let text = "it has not answered for \(ValueText.duration(silence)) and was killed"
        state.withLock { $0.trouble = text }
        return child.signal(SIGKILL)
      }
      try? await Task.sleep(for: isReady ? limits.interval : limits.startInterval)
    }
  }

  private func becameReady() {
    state.withLock { state in
      state.keeping.becameReady(now: .now)
      state.startMs = state.startedAt.map { (Instant.now - $0).wholeMilliseconds }
    }
    setting.changed()
  }

  /// Codes that say that another try would end the same way: a wrong command line, a missing file,
  /// a folder that cannot be made, a right that is missing, a wrong configuration.
  private static func isHopeless(_ status: ExitStatus) -> Bool {
    switch status {
    case .code(let code): [64, 66, 73, 77, 78].contains(code)
    case .signal: false
    }
  }

  private static func text(_ status: ExitStatus) -> String {
    switch status {
    case .code(let code): "exit code \(code)"
    case .signal(let number): "signal \(number)"
    }
  }
}
