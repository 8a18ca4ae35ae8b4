/// Who runs here: `supervisor.json`, written by the supervisor at every change, read by `status`,
/// `down`, and the next `up`. `Supervision` tells what it means while the supervisor's lock is
/// held, and when it is not.
struct SupervisorRecord: Codable, Sendable, Equatable {
  enum Phase: String, Codable, Sendable { case starting, ready, stopping, failed, stopped }

  struct Service: Codable, Sendable, Equatable {
    var name: String
    var role: String
    var phase: ServiceKeeping.Phase
    /// Nil while no process of it runs.
    var process: ProcessIdentity?
    var restartCount: Int
    var address: String
    var privateAddress: String
    var log: String
    /// From its start to its readiness, in milliseconds.
    var startMs: Int64?

    var privatePort: Int? { privateAddress.split(separator: ":").last.flatMap { Int($0) } }
  }

  /// Of this file's shape.
  var version = 1
  var supervisor: ProcessIdentity
  var phase: Phase
  var startedUnixUs: Int64
  var nativeAddress: String
  var httpsAddress: String
  var services: [Service]
  /// What people should hear of who wait for the services; nil in older records.
  var notes: [StartNotes.Note]?

  var isReady: Bool { phase == .ready }
}
