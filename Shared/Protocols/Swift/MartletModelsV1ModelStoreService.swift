// Generated from martlet/models/v1/model_store.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

import Primitives
import RPC
import RPCRuntime
import WireCodec

/// The methods of `martlet.models.v1.ModelStore`.
public enum ModelStoreMethods {
  public static let describeBlob = Method(
    service: "martlet.models.v1.ModelStore", name: "DescribeBlob", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator", "trainer"],
      defaultTimeout: .milliseconds(10000),
      maximumMessageBytes: 4096))
  public static let uploadBlob = Method(
    service: "martlet.models.v1.ModelStore", name: "UploadBlob", kind: .clientStreaming,
    options: MethodOptions(
      allowedPeers: ["gateway", "operator", "trainer"],
      defaultTimeout: .milliseconds(3600000),
      maximumMessageBytes: 1048576))
  public static let downloadBlob = Method(
    service: "martlet.models.v1.ModelStore", name: "DownloadBlob", kind: .serverStreaming,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator", "trainer", "inference"],
      defaultTimeout: .milliseconds(3600000),
      maximumMessageBytes: 1048576))
  public static let createVersion = Method(
    service: "martlet.models.v1.ModelStore", name: "CreateVersion", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator", "trainer"],
      defaultTimeout: .milliseconds(30000)))
  public static let importVersion = Method(
    service: "martlet.models.v1.ModelStore", name: "ImportVersion", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(60000)))
  public static let describeVersion = Method(
    service: "martlet.models.v1.ModelStore", name: "DescribeVersion", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator", "trainer", "balancer", "inference"],
      defaultTimeout: .milliseconds(10000)))
  public static let listModels = Method(
    service: "martlet.models.v1.ModelStore", name: "ListModels", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000)))
  public static let listVersions = Method(
    service: "martlet.models.v1.ModelStore", name: "ListVersions", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000)))
  public static let setAlias = Method(
    service: "martlet.models.v1.ModelStore", name: "SetAlias", kind: .unary,
    options: MethodOptions(
      allowedPeers: ["gateway", "operator", "trainer"],
      defaultTimeout: .milliseconds(10000),
      maximumMessageBytes: 4096))
  public static let setApproval = Method(
    service: "martlet.models.v1.ModelStore", name: "SetApproval", kind: .unary,
    options: MethodOptions(
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000)))
  public static let createDataset = Method(
    service: "martlet.models.v1.ModelStore", name: "CreateDataset", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(30000)))
  public static let describeDataset = Method(
    service: "martlet.models.v1.ModelStore", name: "DescribeDataset", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator", "trainer"],
      defaultTimeout: .milliseconds(10000)))
  public static let listDatasets = Method(
    service: "martlet.models.v1.ModelStore", name: "ListDatasets", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000)))

  public static let all: [Method] = [describeBlob, uploadBlob, downloadBlob, createVersion, importVersion, describeVersion, listModels, listVersions, setAlias, setApproval, createDataset, describeDataset, listDatasets]
}

public protocol ModelStoreService: Service {
  func describeBlob(
    _ request: DescribeBlobRequest,
    context: CallContext
  ) async throws -> DescribeBlobResponse
  /// What is received is kept when the stream breaks; DescribeBlob says from where to go on. A blob
  /// that is here already is not written again. Two uploads of one blob at once: ABORTED for the
  /// second. A wrong digest: DATA_LOSS, and nothing is kept.
  func uploadBlob(
    _ requests: RequestStream<UploadBlobRequest>,
    context: CallContext
  ) async throws -> UploadBlobResponse
  func downloadBlob(
    _ request: DownloadBlobRequest,
    to responses: ResponseWriter<DownloadBlobResponse>,
    context: CallContext
  ) async throws
  /// Every file must have been uploaded. Repeating it answers with the version that exists.
  func createVersion(
    _ request: CreateVersionRequest,
    context: CallContext
  ) async throws -> CreateVersionResponse
  func importVersion(
    _ request: ImportVersionRequest,
    context: CallContext
  ) async throws -> ImportVersionResponse
  func describeVersion(
    _ request: DescribeVersionRequest,
    context: CallContext
  ) async throws -> DescribeVersionResponse
  func listModels(
    _ request: ListModelsRequest,
    context: CallContext
  ) async throws -> ListModelsResponse
  func listVersions(
    _ request: ListVersionsRequest,
    context: CallContext
  ) async throws -> ListVersionsResponse
  /// Moves an alias, or makes it.
  func setAlias(
    _ request: SetAliasRequest,
    context: CallContext
  ) async throws -> SetAliasResponse
  func setApproval(
    _ request: SetApprovalRequest,
    context: CallContext
  ) async throws -> SetApprovalResponse
  /// Repeating it answers with the version that exists; other files make the next version.
  func createDataset(
    _ request: CreateDatasetRequest,
    context: CallContext
  ) async throws -> CreateDatasetResponse
  func describeDataset(
    _ request: DescribeDatasetRequest,
    context: CallContext
  ) async throws -> DescribeDatasetResponse
  func listDatasets(
    _ request: ListDatasetsRequest,
    context: CallContext
  ) async throws -> ListDatasetsResponse
}

