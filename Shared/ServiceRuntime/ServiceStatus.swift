import Primitives
import Synchronization

/// What a service is doing now; shared by the runtime and whoever has to know. Any thread.
public final class ServiceStatus: Sendable {
  private let phase: Mutex<ServicePhase>

  init(componentCount: Int) { phase = Mutex(ServicePhase(componentCount: componentCount)) }

  public var phaseName: ServicePhaseName { phase.withLock { $0.name } }

  /// True while new work is welcome: after the start, before the drain.
  public var isReady: Bool { phaseName == .ready }

  /// When the drain has to be over; nil before it.
  public var drainDeadline: Instant? { phase.withLock { $0.drainDeadline } }

  func update<Effect>(_ event: (inout ServicePhase) -> Effect) -> Effect {
    phase.withLock { event(&$0) }
  }
}
