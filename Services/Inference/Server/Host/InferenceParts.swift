import Discovery
import DiscoveryCore
import InferenceCore
import Primitives
import Protocols
import RPCRuntime
import ServiceMesh
import ServiceRuntime
import Settings

/// The parts of an inference host, put together from its settings.
public struct InferenceParts: Sendable {
  public let host: ReplicaHost
  /// Nil for a managed host.
  public let models: SelfHostedModels?
  public let services: [any Service]
  public let forwarder: any CallForwarder

  /// Opens nothing yet.
  public init(_ settings: InferenceSettings, _ mesh: ServiceMesh, _ context: ServiceContext) {
    let values = context.settings
    let executor = BlockingExecutor()
    let engineFolder = values[settings.engineFolder]
    let steps = ReplicaSteps(
      cache: ModelCache(
        folder: "\(mesh.stateFolder)/cache",
        budgetBytes: UInt64(values[settings.cacheBudget]),
        source: BlobSource(
          ModelStoreClient(mesh.channel(to: "model-store")),
          executor: executor
        ),
        executor: executor
      ),
      versionsFolder: "\(mesh.stateFolder)/versions",
      engineFolder: engineFolder,
      worker: ModelWorker.Terms(
        worker: InferenceWorker.Terms(
          engineFolder: engineFolder ?? "",
          precision: values[settings.precision]
        ),
        threadCount: values[settings.threads],
        addressSpaceBytes: values[settings.workerAddressSpace],
        overrunLimit: values[settings.overrunLimit],
        environment: InferenceParts.workerEnvironment(context.environment)
      ),
      room: WorkGate.HostRoom(
        WorkRoom.Limits(
          callCount: values[settings.hostCalls],
          byteCount: values[settings.hostBytes]
        )
      ),
      replicaRoom: WorkRoom.Limits(
        callCount: values[settings.replicaCalls],
        byteCount: values[settings.replicaBytes]
      ),
      loops: mesh.loops,
      executor: executor
    )
    host = ReplicaHost(
      instance: mesh.key.id,
      pool: values[settings.pool],
      steps: steps,
      metrics: context.metrics
    )
    let host = host
    models = values[settings.modelsFolder].map {
      SelfHostedModels(folder: $0, host: host, executor: executor)
    }
    services = [
      InferenceAnswers(host: host, executor: executor), InferenceHostAnswers(host: host),
    ]
    forwarder = PrivateForwarding(
      host,
      RegistryDirectory(channel: mesh.channel(to: mesh.key.role), own: mesh.key),
      context.metrics
    )
  }

  /// The components between the mesh and the port, in order.
  public var components: [any Component] { [host] + (models.map { [$0] } ?? []) }

  /// For the registry.
  public var labels: [String: String] { ["pool": host.pool.rawValue] }

  /// What a native library may want to know of its surroundings; nothing of the service's settings.
  private static func workerEnvironment(_ environment: [String: String]) -> [String: String] {
    let names: Set<String> = ["PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH"]
    return environment.filter { names.contains($0.key) || $0.key.hasPrefix("OMP_") }
  }
}
