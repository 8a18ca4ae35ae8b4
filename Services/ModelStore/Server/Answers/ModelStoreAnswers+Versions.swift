import ModelStoreCore
import Persistence
import Primitives
import Protocols
import RPC
import RPCRuntime

extension ModelStoreAnswers {
  func createVersion(
    _ request: CreateVersionRequest,
    context: CallContext
  ) async throws -> CreateVersionResponse {
    try await answer { parts in
      let model = try ModelStoreAnswers.key(request.model, "model", context)
      guard let manifest = request.manifest else {
        throw StoreProblem.invalid("manifest: is missing")
      }
      let (version, existed) = try await VersionMaker(parts: parts)
        .create(manifest, of: model, aliases: request.aliases)
      return CreateVersionResponse(version: version, existed: existed)
    }
  }

  func describeVersion(
    _ request: DescribeVersionRequest,
    context: CallContext
  ) async throws -> DescribeVersionResponse {
    try await answer { parts in
      let model = try ModelStoreAnswers.key(request.model, "model", context)
      let selector = try VersionRules.Selector(version: request.version, alias: request.alias)
      let record = try await parts.catalog.version(selector, of: model)
      return DescribeVersionResponse(version: try RecordCoding.version(record))
    }
  }

  func listModels(
    _ request: ListModelsRequest,
    context: CallContext
  ) async throws -> ListModelsResponse {
    try await answer { parts in
      let page = try await parts.catalog.models(
        of: try ModelStoreAnswers.account(context),
        after: try PageToken.key(request.pageToken),
        count: PageToken.pageSize(request.pageSize)
      )
      let last = page.continues ? page.records.last : nil
      return ListModelsResponse(
        models: page.records.map(RecordCoding.summary),
        nextPageToken: last.map { PageToken.make($0.name) } ?? ""
      )
    }
  }

  func listVersions(
    _ request: ListVersionsRequest,
    context: CallContext
  ) async throws -> ListVersionsResponse {
    try await answer { parts in
      let page = try await parts.catalog.versions(
        of: try ModelStoreAnswers.key(request.model, "model", context),
        before: try ModelStoreAnswers.version(inToken: request.pageToken),
        count: PageToken.pageSize(request.pageSize)
      )
      let last = page.continues ? page.records.last : nil
      return ListVersionsResponse(
        versions: try page.records.map(RecordCoding.version),
        nextPageToken: last.map { PageToken.make("\($0.version)") } ?? ""
      )
    }
  }

  /// The last number of the page before in a list of versions.
  static func version(inToken token: String) throws -> UInt32? {
    guard let key = try PageToken.key(token) else { return nil }
    guard let number = UInt32(key) else {
      throw StoreProblem.invalid("page_token: is that of another list")
    }
    return number
  }

  func setAlias(
    _ request: SetAliasRequest,
    context: CallContext
  ) async throws -> SetAliasResponse {
    try await answer { parts in
      let model = try ModelStoreAnswers.key(request.model, "model", context)
      try AliasRules.check(request.alias, "alias")
      let record = try await parts.catalog.setAlias(
        AliasChange(
          model: model,
          alias: request.alias,
          version: request.version,
          expectedRevision: request.expectedRevision,
          nowUnixMicroseconds: WallClock.nowUnixMicroseconds
        )
      )
      return SetAliasResponse(alias: RecordCoding.alias(record))
    }
  }

  func setApproval(
    _ request: SetApprovalRequest,
    context: CallContext
  ) async throws -> SetApprovalResponse {
    try await answer { parts in
      let model = try ModelStoreAnswers.key(request.model, "model", context)
      switch request.approval {
      case .pendingManualApproval, .approved, .rejected: break
      case .unspecified, .unrecognized:
        throw StoreProblem.invalid("approval: is missing")
      }
      let record = try await parts.catalog.setApproval(
        ApprovalChange(
          model: model,
          version: request.version,
          approval: request.approval.rawValue,
          expectedRevision: request.expectedRevision,
          nowUnixMicroseconds: WallClock.nowUnixMicroseconds
        )
      )
      return SetApprovalResponse(version: try RecordCoding.version(record))
    }
  }
}
