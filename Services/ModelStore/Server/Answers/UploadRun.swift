import Digests
import ModelStoreCore
import Primitives
import Protocols
import RPC
import Telemetry

/// Drives one upload: asks the session what a message means, and does it.
struct UploadRun: ~Copyable {
  private let parts: StoreParts
  private let account: String
  private var session = UploadSession()
  private var upload: (any BlobUpload)?

  private var key: BlobKey?

  /// - Parameter account: Whose the blob will be.
  init(_ parts: StoreParts, account: String) {
    self.parts = parts
    self.account = account
  }

  /// One message of the stream; an answer when there is nothing more to send.
  mutating func take(_ request: UploadBlobRequest) async throws -> UploadBlobResponse? {
    switch request.part {
    case .begin(let start): return try await begin(start)
    case .chunk(let bytes):
      switch session.receivedChunk(byteCount: bytes.count) {
      case .write:
        try await upload?.append(bytes)
        parts.metrics.receivedBytes.add(UInt64(bytes.count))
      case .reject(let problem): throw problem
      case .ignore: break
      }
    case nil: throw StoreProblem.invalid("part: a message is either begin or a chunk")
    }
    return nil
  }

  private mutating func begin(
    _ start: UploadBlobRequest.Start
  ) async throws -> UploadBlobResponse? {
    let decision = session.receivedStart(
      UploadSession.Start(sizeBytes: start.sizeBytes, offset: start.offset),
      digestBytes: start.sha256.count,
      maximumBytes: parts.maximumBlobBytes
    )
    if case .reject(let problem) = decision { throw problem }
    let key = BlobKey(account: account, sha256: start.sha256)
    let upload = try await parts.blobs.beginUpload(of: key)
    (self.key, self.upload) = (key, upload)
    switch session.found(try await parts.presence(of: key)) {
    case .acknowledge:
      upload.leave()
      return UploadBlobResponse(isComplete: true, receivedBytes: start.sizeBytes)
    case .write(let offset):
      try await upload.open(at: offset, sizeBytes: start.sizeBytes)
      return nil
    case .reject(let problem): throw problem
    case .ignore: return nil
    }
  }

  /// The caller has sent all that it will.
  mutating func finish() async throws -> UploadBlobResponse {
    switch session.receivedEnd() {
    case .keep(let receivedBytes):
      try await upload?.keep()
      return UploadBlobResponse(isComplete: false, receivedBytes: receivedBytes)
    case .checkDigest: return try await publish()
    case .reject(let problem): throw problem
    case .ignore: return UploadBlobResponse()
    }
  }

  private mutating func publish() async throws -> UploadBlobResponse {
    guard let upload, let key else { return UploadBlobResponse() }
    let isRight = try await upload.hasRightDigest()
    switch session.digestCompared(isRight: isRight) {
    case .publish:
      let sizeBytes = try await upload.publish { [catalog = parts.catalog] sizeBytes in
        try await catalog.addBlob(
          key,
          sizeBytes: sizeBytes,
          nowUnixMicroseconds: WallClock.nowUnixMicroseconds
        )
      }
      return UploadBlobResponse(isComplete: true, receivedBytes: sizeBytes)
    case .discard(let problem):
      parts.metrics.digestMismatches.add()
      try await upload.discard()
      throw problem
    case .ignore: return UploadBlobResponse()
    }
  }

  /// The stream broke, or something failed: what came is kept, whatever that is.
  mutating func broke() async {
    switch session.broke() {
    case .keep:
      // The caller hears of the first failure; what is on disk says DescribeBlob.
      try? await upload?.keep()
      upload?.leave()
    case .ignore: upload?.leave()
    }
  }
}
