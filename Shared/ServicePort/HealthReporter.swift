import Protocols
import RPC
import RPCRuntime
import Synchronization

/// Answers `grpc.health.v1.Health` for a process: what each of its services says of itself.
///
/// The empty name stands for the whole process. A watcher gets the status at once and again on
/// each change; one that reads slowly gets the newest, not every one between.
public final class HealthReporter: HealthService {
  public typealias Status = HealthCheckResponse.ServingStatus

  private struct State {
    var statuses: [String: Status] = [:]
    /// Watchers by their number, woken on every change.
    var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
    var nextWatcher = 0
    var isEnding = false
  }

  /// Watchers that may be open at once.
  public static let watcherLimit = 1000

  private let state: Mutex<State>

  /// All names start as NOT_SERVING, so that nobody calls before the process says it is ready.
  public init(services: [String] = []) {
    var statuses = ["": Status.notServing]
    for service in services { statuses[service] = .notServing }
    state = Mutex(State(statuses: statuses))
  }

  public func set(_ service: String, _ status: Status) {
    let watchers = state.withLock { state -> [AsyncStream<Void>.Continuation] in
      guard state.statuses.updateValue(status, forKey: service) != status else { return [] }
      return Array(state.watchers.values)
    }
    for watcher in watchers { watcher.yield() }
  }

  /// Sets the status of every name: ready, or draining.
  public func setAll(_ status: Status) {
    for service in state.withLock({ Array($0.statuses.keys) }) { set(service, status) }
  }

  /// Ends all watches, each behind the newest status, and those that come later behind their first
  /// one: they have no end of their own, and a port that drains would wait for them.
  public func endWatches() {
    let watchers = state.withLock { state in
      state.isEnding = true
      return Array(state.watchers.values)
    }
    for watcher in watchers { watcher.finish() }
  }

  public func status(of service: String) -> Status? { state.withLock { $0.statuses[service] } }

  public func check(
    _ request: HealthCheckRequest,
    context: CallContext
  ) async throws -> HealthCheckResponse {
    guard let status = status(of: request.service) else {
      throw RPCError(.notFound, "this process has no service \"\(request.service)\"")
    }
    return HealthCheckResponse(status: status)
  }

  public func watch(
    _ request: HealthCheckRequest,
    to responses: ResponseWriter<HealthCheckResponse>,
    context: CallContext
  ) async throws {
    let (changes, continuation) = AsyncStream.makeStream(
      of: Void.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    continuation.yield()
    let number = try register(continuation)
    defer { _ = state.withLock { $0.watchers.removeValue(forKey: number) } }
    var last: Status?
    for await _ in changes {
      let status = status(of: request.service) ?? .serviceUnknown
      guard status != last else { continue }
      last = status
      try await responses.write(HealthCheckResponse(status: status))
    }
    try Task.checkCancellation()
  }

  private func register(_ continuation: AsyncStream<Void>.Continuation) throws -> Int {
    try state.withLock { state in
      guard state.watchers.count < HealthReporter.watcherLimit else {
        throw RPCError(
          .resourceExhausted,
          "\(HealthReporter.watcherLimit) watch already, which is the limit",
          retryAfter: .seconds(10)
        )
      }
      state.nextWatcher += 1
      state.watchers[state.nextWatcher] = continuation
      if state.isEnding { continuation.finish() }
      return state.nextWatcher
    }
  }
}
