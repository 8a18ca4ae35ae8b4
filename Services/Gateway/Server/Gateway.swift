import Discovery
import HTTPEdge
import Persistence
import Primitives
import RPCRuntime
import SecureTransport
import ServiceMesh
import ServicePort
import ServiceRuntime
import Settings
import Transport

/// The parts of a gateway, made and joined: keys, the view of endpoints, both edges.
public struct Gateway: Sendable {
  public let endpoints: EndpointView
  public let keys: KeysHandler
  public let forwarder: GatewayForwarder
  public let https: HTTPSPort

  /// Opens the database of keys in the mesh's state folder, and reads them.
  /// - Throws: `StartupError` when that cannot be done.
  public init(
    _ settings: GatewaySettings,
    https httpsSettings: HTTPSPortSettings,
    port: ServicePortConfiguration,
    mesh: ServiceMesh,
    _ context: ServiceContext
  ) async throws {
    let store = try Gateway.openKeys("\(mesh.stateFolder)/gateway.sqlite")
    try await store.forgetEnded(nowUnixMicroseconds: WallClock.nowUnixMicroseconds)
    let ring = try await KeyRing(store)
    let balancer = mesh.channel(to: "balancer")
    endpoints = EndpointView(balancer: balancer, metrics: context.metrics)
    keys = KeysHandler(store, ring)
    let limits = settings.limits(context.settings)
    let gate = RequestGate(
      limitCount: limits.requestCount,
      keyLimitCount: limits.keyRequestCount,
      metrics: context.metrics
    )
    forwarder = GatewayForwarder(
      ring,
      endpoints,
      gate,
      metrics: context.metrics,
      channels: [
        "balancer": balancer,
        "model-store": mesh.channel(to: "model-store"),
        "trainer": mesh.channel(to: "trainer"),
      ]
    )
    var files = port.files
    if let certificate = context.settings[httpsSettings.certificate] {
      files.certificateChain = certificate
      files.privateKey = context.settings[httpsSettings.key]
    }
    https = HTTPSPort(
      addresses: context.settings[httpsSettings.addresses],
      inherited: InheritedSocket.all(environment: context.environment)
        .filter { $0.name == HTTPSPortSettings.socketName },
      files: files,
      takesClientCertificates: context.settings[httpsSettings.takesClientCertificates],
      limits: httpsSettings.limits(context.settings),
      loops: mesh.loops,
      responder: PublicEdge(
        limits: limits,
        gate: gate,
        ring: ring,
        endpoints: endpoints,
        inference: balancer,
        metrics: context.metrics,
        status: context.status
      ),
      metrics: context.metrics
    )
  }

  private static func openKeys(_ path: String) throws(StartupError) -> GRDBKeyStore {
    do {
      return GRDBKeyStore(try EmbeddedDatabase(path: path, migrations: GRDBKeyStore.migrations))
    } catch {
      throw StartupError(
        what: "the database of keys \(error.what)",
        place: error.place,
        remedy: "see that state.folder is the gateway's own, whole and writable",
        exitCode: .cannotCreate
      )
    }
  }
}
