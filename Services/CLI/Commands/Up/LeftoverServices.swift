import Glibc
import Primitives

/// Services of a supervisor that was killed: they end by themselves, since their lifeline is cut,
/// and are waited for, so that nobody else gets in their way.
struct LeftoverServices {
  let services: [SupervisorRecord.Service]

  /// Those that still run.
  init(_ layout: StateLayout) {
    let record = try? RecordFile.readIfPresent(SupervisorRecord.self, layout.supervisor)
    services = (record?.services ?? []).filter { $0.process?.isAlive ?? false }
  }

  /// What people are told; nil when there is nothing to be told.
  var text: String? {
    guard !services.isEmpty else { return nil }
    let names = services.map(\.name).joined(separator: ", ")
    return "an earlier `martlet up` was killed; waiting for what it left behind: \(names)"
  }

  /// Returns when all have ended: by themselves, or killed after `limit`.
  func end(within limit: Duration = Supervisor.stopGrace) async {
    let deadline = Instant.now + limit
    // No SIGTERM: together with the cut lifeline it would be a second request, which ends at once
    // and loses what is in work.
    while services.contains(where: { $0.process?.isAlive ?? false }) {
      if Instant.now >= deadline {
        for service in services { service.process?.signal(SIGKILL) }
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }
}
