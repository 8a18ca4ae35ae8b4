import Digests
import ModelStoreCore
import Persistence
import Primitives
import Protocols
import RPC
import RPCRuntime
import Telemetry
import WireCodec

extension ModelStoreAnswers {
  func createDataset(
    _ request: CreateDatasetRequest,
    context: CallContext
  ) async throws -> CreateDatasetResponse {
    try await answer { parts in
      let name = try ModelStoreAnswers.key(request.name, "name", context)
      let files = try FileList(ManifestReading.files(request.files), sorts: true)
      guard request.description_.utf8.count <= StoreLimits.descriptionBytes else {
        throw StoreProblem.invalid(
          "description: has more than \(StoreLimits.descriptionBytes) bytes"
        )
      }
      let content = Dataset(
        files: ManifestReading.entries(files.files),
        schema_: request.schema_
      ).encoded()
      guard content.count <= StoreLimits.manifestBytes else {
        throw StoreProblem.invalid(
          "files, schema: have \(content.count) bytes, more than \(StoreLimits.manifestBytes)"
        )
      }
      try await VersionMaker(parts: parts).checkFiles(files.files, of: name.account)
      let (record, existed) = try await parts.catalog.createDataset(
        NewDataset(
          dataset: name,
          content: content,
          sha256: Bytes(ModelStoreAnswers.digest(of: files).bytes),
          files: files.files,
          description: request.description_,
          nowUnixMicroseconds: WallClock.nowUnixMicroseconds
        )
      )
      if !existed { parts.metrics.datasetVersions.add() }
      return CreateDatasetResponse(
        dataset: try RecordCoding.dataset(record),
        existed: existed
      )
    }
  }

  /// Of the list of files: of their entries as the wire has them, in order.
  static func digest(of files: FileList) -> SHA256Digest {
    SHA256Hasher.digest(Dataset(files: ManifestReading.entries(files.files)).encoded())
  }

  func describeDataset(
    _ request: DescribeDatasetRequest,
    context: CallContext
  ) async throws -> DescribeDatasetResponse {
    try await answer { parts in
      let name = try ModelStoreAnswers.key(request.name, "name", context)
      let record = try await parts.catalog.dataset(name, version: request.version)
      return DescribeDatasetResponse(dataset: try RecordCoding.dataset(record))
    }
  }

  func listDatasets(
    _ request: ListDatasetsRequest,
    context: CallContext
  ) async throws -> ListDatasetsResponse {
    try await answer { parts in
      let page = try await parts.catalog.datasets(
        of: try ModelStoreAnswers.account(context),
        after: try PageToken.key(request.pageToken),
        count: PageToken.pageSize(request.pageSize)
      )
      let last = page.continues ? page.records.last : nil
      return ListDatasetsResponse(
        datasets: try page.records.map(RecordCoding.dataset),
        nextPageToken: last.map { PageToken.make($0.name) } ?? ""
      )
    }
  }

  func listDatasetVersions(
    _ request: ListDatasetVersionsRequest,
    context: CallContext
  ) async throws -> ListDatasetVersionsResponse {
    try await answer { parts in
      let page = try await parts.catalog.datasetVersions(
        of: try ModelStoreAnswers.key(request.name, "name", context),
        before: try ModelStoreAnswers.version(inToken: request.pageToken),
        count: PageToken.pageSize(request.pageSize)
      )
      let last = page.continues ? page.records.last : nil
      return ListDatasetVersionsResponse(
        datasets: try page.records.map(RecordCoding.dataset),
        nextPageToken: last.map { PageToken.make("\($0.version)") } ?? ""
      )
    }
  }
}
