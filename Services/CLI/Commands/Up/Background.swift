import FoundationEssentials
import Glibc
import Primitives
import Processes
import Synchronization

/// `martlet up --detach`: the same in a process of its own session, which outlives the terminal.
struct Background: Sendable {
  let settings: UpSettings
  let console: Console

  /// How the process in the background tells why it did not come up.
  private struct Failure: Codable {
    var message: String
    var remedy: String?
    var exit: Int32
    var code: String
  }

  /// Starts that process; returns when the services are ready.
  func start(_ arguments: [String]) async throws {
    let layout = settings.layout
    try layout.make(layout.logs)
    guard !SupervisorLock.isHeld(layout.lock) else { throw CommandError.alreadyRunning(layout) }
    unlink(layout.upFailure)
    // Who is interrupted while it waits leaves nothing behind.
    let isInterrupted = Mutex(false)
    let signals = StopSignals()
    let watch = Task {
      for await _ in signals.arrivals { isInterrupted.withLock { $0 = true } }
    }
    defer { watch.cancel() }
    let began = Instant.now
    let log = layout.log(of: "up")
    var status = stat()
    let logBegin = stat(log, &status) == 0 ? Int(status.st_size) : 0
    let child = try ChildProcess.start(
      executable: UpSettings.ownPath,
      arguments: arguments,
      environment: ProcessInfo.processInfo.environment,
      output: .file(log, append: true),
      errors: .file(log, append: true),
      newSession: true
    )
    let report = StartReport(console)
    // Its own bound is shorter: what goes wrong there is told by it.
    let deadline = began + Supervisor.startLimit + .seconds(60)
    while child.status == nil {
      if let record = try? RecordFile.readIfPresent(SupervisorRecord.self, layout.supervisor),
        record.supervisor.pid == child.pid
      {
        report.showAll(record)
        if record.isReady {
          return try report.ready(record, layout, took: .now - began, isDetached: true)
        }
      }
      if isInterrupted.withLock({ $0 }) {
        await child.terminate(grace: Supervisor.stopGrace * 5)
        throw CommandError("ended before the services were ready", exit: .interrupted)
      }
      guard Instant.now < deadline else {
        await child.terminate(grace: Supervisor.stopGrace * 5)
        throw CommandError(
          "the services were not ready in time, and were stopped",
          remedy: "the logs are in \(layout.logs)",
          exit: .unavailable
        )
      }
      // Ends early when the process does.
      _ = await child.exit(within: .milliseconds(20))
    }
    throw failure(log, from: logBegin)
  }

  private func failure(_ log: String, from begin: Int) -> CommandError {
    if let failure = try? RecordFile.readIfPresent(Failure.self, settings.layout.upFailure) {
      return CommandError(
        failure.message,
        remedy: failure.remedy,
        exit: CommandExit(rawValue: failure.exit) ?? .failed,
        code: failure.code
      )
    }
    let lines = BoundedLog.tail(of: log, from: begin, lineCount: 3).map { "\n  \($0)" }.joined()
    return CommandError(
      "the supervisor ended before the services were ready\(lines)",
      remedy: "its log is \(log)"
    )
  }

  /// What the process in the background does: as in the foreground, with its log for a terminal.
  static func serve(_ settings: UpSettings) async throws {
    // What the system or Swift's runtime write, such as the words of a crash, belongs there, too.
    let log = BoundedLog(settings.layout.log(of: "up"), copies: [STDOUT_FILENO, STDERR_FILENO])
    let undertaking = Undertaking(
      settings: settings,
      notes: StartNotes { note in
        let time = ValueText.time(unixMicroseconds: WallClock.nowUnixMicroseconds)
        log.append(line: "\(time) \(note.isWarning ? "warning: " : "")\(note.text)")
      },
      observer: { _ in }
    )
    do {
      try await undertaking.run { _, took in
        let time = ValueText.time(unixMicroseconds: WallClock.nowUnixMicroseconds)
        log.append(line: "\(time) all services are ready after \(ValueText.duration(took))")
      }
    } catch {
      if let error = CommandError(whatever: error) {
        let failure = Failure(
          message: error.message,
          remedy: error.remedy,
          exit: error.exit.rawValue,
          code: error.code
        )
        try? RecordFile.write(failure, settings.layout.upFailure)
      }
      throw error
    }
  }
}
