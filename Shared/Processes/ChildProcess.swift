import Glibc
import Primitives
import Synchronization

/// A process that this one started, and waits for: it never becomes a zombie, and its id is never
/// signalled once it may be somebody else's.
///
/// It is not bound to this object's life: who drops the object leaves the process running, and
/// it is still reaped when it ends. Nothing but the three standard streams is handed to it.
public final class ChildProcess: Sendable {
  private struct State {
    var exit: ExitStatus?
    var waiters: [Int: CheckedContinuation<ExitStatus?, Never>] = [:]
    var nextWaiter = 0
  }

  public let pid: pid_t
  private let state = Mutex(State())

  private init(pid: pid_t) { self.pid = pid }

  /// Starts `executable`, a path. Takes the few milliseconds that the system needs to make a
  /// process, which is little enough for a loop.
  /// - Parameters:
  ///   - arguments: Without the name of the program, which is `executable`.
  ///   - environment: All of it; nothing is inherited.
  ///   - newSession: The process leads a session of its own: a terminal's Ctrl-C is not for it.
  /// - Throws: When the file is not there or cannot be run, or the system has no room for it.
  public static func start(
    executable: String,
    arguments: [String] = [],
    environment: [String: String],
    input: ChildInput = .null,
    output: ChildOutput = .inherit,
    errors: ChildOutput = .inherit,
    newSession: Bool = false
  ) throws(ProcessError) -> ChildProcess {
    let plan = SpawnPlan(
      executable: executable,
      arguments: arguments,
      environment: environment,
      input: input,
      output: output,
      errors: errors,
      newSession: newSession
    )
    let child = ChildProcess(pid: try plan.spawn())
    ProcessWaiter.shared.watch(child)
    return child
  }

  /// How it ended; nil while it runs.
  public var status: ExitStatus? { state.withLock { $0.exit } }

  /// Sends a signal; does nothing when the process has ended.
  public func signal(_ number: CInt) {
    // It is reaped under the same lock, so until then its id is its own.
    state.withLock { state in if state.exit == nil { kill(pid, number) } }
  }

  /// Waits for its end. Any number of tasks may wait. A cancelled task waits on: the end of a
  /// process is a fact that somebody has to see.
  public func exit() async -> ExitStatus {
    while true {
      // Nil only for a wait that was given up, which this one never is.
      if let exit = await withCheckedContinuation({ _ = add($0) }) { return exit }
    }
  }

  /// Waits for its end, at most for `duration`; nil when it still runs then, or when the task was
  /// cancelled.
  public func exit(within duration: Duration) async -> ExitStatus? {
    await withTaskGroup(of: ExitStatus?.self) { group in
      group.addTask { await self.exitUnlessCancelled() }
      group.addTask {
        try? await Task.sleep(for: duration)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first ?? status
    }
  }

  /// Asks it to end by SIGTERM and, when it has not within `grace`, ends it by SIGKILL.
  @discardableResult
  public func terminate(grace: Duration) async -> ExitStatus {
    signal(SIGTERM)
    if let exit = await exit(within: grace) { return exit }
    signal(SIGKILL)
    return await exit()
  }

  private func exitUnlessCancelled() async -> ExitStatus? {
    let number = Mutex<Int?>(nil)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let added = add(continuation)
        number.withLock { $0 = added }
        // The cancellation may have come before the number was known to its handler.
        if Task.isCancelled { giveUp(added) }
      }
    } onCancel: {
      if let number = number.withLock({ $0 }) { giveUp(number) }
    }
  }

  private func add(_ continuation: CheckedContinuation<ExitStatus?, Never>) -> Int {
    let (number, exit) = state.withLock { state -> (Int, ExitStatus?) in
      if let exit = state.exit { return (-1, exit) }
      state.nextWaiter += 1
      state.waiters[state.nextWaiter] = continuation
      return (state.nextWaiter, nil)
    }
    if let exit { continuation.resume(returning: exit) }
    return number
  }

  private func giveUp(_ number: Int) {
    state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(returning: nil)
  }

  /// Takes the end of the process from the system; false while it runs. Does not block.
  func reap() -> Bool {
    let (exit, waiters) = state.withLock {
      state -> (ExitStatus?, [CheckedContinuation<ExitStatus?, Never>]) in
      guard state.exit == nil else { return (state.exit, []) }
      var status: Int32 = 0
      let result = waitpid(pid, &status, WNOHANG)
      if result == 0 || (result < 0 && errno == EINTR) { return (nil, []) }
      // An error says that somebody else took the end: the process is gone, nobody knows how.
      state.exit = result == pid ? ExitStatus(waitStatus: status) : .code(-1)
      let waiters = Array(state.waiters.values)
      state.waiters = [:]
      return (state.exit, waiters)
    }
    guard let exit else { return false }
    for waiter in waiters { waiter.resume(returning: exit) }
    return true
  }
}
