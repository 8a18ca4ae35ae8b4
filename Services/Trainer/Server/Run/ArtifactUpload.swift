import DurableFiles
import Primitives
import Protocols
import RPC
import RPCRuntime
import Telemetry

/// Brings an artifact to the model store. Every part may be repeated, so a crash at any point costs
/// nothing but the repetition: blobs that are there are not sent again, one that is there in part
/// goes on where it ended, and a version with the same manifest is the same version.
struct ArtifactUpload {
  /// Bytes of one chunk; the store takes up to 512 KiB.
  static let chunkBytes = 256 << 10

  let store: ModelStoreClient
  let options: CallOptions
  let executor: BlockingExecutor
  let metrics: TrainerMetrics

  /// Answers the version.
  func run(_ artifact: Artifact, model: String, aliases: [String]) async throws -> UInt32 {
    let manifest = try await executor.run { try artifact.manifest() }
    for file in manifest.files {
      try await upload(file, "\(artifact.outputFolder)/\(file.path)")
    }
    let response = try await store.createVersion(
      CreateVersionRequest(model: model, manifest: manifest, aliases: aliases),
      options: options
    )
    guard let version = response.version?.version, version > 0 else {
      throw StepError("the model store named no version", isRetryable: true)
    }
    return version
  }

  private func upload(_ file: FileEntry, _ path: String) async throws {
    let state = try await store.describeBlob(
      DescribeBlobRequest(sha256: file.sha256),
      options: options
    )
    if state.state == .present { return }
    let start = state.state == .partial ? min(state.receivedBytes, file.sizeBytes) : 0
    let gone = StepError("\(path) is shorter than it was; train again", isRetryable: false)
    guard let source = try await executor.run({ try OpenFile.reading(path) }) else { throw gone }
    let response = try await store.uploadBlob(options: options) { writer in
      try await writer.write(
        UploadBlobRequest(
          part: .begin(
            UploadBlobRequest.Start(
              sha256: file.sha256,
              sizeBytes: file.sizeBytes,
              offset: start
            )
          )
        )
      )
      var offset = start
      while offset < file.sizeBytes {
        let position = offset
        let chunk = try await executor.run {
          try source.read(at: position, count: ArtifactUpload.chunkBytes)
        }
        guard !chunk.isEmpty else { throw gone }
        try await writer.write(UploadBlobRequest(part: .chunk(chunk)))
        metrics.uploadedBytes.add(UInt64(chunk.count))
        offset += UInt64(chunk.count)
      }
    }
    guard response.isComplete else {
      throw StepError("the model store has not got all of \(file.path)", isRetryable: true)
    }
  }
}
