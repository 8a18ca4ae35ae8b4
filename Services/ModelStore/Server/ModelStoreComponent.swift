import DurableFiles
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
  private let balancer: any CallChannel
  private let executor = BlockingExecutor()
  private let logger = Logger(label: "martlet.model-store")

  /// - Parameters:
  ///   - folder: The state folder, which exists.
  ///   - balancer: Says what endpoints serve.
  public init(
    _ settings: ModelStoreSettings,
    folder: String,
    balancer: any CallChannel,
    _ context: ServiceContext
  ) {
    self.settings = settings
    self.folder = folder
    self.balancer = balancer
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
        reserveBytes: UInt64(context.settings[settings.reserve]),
        executor: executor
      )
    }
    let metrics = StoreMetrics(context.metrics)
    StoreMetrics.register(blobs, in: context.metrics)
    let catalog = SQLiteCatalog(database: database)
    let totals = try await catalog.totals()
    metrics.versions.set(Int64(totals.versionCount))
    metrics.datasetVersions.set(Int64(totals.datasetVersionCount))
    let parts = StoreParts(
      blobs: blobs,
      catalog: catalog,
      executor: executor,
      maximumBlobBytes: UInt64(context.settings[settings.maximumBlobBytes]),
      endpoints: EndpointDirectory(balancer),
      garbageGrace: context.settings[settings.garbageGrace],
      metrics: metrics
    )
    holder.set(parts)
    logger.info(
      "the store is open",
      metadata: ["blobs": "\(blobs.totals.blobCount)", "versions": "\(totals.versionCount)"]
    )
    lifecycle.started()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await lifecycle.drainRequested() }
      group.addTask { await self.tidy(parts) }
      await group.next()
      group.cancelAll()
    }
    holder.set(nil)
    try await executor.run { try database.close() }
  }

  /// At the start and each hour, until the task is cancelled: removes what belongs to nobody. What
  /// accounts do not use any more they collect themselves.
  private func tidy(_ parts: StoreParts) async {
    let keep = context.settings[settings.uploadKeep]
    while !Task.isCancelled {
      do {
        let uploads = try await parts.blobs.removeAbandoned(after: keep)
        if uploads > 0 {
          logger.info("abandoned uploads removed", metadata: ["count": "\(uploads)"])
        }
        let blobs = try await GarbageCollection.removeUnowned(parts)
        if blobs > 0 { logger.info("files of nobody removed", metadata: ["count": "\(blobs)"]) }
      } catch is CancellationError {
        return
      } catch {
        logger.warning("what belongs to nobody stays", metadata: ["error": "\(error)"])
      }
      try? await Task.sleep(for: .seconds(3600))
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
        place: folder,
        remedy: "give the user of this service its state folder, with room on the disk",
        exitCode: .cannotCreate
      )
    }
  }
}
