import ArgumentParser
import Glibc
import Primitives

/// `martlet down`: stops what `martlet up` started.
struct DownCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "down",
    abstract: "Stops the services of this machine, and waits until they have ended.",
    discussion: """
      What is in work may finish, for up to \(ServicePlan.drainSeconds) s a service. The folder of \
      state stays. When nothing runs that is fine as well.

      Examples:
        martlet down
        martlet down --state ./here
      """
  )

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  private struct Outcome: Encodable {
    let wasRunning: Bool
    let stopped: [String]
  }

  /// Every wave of services may use its grace, and the supervisor a moment more.
  private static let limit = Supervisor.stopGrace * ServiceSuite.stopOrder.count + .seconds(10)

  func run(_ console: Console) async throws {
    let layout = console.state
    let began = Instant.now
    let record: SupervisorRecord
    switch try Supervision.look(layout) {
    case .running(let running): record = running
    case .beginning:
      throw CommandError(
        "an `up` has begun here and is not so far yet",
        remedy: "try it again in a moment",
        exit: .tryAgain
      )
    case .died(let died): return try await clearAway(died, console, layout)
    case .none:
      return try console.present(Outcome(wasRunning: false, stopped: [])) { out in
        out.line("nothing was running (folder of state: \(layout.folder))")
      }
    }
    record.supervisor.signal(SIGTERM)
    while record.supervisor.isAlive, Instant.now - began < Self.limit {
      try await Task.sleep(for: .milliseconds(20))
    }
    if record.supervisor.isAlive {
      console.warn("the supervisor (pid \(record.supervisor.pid)) does not end; it is killed")
      record.supervisor.signal(SIGKILL)
      await LeftoverServices(layout).end()
    }
    let names = record.services.filter { $0.process != nil }.map(\.name)
    try console.present(Outcome(wasRunning: true, stopped: names)) { out in
      let took = ValueText.duration(.now - began)
      out.line("stopped \(names.count) services in \(took); the state stays in \(layout.folder)")
    }
  }

  /// What a supervisor that died left behind: services that end since their lifeline is cut, drafts
  /// of files, and a record that says it runs.
  private func clearAway(
    _ record: SupervisorRecord,
    _ console: Console,
    _ layout: StateLayout
  ) async throws {
    let leftovers = LeftoverServices(layout)
    await leftovers.end()
    // Somebody may have started anew meanwhile; then all this is theirs.
    if let lock = try SupervisorLock(layout.lock) {
      RecordFile.removeDrafts(in: layout.folder, of: layout.records)
      var ended = record
      ended.phase = .stopped
      for index in ended.services.indices {
        ended.services[index].phase = .ended
        ended.services[index].process = nil
      }
      try RecordFile.write(ended, layout.supervisor)
      withExtendedLifetime(lock) {}
    }
    let names = leftovers.services.map(\.name)
    try console.present(Outcome(wasRunning: !names.isEmpty, stopped: names)) { out in
      out.line(
        "the supervisor had died already; what it left has ended"
          + (names.isEmpty ? "" : ": \(names.joined(separator: ", "))")
      )
    }
  }
}
