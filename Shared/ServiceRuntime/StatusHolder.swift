import Synchronization

/// Lets components be given a way to ask for the status before the status exists, which needs
/// their number.
final class StatusHolder: Sendable {
  private let status = Mutex<ServiceStatus?>(nil)

  func set(_ status: ServiceStatus) { self.status.withLock { $0 = status } }

  var phaseName: ServicePhaseName { status.withLock { $0 }?.phaseName ?? .starting }
}
