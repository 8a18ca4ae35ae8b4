import Digests
import ModelStoreCore
import Primitives
import Protocols
import RPC
import RPCRuntime
import Telemetry

extension ModelStoreAnswers {
  /// What a message of a download holds.
  static let downloadChunkBytes = 256 * 1024
  /// What is read from the disk at once; a download never holds more.
  static let readBytes = 4 * downloadChunkBytes

  func describeBlob(
    _ request: DescribeBlobRequest,
    context: CallContext
  ) async throws -> DescribeBlobResponse {
    try await answer { parts in
      switch try await parts.presence(of: ModelStoreAnswers.blob(request.sha256, context)) {
      case .absent: DescribeBlobResponse(state: .absent)
      case .partial(let bytes): DescribeBlobResponse(state: .partial, receivedBytes: bytes)
      case .present(let sizeBytes):
        DescribeBlobResponse(state: .present, receivedBytes: sizeBytes)
      }
    }
  }

  func uploadBlob(
    _ requests: RequestStream<UploadBlobRequest>,
    context: CallContext
  ) async throws -> UploadBlobResponse {
    try await answer { parts in
      var run = UploadRun(parts, account: try ModelStoreAnswers.account(context))
      do {
        for try await request in requests {
          if let response = try await run.take(request) { return response }
        }
        return try await run.finish()
      } catch {
        await run.broke()
        throw error
      }
    }
  }

  func downloadBlob(
    _ request: DownloadBlobRequest,
    to responses: ResponseWriter<DownloadBlobResponse>,
    context: CallContext
  ) async throws {
    try await answer { parts in
      let contents = try await ModelStoreAnswers.contents(request.sha256, parts, context)
      let end = try ModelStoreAnswers.end(of: request, sizeBytes: contents.sizeBytes)
      var offset = request.offset
      while offset < end {
        let from = offset
        let count = Int(min(UInt64(ModelStoreAnswers.readBytes), end - offset))
        let bytes = try await parts.executor.run { try contents.read(at: from, count: count) }
        guard bytes.count == count else {
          throw StoreProblem.damaged("the blob ends at \(from + UInt64(bytes.count)) bytes")
        }
        var sent = 0
        while sent < count {
          let next = min(count, sent + ModelStoreAnswers.downloadChunkBytes)
          try await responses.write(DownloadBlobResponse(chunk: bytes.slice(sent..<next)))
          sent = next
        }
        parts.metrics.sentBytes.add(UInt64(count))
        offset += UInt64(count)
      }
    }
  }

  private static func contents(
    _ sha256: Bytes,
    _ parts: StoreParts,
    _ context: CallContext
  ) async throws -> any BlobContents {
    let digest = try digest(sha256)
    let key = try blob(sha256, context)
    // Of a blob that another account has, nothing is said that a blob which is not here would not
    // be answered with.
    let missing = StoreProblem.missing("blob \(digest) is not here; upload it")
    guard let sizeBytes = try await parts.catalog.blobSize(key) else { throw missing }
    guard let contents = try await parts.blobs.contents(of: digest),
      contents.sizeBytes == sizeBytes
    else {
      throw StoreProblem.damaged("blob \(digest) is lost from the store's disk; upload it again")
    }
    return contents
  }

  /// Behind the last byte that a download asks for.
  static func end(
    of request: DownloadBlobRequest,
    sizeBytes: UInt64
  ) throws(StoreProblem) -> UInt64 {
    guard request.offset <= sizeBytes else {
      throw .outOfRange("offset: \(request.offset) lies beyond the blob's \(sizeBytes) bytes")
    }
    if request.lengthBytes == 0 { return sizeBytes }
    guard request.lengthBytes <= sizeBytes - request.offset else {
      throw .outOfRange(
        "length_bytes: \(request.lengthBytes) bytes from \(request.offset) on go beyond the blob's "
          + "\(sizeBytes) bytes"
      )
    }
    return request.offset + request.lengthBytes
  }
}
