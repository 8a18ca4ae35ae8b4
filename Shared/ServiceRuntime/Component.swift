import Primitives
import ServiceLifecycle

/// A part of a service that starts, serves and drains: a server, a database, a watcher.
///
/// Components start in order, each when the one before it has started, and drain in the opposite
/// order, each when the one after it has ended.
public protocol Component: Sendable {
  /// For logs: `rpc server`.
  var name: String { get }

  /// Starts, calls `lifecycle.started()`, serves until `lifecycle.drainRequested()` returns, ends
  /// what is in work before `lifecycle.drainDeadline`, and returns.
  ///
  /// - Throws: Before or after `started()`; the service then drains and exits with the code of a
  ///   `StartupError`, or 70 for any other error. Returning unasked counts as a failure.
  /// - Cancellation: The task is cancelled when a stop comes before `started()`.
  func run(_ lifecycle: ComponentLifecycle) async throws

  /// Reads again what may have changed on disk, such as certificates (SIGHUP). What stands goes
  /// on; an error is logged and changes nothing.
  func reload() async throws

  /// Whether the component still works; asked at every half of systemd's watchdog time. An answer
  /// that is false or does not come lets systemd restart the service.
  func isHealthy() async -> Bool
}

extension Component {
  public func reload() async throws {}
  public func isHealthy() async -> Bool { true }
}

/// What a component gets to know about the service's life, and tells it.
public struct ComponentLifecycle: Sendable {
  private let deadline: @Sendable () -> Instant?
  private let onStarted: @Sendable () -> Void

  /// `ServiceMain` makes these; a test that runs a component alone makes its own. `onStarted` is
  /// called at every `started()`.
  public init(
    drainDeadline: @escaping @Sendable () -> Instant?,
    onStarted: @escaping @Sendable () -> Void
  ) {
    deadline = drainDeadline
    self.onStarted = onStarted
  }

  /// The component serves; the next one may start. Calls after the first do nothing.
  public func started() { onStarted() }

  /// Returns when the component shall drain, or when its task is cancelled.
  public func drainRequested() async {
    // The only error is a cancellation, which ends the wait as well.
    try? await gracefulShutdown()
  }

  /// When the whole drain has to be over; nil before it began. The process ends then.
  public var drainDeadline: Instant? { deadline() }
}

/// Makes a component of any of swift-service-lifecycle's services. It counts as started when it
/// runs, because such a service does not tell.
public struct ServiceComponent<Wrapped: Service>: Component {
  public let name: String
  private let service: Wrapped

  public init(_ name: String, _ service: Wrapped) {
    self.name = name
    self.service = service
  }

  public func run(_ lifecycle: ComponentLifecycle) async throws {
    lifecycle.started()
    try await service.run()
  }
}
