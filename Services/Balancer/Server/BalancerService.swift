import BalancerCore
import Discovery
import DiscoveryCore
import Logging
import Persistence
import Primitives
import Protocols
import RPCRuntime
import ServiceMesh
import ServiceRuntime
import Settings
import Telemetry
import WireCodec

/// The balancer's own part, to be started after the mesh and before the port: the registry, the
/// endpoints, the way of calls to their hosts, and what makes hosts serve them.
public final class BalancerService: Component {
  public let name = "endpoints"
  /// The file in the state folder.
  public static let fileName = "balancer.sqlite"

  /// What the port answers.
  public let services: [any Service]
  /// What the port asks about calls with a target.
  public let forwarder: any CallForwarder
  /// To be started after the port.
  public let watchEnd: WatchEnd

  private let book = EndpointBook()
  private let store: any EndpointStore
  private let reconciler: Reconciler
  private let context: ServiceContext
  private let logger = Logger(label: "martlet.balancer")

  /// Opens the database, which blocks.
  ///
  /// - Parameter mesh: Becomes the registry's own; no channel of it was asked for before.
  /// - Throws: `StartupError` when the database cannot be used.
  public init(
    _ settings: BalancerSettings,
    _ mesh: ServiceMesh,
    _ context: ServiceContext
  ) throws(StartupError) {
    do {
      store = try EmbeddedEndpointStore(path: "\(mesh.stateFolder)/\(BalancerService.fileName)")
    } catch {
      throw StartupError(
        what: error.what,
        place: error.place,
        remedy: "see that the state folder is this service's own and whole",
        exitCode: .cannotCreate
      )
    }
    self.context = context
    let terms = settings.terms(context.settings)
    let registry = mesh.hostRegistry(terms: terms)
    let hosts = mesh.channel(to: "inference")
    var options = Reconciler.Options()
    options.interval = context.settings[settings.interval]
    options.fastInterval = context.settings[settings.fastInterval]
    options.hostGrace = context.settings[settings.hostGrace]
    options.settling = terms.duration + .seconds(1)
    options.placingDelay = context.settings[settings.placingDelay]
    let reconciler = Reconciler(role: hosts, book: book, store: store, options: options)
    self.reconciler = reconciler
    services = [
      registry,
      EndpointsAnswers(
        book: book,
        store: store,
        models: ModelVersions(mesh.channel(to: "model-store")),
        limit: context.settings[settings.endpointLimit],
        metrics: context.metrics,
        hosts: { await reconciler.hosts },
        wakeReconciler: { reconciler.wake() }
      ),
    ]
    watchEnd = WatchEnd(registry, book)
    forwarder = EndpointForwarder(book: book, hosts: hosts)
    register()
  }

  public func run(_ lifecycle: ComponentLifecycle) async throws {
    let state = try await store.load()
    for record in state.endpoints {
      let manifest: Manifest
      do throws(DecodeError) {
        manifest = try Manifest(decoding: record.manifest)
      } catch {
        throw StartupError(
          what: "the manifest of endpoint \(record.key) cannot be read: \(error)",
          place: BalancerService.fileName,
          remedy: "restore a backup of the database",
          exitCode: .software
        )
      }
      book.insert(
        EndpointEntry(
          record,
          manifest: manifest,
          metrics: EndpointMetrics(record.key, context.metrics)
        )
      )
    }
    await reconciler.resume(state)
    if !state.endpoints.isEmpty {
      logger.notice(
        "endpoints are known from before",
        metadata: ["count": "\(state.endpoints.count)"]
      )
    }
    lifecycle.started()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [reconciler] in await reconciler.run() }
      group.addTask { await lifecycle.drainRequested() }
      await group.next()
      group.cancelAll()
    }
  }

  private func register() {
    context.metrics.gauge(
      "martlet_endpoints",
      help: "Endpoints that there are."
    ) { [book] in Double(book.count) }
    context.metrics.gauge(
      "martlet_endpoint_watchers",
      help: "Open watches of endpoints."
    ) { [book] in Double(book.watcherCount) }
  }
}
