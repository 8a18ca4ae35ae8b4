import DurableFiles
import Logging
import Persistence
import Primitives
import Processes
import Protocols
import RPCRuntime
import SecureTransport
import ServiceMesh
import ServiceRuntime
import Settings
import Telemetry

/// The trainer as a part of its process: opens its folder, takes up the jobs that are not over,
/// runs jobs while calls come.
///
/// In the state folder lie `trainer.sqlite`, `datasets` (files by digest), `jobs` (by id:
/// checkpoint and artifact) and `lock`; one process owns them.
public final class TrainerComponent: Component {
  public let name = "trainer"
  private let holder = TrainerHolder()
  private let settings: TrainerSettings
  private let mesh: ServiceMesh
  private let context: ServiceContext
  private let executor = BlockingExecutor()

  /// The role that keeps datasets and models.
  private static let storeRole = "model-store"

  /// - Parameter mesh: Its state folder exists and is the trainer's.
  public init(_ settings: TrainerSettings, _ mesh: ServiceMesh, _ context: ServiceContext) {
    self.settings = settings
    self.mesh = mesh
    self.context = context
    // Asked for here, so that the mesh follows the role from its start.
    _ = mesh.channel(to: TrainerComponent.storeRole)
  }

  /// For the port; answers UNAVAILABLE until the component has started.
  public var service: some TrainerService { TrainerAnswers(holder: holder) }

  public func run(_ lifecycle: ComponentLifecycle) async throws {
    let folder = mesh.stateFolder
    let database = try await open {
      try EmbeddedDatabase(
        path: "\(folder)/trainer.sqlite",
        migrations: SQLiteJobStore.migrations
      )
    }
    let store = SQLiteJobStore(database: database)
    let runner = JobRunner(
      try await runnerParts(store),
      concurrency: context.settings[settings.concurrency]
    )
    try await removeOldFolders(store)
    try await runner.recover()
    holder.set(
      TrainerParts(
        store: store,
        signals: runner.parts.signals,
        runner: runner,
        metrics: runner.parts.metrics,
        modelStore: runner.parts.modelStore
      )
    )
    lifecycle.started()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await lifecycle.drainRequested() }
      group.addTask { await runner.run() }
      group.addTask { await self.endWatches(runner.parts.signals) }
      try await group.next()
      group.cancelAll()
      try await group.waitForAll()
    }
    holder.set(nil)
    try await executor.run { try database.close() }
  }

  /// The port drains before this component, and would wait for watches that last as long as their
  /// jobs: so the phase is looked at, until the task is cancelled.
  private func endWatches(_ signals: JobSignals) async {
    while !Task.isCancelled {
      if context.status() == .draining { signals.end() }
      try? await Task.sleep(for: .milliseconds(250))
    }
  }

  private func runnerParts(_ store: SQLiteJobStore) async throws -> RunnerParts {
    let folder = mesh.stateFolder
    let metrics = TrainerMetrics(context.metrics)
    let (executor, context, settings, mesh) = (executor, context, settings, mesh)
    let cache = try await open {
      try Folder.make("\(folder)/jobs")
      try Folder.make("\(folder)/datasets")
      return try DatasetCache(
        folder: "\(folder)/datasets",
        budgetBytes: context.settings[settings.cacheBytes],
        executor: executor,
        metrics: metrics
      )
    }
    let limits = WorkerLimits(
      addressSpaceBytes: context.settings[settings.workerAddressSpaceBytes],
      niceness: context.settings[settings.workerNiceness]
    )
    // What a worker may know of this process's surroundings.
    let environment = context.environment.filter { name, _ in
      [
        "PATH", "LD_LIBRARY_PATH", "LANG", "TZ", "TMPDIR", "TERM", "NO_COLOR", "JOURNAL_STREAM",
      ].contains(name) || name.hasPrefix("OPENBLAS_") || name.hasPrefix("OMP_")
    }
    return RunnerParts(
      store: store,
      signals: JobSignals(),
      metrics: metrics,
      executor: executor,
      cache: cache,
      modelStore: mesh.channel(to: TrainerComponent.storeRole),
      startWorker: { () throws(ProcessError) in
        try WorkerProcess.start(
          arguments: ["worker", context.settings[RuntimeSettings.logLevel].rawValue],
          environment: environment,
          loop: mesh.loops.loops[0],
          limits: limits
        )
      },
      jobsFolder: "\(folder)/jobs",
      maximumDuration: context.settings[settings.maximumDuration],
      codeVersion: "\(context.name)/\(context.version)"
    )
  }

  /// Folders of jobs that were over when an earlier process ended.
  private func removeOldFolders(_ store: SQLiteJobStore) async throws {
    let unfinished = Set(try await store.unfinished())
    let folder = "\(mesh.stateFolder)/jobs"
    _ = try await open {
      for name in try Folder.names(in: folder) where !unfinished.contains(name) {
        try Folder.remove("\(folder)/\(name)")
      }
    }
  }

  private func open<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    do {
      return try await executor.run(body)
    } catch let error as StorageError {
      throw StartupError(
        what: error.what,
        place: error.place,
        remedy: "see to it, then start again",
        exitCode: .unavailable
      )
    } catch let error as FileError {
      throw StartupError(
        what: error.description,
        place: mesh.stateFolder,
        remedy: "give the user of this service its state folder, with room on the disk",
        exitCode: .cannotCreate
      )
    }
  }
}
