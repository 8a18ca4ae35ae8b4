import ModelStoreCore
import Primitives
import Protocols
import RPCRuntime

extension ModelStoreAnswers {
  func importVersion(
    _ request: ImportVersionRequest,
    context: CallContext
  ) async throws -> ImportVersionResponse {
    try await answer { parts in
      let model = try ModelStoreAnswers.key(request.model, "model", context)
      // Before the files are read, which takes longest.
      try ManifestRules.checkWord(request.license, "license")
      try ManifestRules.checkPairs(request.tags, "tags")
      _ = try AliasRules.checked(requested: request.aliases)
      let files = try FileList(ManifestReading.files(request.files), sorts: true)
      let maker = VersionMaker(parts: parts)
      try await maker.checkFiles(files.files, of: model.account)
      let found = try await ModelImport(
        blobs: parts.blobs,
        executor: parts.executor,
        files: files
      ).outcome()
      var manifest = found.manifest
      manifest.license = request.license
      manifest.tags = request.tags
      let (version, existed) = try await maker.create(
        manifest,
        of: model,
        aliases: request.aliases
      )
      return ImportVersionResponse(version: version, existed: existed, findings: found.findings)
    }
  }
}
