import Discovery
import ServiceRuntime

/// Ends the watches when the balancer stops. They have no end of their own, and a port that drains
/// waits for its calls: so it stands after the port in the order of components, and drains first.
public final class WatchEnd: Component {
  public let name = "watches"
  private let registry: RegistryHost
  private let book: EndpointBook

  init(_ registry: RegistryHost, _ book: EndpointBook) {
    self.registry = registry
    self.book = book
  }

  public func run(_ lifecycle: ComponentLifecycle) async throws {
    lifecycle.started()
    await lifecycle.drainRequested()
    registry.endWatches()
    book.endWatches()
  }
}
