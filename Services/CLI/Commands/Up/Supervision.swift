/// What is known of the supervisor of a folder of state.
enum Supervision: Sendable, Equatable {
  /// None was ever here, or the last one ended in order.
  case none
  /// One has taken the lock, and has not said yet who it is.
  case beginning
  case running(SupervisorRecord)
  /// It ended without a word: it was killed, or the machine went down.
  case died(SupervisorRecord)

  /// - Parameters:
  ///   - isLocked: The lock, which a supervisor holds as long as it lives, is held.
  ///   - isAlive: Of the process that the record names.
  init(isLocked: Bool, record: SupervisorRecord?, isAlive: (ProcessIdentity) -> Bool) {
    guard let record else {
      self = isLocked ? .beginning : .none
      return
    }
    if isLocked {
      self = isAlive(record.supervisor) ? .running(record) : .beginning
      return
    }
    switch record.phase {
    case .stopped, .failed: self = .none
    case .starting, .ready, .stopping: self = .died(record)
    }
  }

  /// As it is now.
  static func look(_ layout: StateLayout) throws -> Supervision {
    // In this order: a record that is found with the lock held is never older than its holder.
    let isLocked = SupervisorLock.isHeld(layout.lock)
    let record = try RecordFile.readIfPresent(SupervisorRecord.self, layout.supervisor)
    return Supervision(isLocked: isLocked, record: record, isAlive: \.isAlive)
  }

  /// For scripts.
  var name: String {
    switch self {
    case .none: "stopped"
    case .beginning: "starting"
    case .running(let record): record.phase.rawValue
    case .died: "died"
    }
  }
}

extension CommandError {
  /// The services do not run, or not yet, or not any more.
  static func servicesNotUp(_ state: StateLayout, _ supervision: Supervision) -> CommandError {
    switch supervision {
    case .none, .running:
      return CommandError(
        "the services are not running here (folder of state: \(state.folder))",
        remedy: "start them with `martlet up`, or name a gateway elsewhere with --gateway",
        exit: .unavailable
      )
    case .beginning:
      return CommandError(
        "the services are just being started here (folder of state: \(state.folder))",
        remedy: "try it again in a moment",
        exit: .unavailable
      )
    case .died(let record):
      let left = record.services.filter { $0.process?.isAlive ?? false }.map(\.name)
      let ending = left.isEmpty ? "" : "; still ending: \(left.joined(separator: ", "))"
      return CommandError(
        "the services are not running here: their supervisor (pid \(record.supervisor.pid)) was "
          + "killed, or the machine went down (folder of state: \(state.folder)\(ending))",
        remedy: "`martlet up` starts them again; `martlet down` clears away what is left",
        exit: .unavailable
      )
    }
  }
}