extension ModelStoreService {
  /// One handler for each method, for a router.
  public var handlers: [MethodHandler] {
    [
      .unary(ModelStoreMethods.describeBlob) {
        try await self.describeBlob($0, context: $1)
      },
      .clientStreaming(ModelStoreMethods.uploadBlob) {
        try await self.uploadBlob($0, context: $1)
      },
      .serverStreaming(ModelStoreMethods.downloadBlob) {
        try await self.downloadBlob($0, to: $1, context: $2)
      },
      .unary(ModelStoreMethods.createVersion) {
        try await self.createVersion($0, context: $1)
      },
      .unary(ModelStoreMethods.importVersion) {
        try await self.importVersion($0, context: $1)
      },
      .unary(ModelStoreMethods.describeVersion) {
        try await self.describeVersion($0, context: $1)
      },
      .unary(ModelStoreMethods.listModels) {
        try await self.listModels($0, context: $1)
      },
      .unary(ModelStoreMethods.listVersions) {
        try await self.listVersions($0, context: $1)
      },
      .unary(ModelStoreMethods.setAlias) {
        try await self.setAlias($0, context: $1)
      },
      .unary(ModelStoreMethods.setApproval) {
        try await self.setApproval($0, context: $1)
      },
      .unary(ModelStoreMethods.createDataset) {
        try await self.createDataset($0, context: $1)
      },
      .unary(ModelStoreMethods.describeDataset) {
        try await self.describeDataset($0, context: $1)
      },
      .unary(ModelStoreMethods.listDatasets) {
        try await self.listDatasets($0, context: $1)
      },
    ]
  }
}

/// Calls `martlet.models.v1.ModelStore` over a channel.
public struct ModelStoreClient: Sendable {
  public let channel: any CallChannel

  public init(_ channel: any CallChannel) { self.channel = channel }

  public func describeBlob(
    _ request: DescribeBlobRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DescribeBlobResponse {
    try await channel.unary(ModelStoreMethods.describeBlob, request, options: options)
  }

  /// What is received is kept when the stream breaks; DescribeBlob says from where to go on. A blob
  /// that is here already is not written again. Two uploads of one blob at once: ABORTED for the
  /// second. A wrong digest: DATA_LOSS, and nothing is kept.
  public func uploadBlob(
    options: CallOptions = CallOptions(),
    _ body: (RequestWriter<UploadBlobRequest>) async throws -> Void
  ) async throws -> UploadBlobResponse {
    try await channel.clientStreaming(ModelStoreMethods.uploadBlob, options: options, body)
  }

  public func downloadBlob<Result>(
    _ request: DownloadBlobRequest,
    options: CallOptions = CallOptions(),
    _ body: (ResponseStream<DownloadBlobResponse>) async throws -> Result
  ) async throws -> Result {
    try await channel.serverStreaming(
      ModelStoreMethods.downloadBlob, request, options: options, body)
  }

  /// Every file must have been uploaded. Repeating it answers with the version that exists.
  public func createVersion(
    _ request: CreateVersionRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> CreateVersionResponse {
    try await channel.unary(ModelStoreMethods.createVersion, request, options: options)
  }

  public func importVersion(
    _ request: ImportVersionRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ImportVersionResponse {
    try await channel.unary(ModelStoreMethods.importVersion, request, options: options)
  }

  public func describeVersion(
    _ request: DescribeVersionRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DescribeVersionResponse {
    try await channel.unary(ModelStoreMethods.describeVersion, request, options: options)
  }

  public func listModels(
    _ request: ListModelsRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListModelsResponse {
    try await channel.unary(ModelStoreMethods.listModels, request, options: options)
  }

  public func listVersions(
    _ request: ListVersionsRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListVersionsResponse {
    try await channel.unary(ModelStoreMethods.listVersions, request, options: options)
  }

  /// Moves an alias, or makes it.
  public func setAlias(
    _ request: SetAliasRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> SetAliasResponse {
    try await channel.unary(ModelStoreMethods.setAlias, request, options: options)
  }

  public func setApproval(
    _ request: SetApprovalRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> SetApprovalResponse {
    try await channel.unary(ModelStoreMethods.setApproval, request, options: options)
  }

  /// Repeating it answers with the version that exists; other files make the next version.
  public func createDataset(
    _ request: CreateDatasetRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> CreateDatasetResponse {
    try await channel.unary(ModelStoreMethods.createDataset, request, options: options)
  }

  public func describeDataset(
    _ request: DescribeDatasetRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DescribeDatasetResponse {
    try await channel.unary(ModelStoreMethods.describeDataset, request, options: options)
  }

  public func listDatasets(
    _ request: ListDatasetsRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListDatasetsResponse {
    try await channel.unary(ModelStoreMethods.listDatasets, request, options: options)
  }
}
