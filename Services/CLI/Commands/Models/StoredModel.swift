import Protocols
import RPCRuntime

/// A model version in the store, found and brought here.
enum StoredModel {
  static func describe(
    _ reference: ModelReference,
    _ store: ModelStoreClient,
    _ patience: Patience
  ) async throws -> ModelVersion {
    let request = DescribeVersionRequest(
      model: reference.name,
      version: reference.version,
      alias: reference.alias
    )
    let answer = try await patience.repeating { try await store.describeVersion(request) }
    guard let version = answer.version, version.manifest != nil else {
      throw CommandError("the store answered without the version \(reference)")
    }
    return version
  }

  /// Brings all files of the version into `folder`, each checked against the manifest. The folder
  /// appears whole or not at all.
  static func pull(
    _ version: ModelVersion,
    into folder: ModelFolder,
    replacing: Bool,
    _ store: ModelStoreClient,
    _ patience: Patience,
    _ console: Console
  ) async throws {
    let files = version.manifest?.files ?? []
    let total = files.reduce(0) { $0 &+ $1.sizeBytes }
    let progress = ProgressLine(console, "downloading", total: Int64(clamping: total))
    defer { progress.clear() }
    let download = BlobDownload(store: store, options: CallOptions(), patience: patience)
    var done: UInt64 = 0
    try await folder.write(version, replacing: replacing) { entry, path in
      try await download.fetch(entry, into: path) { received in
        progress.update(Int64(clamping: done &+ received))
      }
      done &+= entry.sizeBytes
    }
  }
}
