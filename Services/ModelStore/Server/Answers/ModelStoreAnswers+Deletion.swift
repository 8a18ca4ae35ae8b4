import ModelStoreCore
import Primitives
import Protocols
import RPC
import RPCRuntime
import Telemetry

extension ModelStoreAnswers {
  func deleteAlias(
    _ request: DeleteAliasRequest,
    context: CallContext
  ) async throws -> DeleteAliasResponse {
    try await answer { parts in
      let model = try ModelStoreAnswers.key(request.model, "model", context)
      try AliasRules.check(request.alias, "alias")
      try await parts.catalog.deleteAlias(
        AliasDeletion(
          model: model,
          alias: request.alias,
          expectedRevision: request.expectedRevision
        )
      )
      return DeleteAliasResponse()
    }
  }

  func deleteVersion(
    _ request: DeleteVersionRequest,
    context: CallContext
  ) async throws -> DeleteVersionResponse {
    try await answer { parts in
      guard request.version > 0 else {
        throw StoreProblem.invalid("version: say which; DeleteModel deletes all of them")
      }
      let model = try ModelStoreAnswers.key(request.model, "model", context)
      let deleted = try await ModelStoreAnswers.delete(
        request.version,
        of: model,
        isForced: request.isForced,
        parts
      )
      return DeleteVersionResponse(deletedAliases: deleted.aliases)
    }
  }

  func deleteModel(
    _ request: DeleteModelRequest,
    context: CallContext
  ) async throws -> DeleteModelResponse {
    try await answer { parts in
      let model = try ModelStoreAnswers.key(request.model, "model", context)
      let deleted = try await ModelStoreAnswers.delete(
        nil,
        of: model,
        isForced: request.isForced,
        parts
      )
      return DeleteModelResponse(
        deletedVersionCount: UInt32(clamping: deleted.count),
        deletedAliases: deleted.aliases
      )
    }
  }

  private static func delete(
    _ version: UInt32?,
    of model: ModelKey,
    isForced: Bool,
    _ parts: StoreParts
  ) async throws -> DeletedVersions {
    // What is not there needs no balancer to be refused.
    let selector = version.map { VersionRules.Selector.number($0) } ?? .latest
    _ = try await parts.catalog.version(selector, of: model)
    let served =
      isForced
      ? ServedVersions() : try await parts.endpoints.served(wayOut: "try again, or force it")
    let deleted = try await parts.catalog.deleteVersions(
      VersionDeletion(
        model: model,
        version: version,
        isForced: isForced,
        endpoints: served.endpoints(of: model),
        nowUnixMicroseconds: WallClock.nowUnixMicroseconds
      )
    )
    parts.metrics.versions.subtract(Int64(deleted.count))
    return deleted
  }

  func deleteDataset(
    _ request: DeleteDatasetRequest,
    context: CallContext
  ) async throws -> DeleteDatasetResponse {
    try await answer { parts in
      guard (request.version > 0) != request.allVersions else {
        throw StoreProblem.invalid("version, all_versions: give one of them")
      }
      let count = try await parts.catalog.deleteDataset(
        try ModelStoreAnswers.key(request.name, "name", context),
        version: request.allVersions ? nil : request.version,
        nowUnixMicroseconds: WallClock.nowUnixMicroseconds
      )
      parts.metrics.datasetVersions.subtract(Int64(count))
      return DeleteDatasetResponse(deletedVersionCount: UInt32(clamping: count))
    }
  }

  func describeGarbage(
    _ request: DescribeGarbageRequest,
    context: CallContext
  ) async throws -> DescribeGarbageResponse {
    try await answer { parts in
      let account = try ModelStoreAnswers.account(context)
      return try await GarbageCollection(parts: parts, account: account).described()
    }
  }

  func collectGarbage(
    _ request: CollectGarbageRequest,
    context: CallContext
  ) async throws -> CollectGarbageResponse {
    try await answer { parts in
      let account = try ModelStoreAnswers.account(context)
      return try await GarbageCollection(parts: parts, account: account).run()
    }
  }
}
