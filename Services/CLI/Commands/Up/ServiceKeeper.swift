import Glibc
import Primitives
import Processes
import RPCRuntime
import Synchronization

/// Keeps one service running: starts it, learns when it is ready, starts it again when it dies, and
/// stops it. Holds the other end of its standard input, so that it ends when this process does.
final class ServiceKeeper: Sendable {
  /// What a keeper needs to know besides its plan.
  struct Setting: Sendable {
    let layout: StateLayout
    let registry: String
    /// The folder of the executables.
    let executables: String
    let environment: [String: String]
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
    var lastEnd: ExitStatus?
    var spawnFailure: String?
  }

  let plan: ServicePlan
  private let setting: Setting
  private let state = Mutex(State())
  /// A pipe must be closed on exec before another thread makes a process, or that one would hold
  /// the lifeline of this service as well.
  private static let spawning = Mutex(())
  private static let threads = BlockingExecutor(threadCount: 8, queueLimit: 64)

  init(_ plan: ServicePlan, _ setting: Setting) {
    self.plan = plan
    self.setting = setting
  }

  var phase: ServiceKeeping.Phase { state.withLock { $0.keeping.phase } }
  var log: LogFile { LogFile(path: setting.layout.log(of: plan.name)) }

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
  var trouble: String? {
    state.withLock { state in
      state.spawnFailure ?? state.lastEnd.map { "it ended with \(Self.text($0))" }
    }
  }

  /// Runs the service until it was stopped, or cannot be run at all.
  func run() async {
    while state.withLock({ $0.keeping.mayStart() }) {
      let status = await runOnce()
      let isHopeless = status.map(Self.isHopeless) ?? false
      let next = state.withLock { state in
        state.child = nil
        state.identity = nil
        state.lastEnd = status
        return state.keeping.processEnded(isHopeless: isHopeless, now: .now)
      }
      setting.changed()
      switch next {
      case .done: return
      case .giveUp: return setting.say("\(plan.name) cannot start: \(trouble ?? "it ended")")
      case .restart(let wait):
        let text = trouble ?? "it ended"
        setting.say("\(plan.name): \(text); it starts again in \(ValueText.duration(wait))")
        await pause(wait)
      }
    }
  }

  /// Sends SIGTERM, and SIGKILL when the service is still there after `grace`. Returns when its
  /// process is gone.
  func stop(grace: Duration) async {
    let child = state.withLock { state in state.keeping.stopRequested() ? state.child : nil }
    setting.changed()
    guard let child else { return }
    if await child.terminate(grace: grace) == .signal(SIGKILL) {
      setting.say("\(plan.name) did not end within \(ValueText.duration(grace)), and was killed")
    }
  }

  func killNow() { state.withLock { $0.child }?.signal(SIGKILL) }

  // MARK: One process

  /// Nil when there was none to begin with.
  private func runOnce() async -> ExitStatus? {
    var lifeline: Int32 = -1
    defer { if lifeline >= 0 { close(lifeline) } }
    let child: ChildProcess
    do {
      (child, lifeline) = try spawn()
    } catch {
      state.withLock { $0.spawnFailure = "\(error)" }
      return nil
    }
    let mustStop = state.withLock { state in
      state.child = child
      state.identity = ProcessIdentity(pid: child.pid)
      state.startedAt = .now
      state.spawnFailure = nil
      // A stop may have come while the process was made.
      return state.keeping.phase == .stopping || state.keeping.phase == .ended
    }
    if mustStop { child.signal(SIGTERM) }
    setting.changed()
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.watchReadiness() }
      let status = await child.exit()
      group.cancelAll()
      return status
    }
  }

  private func spawn() throws -> (ChildProcess, lifeline: Int32) {
    try Self.spawning.withLock { _ in
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else {
        throw CommandError("no pipe for its lifeline: \(SmallFile.lastError())")
      }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      defer { close(ends[0]) }
      do {
        let child = try ChildProcess.start(
          executable: "\(setting.executables)/\(plan.executable)",
          arguments: plan.arguments(setting.layout, registry: setting.registry),
          environment: setting.environment,
          input: .descriptor(ends[0]),
          output: .file(log.path, append: true),
          errors: .file(log.path, append: true),
          // A terminal's Ctrl-C is for the supervisor alone, which stops them in order.
          newSession: true
        )
        return (child, ends[1])
      } catch {
        close(ends[1])
        throw error
      }
    }
  }

  private func watchReadiness() async {
    let port = plan.privatePort
    while !Task.isCancelled {
      let status = try? await Self.threads.run {
        LoopbackSocket.httpStatus(port: port, path: "/readyz")
      }
      if status == 200 {
        state.withLock { state in
          state.keeping.becameReady(now: .now)
          state.startMs = state.startedAt.map { (Instant.now - $0).wholeMilliseconds }
        }
        return setting.changed()
      }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Ends early when the service shall stop.
  private func pause(_ wait: Duration) async {
    let end = Instant.now + wait
    while phase == .waiting, Instant.now < end {
      try? await Task.sleep(for: .milliseconds(20))
    }
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
