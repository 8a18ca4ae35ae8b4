import Digests
import Primitives
import Protocols
import RPC
import RPCRuntime

/// Bytes to upload, which a seed repeats.
struct Blob: Sendable {
  let bytes: Bytes
  let sha256: Bytes

  static let timeout = CallOptions(timeout: .seconds(30))
  /// One try: what a call that failed has done is not known.
  static var once: CallOptions {
    var options = timeout
    options.mayRetry = false
    return options
  }

  /// Calls on behalf of somebody's key, which a gateway passes on.
  static func options(of account: String) -> CallOptions {
    var options = timeout
    options.principal = Principal(account: account, keyID: "1")
    return options
  }

  init(_ bytes: Bytes) {
    self.bytes = bytes
    sha256 = Bytes(SHA256Hasher.digest(bytes).bytes)
  }

  init(_ text: String) { self.init(Bytes(text)) }

  init(count: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.init(Bytes((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }))
  }

  func entry(_ path: String) -> FileEntry {
    FileEntry(path: path, sizeBytes: UInt64(bytes.count), sha256: sha256)
  }

  var start: UploadBlobRequest.Start {
    UploadBlobRequest.Start(sha256: sha256, sizeBytes: UInt64(bytes.count))
  }

  /// Sends all from `offset` on, or up to `end`.
  @discardableResult
  func upload(
    to client: ModelStoreClient,
    from offset: Int = 0,
    until end: Int? = nil,
    chunkBytes: Int = 256 * 1024,
    options: CallOptions = Blob.timeout
  ) async throws -> UploadBlobResponse {
    try await client.uploadBlob(options: options) { writer in
      var start = start
      start.offset = UInt64(offset)
      try await writer.write(UploadBlobRequest(part: .begin(start)))
      var position = offset
      while position < end ?? bytes.count {
        let next = min(end ?? bytes.count, position + chunkBytes)
        try await writer.write(UploadBlobRequest(part: .chunk(bytes.slice(position..<next))))
        position = next
      }
    }
  }

  static func download(
    _ sha256: Bytes,
    from client: ModelStoreClient,
    offset: UInt64 = 0,
    length: UInt64 = 0,
    options: CallOptions = timeout
  ) async throws -> [UInt8] {
    let request = DownloadBlobRequest(sha256: sha256, offset: offset, lengthBytes: length)
    return try await client.downloadBlob(request, options: options) { responses in
      var all: [UInt8] = []
      for try await response in responses { all += response.chunk.array }
      return all
    }
  }
}

/// The code with which a call fails; nil when it does not.
func failure(_ body: () async throws -> Void) async -> StatusCode? {
  do {
    try await body()
    return nil
  } catch {
    return (error as? RPCError)?.code ?? .unknown
  }
}
