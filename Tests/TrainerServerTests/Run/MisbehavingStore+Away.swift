import Protocols
import RPC
import RPCRuntime

/// What no test needs.
extension MisbehavingStore {
  private static let away = RPCError(.unimplemented, "not here")

  func importVersion(
    _ request: ImportVersionRequest,
    context: CallContext
  ) async throws -> ImportVersionResponse { throw MisbehavingStore.away }

  func describeVersion(
    _ request: DescribeVersionRequest,
    context: CallContext
  ) async throws -> DescribeVersionResponse { throw MisbehavingStore.away }

  func listModels(
    _ request: ListModelsRequest,
    context: CallContext
  ) async throws -> ListModelsResponse { throw MisbehavingStore.away }

  func listVersions(
    _ request: ListVersionsRequest,
    context: CallContext
  ) async throws -> ListVersionsResponse { throw MisbehavingStore.away }

  func setAlias(
    _ request: SetAliasRequest,
    context: CallContext
  ) async throws -> SetAliasResponse { throw MisbehavingStore.away }

  func setApproval(
    _ request: SetApprovalRequest,
    context: CallContext
  ) async throws -> SetApprovalResponse { throw MisbehavingStore.away }

  func deleteVersion(
    _ request: DeleteVersionRequest,
    context: CallContext
  ) async throws -> DeleteVersionResponse { throw MisbehavingStore.away }

  func deleteModel(
    _ request: DeleteModelRequest,
    context: CallContext
  ) async throws -> DeleteModelResponse { throw MisbehavingStore.away }

  func deleteAlias(
    _ request: DeleteAliasRequest,
    context: CallContext
  ) async throws -> DeleteAliasResponse { throw MisbehavingStore.away }

  func createDataset(
    _ request: CreateDatasetRequest,
    context: CallContext
  ) async throws -> CreateDatasetResponse { throw MisbehavingStore.away }

  func listDatasets(
    _ request: ListDatasetsRequest,
    context: CallContext
  ) async throws -> ListDatasetsResponse { throw MisbehavingStore.away }

  func listDatasetVersions(
    _ request: ListDatasetVersionsRequest,
    context: CallContext
  ) async throws -> ListDatasetVersionsResponse { throw MisbehavingStore.away }

  func deleteDataset(
    _ request: DeleteDatasetRequest,
    context: CallContext
  ) async throws -> DeleteDatasetResponse { throw MisbehavingStore.away }

  func describeGarbage(
    _ request: DescribeGarbageRequest,
    context: CallContext
  ) async throws -> DescribeGarbageResponse { throw MisbehavingStore.away }

  func collectGarbage(
    _ request: CollectGarbageRequest,
    context: CallContext
  ) async throws -> CollectGarbageResponse { throw MisbehavingStore.away }
}
