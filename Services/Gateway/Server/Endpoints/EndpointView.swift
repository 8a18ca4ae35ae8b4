import GatewayCore
import Logging
import Primitives
import Protocols
import RPC
import RPCRuntime
import ServiceRuntime
import Synchronization
import Telemetry

/// What the gateway knows of all endpoints, kept up to date by the balancer: a request is checked
/// here and costs the back end nothing until it fits.
///
/// While the balancer is away the last known stays good.
public final class EndpointView: Component {
  public let name = "endpoint view"

  public struct Entry: Sendable {
    public let endpoint: Endpoint
    /// What it takes, or why nobody can say.
    public let schema: Result<EndpointSchema, EndpointSchema.Problem>
  }

  public typealias Catalog = EndpointCatalog<Entry>

  private let balancer: any CallChannel
  private let catalog = Mutex(Catalog())
  private let isFollowing = Mutex(false)
  private let logger = Logger(label: "martlet.gateway.endpoints")
  /// A watch's life, well within what the balancer grants.
  private static let watchTimeout = Duration.seconds(1800)

  public init(balancer: any CallChannel, metrics: MetricsRegistry) {
    self.balancer = balancer
    metrics.gauge("martlet_gateway_endpoints", help: "Endpoints that the gateway knows.") {
      [weak self] in Double(self?.catalog.withLock { $0.count } ?? 0)
    }
    metrics.gauge(
      "martlet_gateway_endpoint_watch_up",
      help: "1 while the balancer tells the gateway of endpoints, else 0."
    ) { [weak self] in self?.isFollowing.withLock { $0 } ?? false ? 1 : 0 }
  }

  public func answer(account: String, name: String) -> Catalog.Answer {
    catalog.withLock { $0.answer(Catalog.Key(account: account, name: name)) }
  }

  public func run(_ lifecycle: ComponentLifecycle) async throws {
    lifecycle.started()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await lifecycle.drainRequested() }
      group.addTask { await self.follow() }
      await group.next()
      group.cancelAll()
    }
  }

  private func follow() async {
    var backoff = Backoff(initial: .milliseconds(200), cap: .seconds(5))
    var generator = SystemRandomNumberGenerator()
    while !Task.isCancelled {
      let begun = Instant.now
      do {
        try await watch()
        logger.info("the balancer ended the watch of endpoints")
      } catch {
        if Task.isCancelled { return }
        logger.info("the watch of endpoints broke", metadata: ["reason": "\(error)"])
      }
      isFollowing.withLock { $0 = false }
      // A watch that stood is no failed attempt.
      if Instant.now - begun > .seconds(10) { backoff.reset() }
      try? await Task.sleep(for: backoff.next(using: &generator))
    }
  }

  private func watch() async throws {
    var options = CallOptions(timeout: EndpointView.watchTimeout)
    options.waitsForReady = true
    try await EndpointsClient(balancer).watchEndpoints(WatchEndpointsRequest(), options: options) {
      responses in
      catalog.withLock { $0.watchBegan() }
      for try await response in responses { apply(response) }
    }
  }

  private func apply(_ response: WatchEndpointsResponse) {
    switch response.event {
    case .changed(let changed)?:
      guard let endpoint = changed.endpoint else { return }
      let key = Catalog.Key(account: changed.account, name: endpoint.name)
      let entry = Entry(endpoint: endpoint, schema: EndpointView.schema(endpoint))
      catalog.withLock { $0.changed(key, entry) }
    case .deleted(let deleted)?:
      let key = Catalog.Key(account: deleted.account, name: deleted.name)
      catalog.withLock { $0.deleted(key) }
    case .isSnapshotEnd?:
      catalog.withLock { $0.snapshotEnded() }
      isFollowing.withLock { $0 = true }
    case nil: break
    }
  }

  private static func schema(
    _ endpoint: Endpoint
  ) -> Result<EndpointSchema, EndpointSchema.Problem> {
    guard let manifest = endpoint.variants.first?.manifest else {
      return .failure(EndpointSchema.Problem(words: "its model is not known yet"))
    }
    return Result { () throws(EndpointSchema.Problem) in try EndpointSchema(manifest) }
  }
}
