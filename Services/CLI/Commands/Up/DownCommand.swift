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
    let record = try RecordFile.readIfPresent(SupervisorRecord.self, layout.supervisor)
    guard SupervisorLock.isHeld(layout.lock) else {
      return try await endLeftovers(console, layout)
    }
    guard let record, record.supervisor.isAlive else {
      // The lock is taken before the record is written.
      throw CommandError(
        "an `up` has begun here and is not so far yet",
        remedy: "try it again in a moment",
        exit: .tryAgain
      )
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

  private func endLeftovers(_ console: Console, _ layout: StateLayout) async throws {
    let leftovers = LeftoverServices(layout)
    await leftovers.end()
    let names = leftovers.services.map(\.name)
    try console.present(Outcome(wasRunning: !names.isEmpty, stopped: names)) { out in
      if names.isEmpty {
        out.line("nothing was running (folder of state: \(layout.folder))")
      } else {
        out.line(
          "the supervisor had gone already; what it left has ended: "
            + names.joined(separator: ", ")
        )
      }
    }
  }
}
