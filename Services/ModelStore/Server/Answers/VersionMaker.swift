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
    let files = ManifestReading.files(manifest.files)
    try await checkFiles(files, of: model.account)
    let (record, existed) = try await parts.catalog.createVersion(
      NewVersion(
        model: model,
        manifest: encoded,
        manifestSHA256: Bytes(SHA256Hasher.digest(encoded).bytes),
        files: files,
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

  /// The account must have every file, as large as it is said to be.
  func checkFiles(_ files: [FileRecord], of account: String) async throws {
    let sizes = try await parts.catalog.blobSizes(files.map(\.sha256), of: account)
    for file in files {
      if let sizeBytes = sizes[file.sha256] {
        guard sizeBytes == file.sizeBytes else {
          throw StoreProblem.invalid(
            "files: \(file.path) has \(sizeBytes) bytes, not \(file.sizeBytes)"
          )
        }
        continue
      }
      let key = BlobKey(account: account, sha256: file.sha256)
      let bytes = try await parts.blobs.beginning(of: key)
      throw StoreProblem.notYet(
        bytes == 0
          ? "files: \(file.path) is not uploaded; do that first"
          : "files: \(file.path) is uploaded up to byte \(bytes) of \(file.sizeBytes); "
            + "send the rest"
      )
    }
  }
}
