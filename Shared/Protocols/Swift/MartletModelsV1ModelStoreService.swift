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
  public static let deleteVersion = Method(
    service: "martlet.models.v1.ModelStore", name: "DeleteVersion", kind: .unary,
    options: MethodOptions(
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(30000),
      maximumMessageBytes: 65536))
  public static let deleteModel = Method(
    service: "martlet.models.v1.ModelStore", name: "DeleteModel", kind: .unary,
    options: MethodOptions(
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(30000),
      maximumMessageBytes: 65536))
  public static let deleteAlias = Method(
    service: "martlet.models.v1.ModelStore", name: "DeleteAlias", kind: .unary,
    options: MethodOptions(
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000),
      maximumMessageBytes: 4096))
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
  public static let listDatasetVersions = Method(
    service: "martlet.models.v1.ModelStore", name: "ListDatasetVersions", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(10000)))
  public static let deleteDataset = Method(
    service: "martlet.models.v1.ModelStore", name: "DeleteDataset", kind: .unary,
    options: MethodOptions(
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(30000),
      maximumMessageBytes: 4096))
  public static let describeGarbage = Method(
    service: "martlet.models.v1.ModelStore", name: "DescribeGarbage", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(60000)))
  public static let collectGarbage = Method(
    service: "martlet.models.v1.ModelStore", name: "CollectGarbage", kind: .unary,
    options: MethodOptions(
      isIdempotent: true,
      allowedPeers: ["gateway", "operator"],
      defaultTimeout: .milliseconds(600000)))

  public static let all: [Method] = [describeBlob, uploadBlob, downloadBlob, createVersion, importVersion, describeVersion, listModels, listVersions, setAlias, setApproval, deleteVersion, deleteModel, deleteAlias, createDataset, describeDataset, listDatasets, listDatasetVersions, deleteDataset, describeGarbage, collectGarbage]
}

public protocol ModelStoreService: Service {
  func describeBlob(
    _ request: DescribeBlobRequest,
    context: CallContext
  ) async throws -> DescribeBlobResponse
  /// What is received is kept when the stream breaks; DescribeBlob says from where to go on. A blob
  /// that the account has already is not sent again. Two uploads of one blob at once by one account:
  /// ABORTED for the second. A wrong digest: DATA_LOSS, and nothing is kept. No room on the disk for
  /// all of it beside the uploads in work: RESOURCE_EXHAUSTED before a chunk is taken.
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
  /// FAILED_PRECONDITION while aliases (without `latest`) or endpoints refer to it, naming them;
  /// when the balancer cannot be asked for endpoints: UNAVAILABLE. Its number is never given out
  /// again. What is unused then is removed by CollectGarbage.
  func deleteVersion(
    _ request: DeleteVersionRequest,
    context: CallContext
  ) async throws -> DeleteVersionResponse
  /// All versions in one step, or none.
  func deleteModel(
    _ request: DeleteModelRequest,
    context: CallContext
  ) async throws -> DeleteModelResponse
  func deleteAlias(
    _ request: DeleteAliasRequest,
    context: CallContext
  ) async throws -> DeleteAliasResponse
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
  func listDatasetVersions(
    _ request: ListDatasetVersionsRequest,
    context: CallContext
  ) async throws -> ListDatasetVersionsResponse
  /// A job that has not read it yet will fail and say so; models that were trained on it stay.
  func deleteDataset(
    _ request: DeleteDatasetRequest,
    context: CallContext
  ) async throws -> DeleteDatasetResponse
  /// The plan of a collection: changes nothing.
  func describeGarbage(
    _ request: DescribeGarbageRequest,
    context: CallContext
  ) async throws -> DescribeGarbageResponse
  /// Removes the account's blobs that nothing refers to and that are in no upload. UNAVAILABLE when
  /// the balancer cannot be asked what endpoints serve: then nothing is removed. Stopped early, it
  /// has removed a part.
  func collectGarbage(
    _ request: CollectGarbageRequest,
    context: CallContext
  ) async throws -> CollectGarbageResponse
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
      .unary(ModelStoreMethods.deleteVersion) {
        try await self.deleteVersion($0, context: $1)
      },
      .unary(ModelStoreMethods.deleteModel) {
        try await self.deleteModel($0, context: $1)
      },
      .unary(ModelStoreMethods.deleteAlias) {
        try await self.deleteAlias($0, context: $1)
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
      .unary(ModelStoreMethods.listDatasetVersions) {
        try await self.listDatasetVersions($0, context: $1)
      },
      .unary(ModelStoreMethods.deleteDataset) {
        try await self.deleteDataset($0, context: $1)
      },
      .unary(ModelStoreMethods.describeGarbage) {
        try await self.describeGarbage($0, context: $1)
      },
      .unary(ModelStoreMethods.collectGarbage) {
        try await self.collectGarbage($0, context: $1)
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
  /// that the account has already is not sent again. Two uploads of one blob at once by one account:
  /// ABORTED for the second. A wrong digest: DATA_LOSS, and nothing is kept. No room on the disk for
  /// all of it beside the uploads in work: RESOURCE_EXHAUSTED before a chunk is taken.
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

  /// FAILED_PRECONDITION while aliases (without `latest`) or endpoints refer to it, naming them;
  /// when the balancer cannot be asked for endpoints: UNAVAILABLE. Its number is never given out
  /// again. What is unused then is removed by CollectGarbage.
  public func deleteVersion(
    _ request: DeleteVersionRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DeleteVersionResponse {
    try await channel.unary(ModelStoreMethods.deleteVersion, request, options: options)
  }

  /// All versions in one step, or none.
  public func deleteModel(
    _ request: DeleteModelRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DeleteModelResponse {
    try await channel.unary(ModelStoreMethods.deleteModel, request, options: options)
  }

  public func deleteAlias(
    _ request: DeleteAliasRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DeleteAliasResponse {
    try await channel.unary(ModelStoreMethods.deleteAlias, request, options: options)
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

  public func listDatasetVersions(
    _ request: ListDatasetVersionsRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ListDatasetVersionsResponse {
    try await channel.unary(ModelStoreMethods.listDatasetVersions, request, options: options)
  }

  /// A job that has not read it yet will fail and say so; models that were trained on it stay.
  public func deleteDataset(
    _ request: DeleteDatasetRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DeleteDatasetResponse {
    try await channel.unary(ModelStoreMethods.deleteDataset, request, options: options)
  }

  /// The plan of a collection: changes nothing.
  public func describeGarbage(
    _ request: DescribeGarbageRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DescribeGarbageResponse {
    try await channel.unary(ModelStoreMethods.describeGarbage, request, options: options)
  }

  /// Removes the account's blobs that nothing refers to and that are in no upload. UNAVAILABLE when
  /// the balancer cannot be asked what endpoints serve: then nothing is removed. Stopped early, it
  /// has removed a part.
  public func collectGarbage(
    _ request: CollectGarbageRequest,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> CollectGarbageResponse {
    try await channel.unary(ModelStoreMethods.collectGarbage, request, options: options)
  }
}
