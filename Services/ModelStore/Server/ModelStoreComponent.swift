import Logging
import ModelStoreCore
import Persistence
import Primitives
import Protocols
import RPCRuntime
import ServiceRuntime
import Settings
import Telemetry

/// The store as a part of its process: opens its folder, holds it while calls come, closes it.
///
/// In the state folder lie `store.sqlite`, `blobs`, `uploads` and `lock`; one process owns them.
public final class ModelStoreComponent: Component {
  public let name = "model store"
  private let holder = StoreHolder()
  private let settings: ModelStoreSettings
  private let context: ServiceContext
  private let folder: String
  private let executor = BlockingExecutor()
  private let logger = Logger(label: "martlet.model-store")

  /// - Parameter folder: The state folder, which exists.
  public init(_ settings: ModelStoreSettings, folder: String, _ context: ServiceContext) {
    self.settings = settings
    self.folder = folder
    self.context = context
  }

  /// For the port; answers UNAVAILABLE until the component has started.
  public var service: some ModelStoreService { ModelStoreAnswers(holder: holder) }

  public func run(_ lifecycle: ComponentLifecycle) async throws {
    let database = try await open { [folder] in
      try EmbeddedDatabase(
        path: "\(folder)/store.sqlite",
        migrations: SQLiteCatalog.migrations
      )
    }
    let blobs = try await open { [folder, settings, context, executor] in
      try LocalBlobStore(
        folder: folder,
        uploadIdle: context.settings[settings.uploadIdle],
        executor: executor
      )
    }
    let metrics = StoreMetrics(context.metrics)
    StoreMetrics.register(blobs, in: context.metrics)
    let catalog = SQLiteCatalog(database: database)
    let totals = try await catalog.totals()
    metrics.versions.set(Int64(totals.versionCount))
    metrics.datasetVersions.set(Int64(totals.datasetVersionCount))
    holder.set(
      StoreParts(
        blobs: blobs,
        catalog: catalog,
        executor: executor,
        maximumBlobBytes: UInt64(context.settings[settings.maximumBlobBytes]),
        metrics: metrics
      )
    )
    logger.info(
      "the store is open",
      metadata: ["blobs": "\(blobs.totals.blobCount)", "versions": "\(totals.versionCount)"]
    )
    lifecycle.started()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await lifecycle.drainRequested() }
      group.addTask { await self.removeAbandonedUploads(blobs) }
      await group.next()
      group.cancelAll()
    }
    holder.set(nil)
    try await executor.run { try database.close() }
  }

  /// Each hour, until the task is cancelled.
  private func removeAbandonedUploads(_ blobs: LocalBlobStore) async {
    let keep = context.settings[settings.uploadKeep]
    while !Task.isCancelled {
      do {
        let count = try await blobs.removeAbandoned(after: keep)
        if count > 0 { logger.info("abandoned uploads removed", metadata: ["count": "\(count)"]) }
        try await Task.sleep(for: .seconds(3600))
      } catch is CancellationError {
        return
      } catch {
        logger.warning("abandoned uploads stay", metadata: ["error": "\(error)"])
        try? await Task.sleep(for: .seconds(3600))
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
    } catch let error as DiskFailure {
      throw StartupError(
        what: error.description,
        place: folder,
        remedy: "give the user of this service its state folder, with room on the disk",
        exitCode: .cannotCreate
      )
    }
  }
}
