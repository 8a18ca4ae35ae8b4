import Digests
import ModelStoreCore
import Primitives
import Protocols
import Telemetry
import WireCodec

/// Makes versions of manifests, whoever wrote them: a caller or an import.
struct VersionMaker {
  let parts: StoreParts

  /// - Parameter aliases: As requested; checked here.
  func create(
    _ manifest: Manifest,
    of model: ModelKey,
    aliases: [String]
  ) async throws -> (version: ModelVersion, existed: Bool) {
    let encoded = manifest.encoded()
    try ManifestReading.check(manifest, encodedBytes: encoded.count)
    let names = try AliasRules.checked(requested: aliases)
    try await checkFiles(ManifestReading.files(manifest.files))
    let (record, existed) = try await parts.catalog.createVersion(
      NewVersion(
        model: model,
        manifest: encoded,
        manifestSHA256: Bytes(SHA256Hasher.digest(encoded).bytes),
        format: manifest.format.rawValue,
        task: manifest.task,
        approval: Approval.pendingManualApproval.rawValue,
        aliases: names,
        nowUnixMicroseconds: WallClock.nowUnixMicroseconds
      )
    )
    if !existed { parts.metrics.versions.add() }
    return (try RecordCoding.version(record), existed)
  }

  /// Every file must be here, and as large as it is said to be.
  func checkFiles(_ files: [FileRecord]) async throws {
    for file in files {
      guard let digest = SHA256Digest(file.sha256.array) else { continue }
      switch try await parts.blobs.presence(of: digest) {
      case .present(let sizeBytes):
        guard sizeBytes == file.sizeBytes else {
          throw StoreProblem.invalid(
            "files: \(file.path) has \(sizeBytes) bytes, not \(file.sizeBytes)"
          )
        }
      case .partial(let bytes):
        throw StoreProblem.notYet(
          "files: \(file.path) is uploaded up to byte \(bytes) of \(file.sizeBytes); send the rest"
        )
      case .absent:
        throw StoreProblem.notYet("files: \(file.path) is not uploaded; do that first")
      }
    }
  }
}
