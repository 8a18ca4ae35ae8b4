import Digests
import InProcessTransport
import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization
import Transport

/// A model store that does what a real one does only on a bad day. What no test needs is
/// UNIMPLEMENTED.
final class MisbehavingStore: ModelStoreService {
  struct State: Sendable {
    /// What a download sends, whatever was asked for.
    var download: [Bytes] = []
    var downloadCount = 0
    /// Bytes of each blob that have come, by hexadecimal digest.
    var uploads: [String: [UInt8]] = [:]
    var blobs: [String: [UInt8]] = [:]
    /// Uploads that break off after so many bytes.
    var breaksAfterBytes: [Int] = []
    var offsets: [UInt64] = []
    var created: [CreateVersionRequest] = []
    /// Nil: describing one is answered UNAVAILABLE.
    var dataset: Dataset?
  }

  let state = Mutex(State())

  func describeBlob(
    _ request: DescribeBlobRequest,
    context: CallContext
  ) async throws -> DescribeBlobResponse {
    let name = "\(request.sha256.array)"
    return state.withLock { state in
      if state.blobs[name] != nil { return DescribeBlobResponse(state: .present) }
      guard let part = state.uploads[name] else { return DescribeBlobResponse(state: .absent) }
      return DescribeBlobResponse(state: .partial, receivedBytes: UInt64(part.count))
    }
  }

  func uploadBlob(
    _ requests: RequestStream<UploadBlobRequest>,
    context: CallContext
  ) async throws -> UploadBlobResponse {
    var name = ""
    var size = 0
    for try await request in requests {
      switch request.part {
      case .begin(let start):
        name = "\(start.sha256.array)"
        size = Int(start.sizeBytes)
        state.withLock { state in
          state.offsets.append(start.offset)
          let kept = state.uploads[name, default: []].prefix(Int(start.offset))
          state.uploads[name] = Array(kept)
        }
      case .chunk(let chunk):
        let breaks = state.withLock { state in
          state.uploads[name, default: []] += chunk.array
          guard let limit = state.breaksAfterBytes.first,
            state.uploads[name, default: []].count >= limit
          else { return false }
          state.breaksAfterBytes.removeFirst()
          return true
        }
        if breaks { throw RPCError(.unavailable, "the connection broke") }
      case nil: break
      }
    }
    return state.withLock { state in
      let bytes = state.uploads.removeValue(forKey: name) ?? []
      guard bytes.count == size else { return UploadBlobResponse(receivedBytes: 0) }
      state.blobs[name] = bytes
      return UploadBlobResponse(isComplete: true, receivedBytes: UInt64(size))
    }
  }

  func downloadBlob(
    _ request: DownloadBlobRequest,
    to responses: ResponseWriter<DownloadBlobResponse>,
    context: CallContext
  ) async throws {
    let chunks = state.withLock { state in
      state.downloadCount += 1
      return state.download
    }
    for chunk in chunks { try await responses.write(DownloadBlobResponse(chunk: chunk)) }
  }

  func createVersion(
    _ request: CreateVersionRequest,
    context: CallContext
  ) async throws -> CreateVersionResponse {
    state.withLock { $0.created.append(request) }
    return CreateVersionResponse(version: ModelVersion(model: request.model, version: 4))
  }

  func describeDataset(
    _ request: DescribeDatasetRequest,
    context: CallContext
  ) async throws -> DescribeDatasetResponse {
    guard let dataset = state.withLock({ $0.dataset }) else {
      throw RPCError(.unavailable, "the store is away")
    }
    return DescribeDatasetResponse(dataset: dataset)
  }

  /// Serves in this process, and calls `body` with a client and a folder to work in.
  func run(_ body: (ModelStoreClient, _ folder: String) async throws -> Void) async throws {
    try await serve { try await body(ModelStoreClient($0), $1) }
  }

  /// The same with the channel itself.
  func serve(_ body: (any CallChannel, _ folder: String) async throws -> Void) async throws {
    let serverLoops = [ThreadLoop()]
    let clientLoops = [ThreadLoop()]
    let network = InProcessNetwork()
    let address = TransportAddress.unix(path: "/model-store")
    func identity(_ role: String) -> PeerIdentity {
      .service(suite: "tests", role: role, instance: "1")
    }
    let server = try Server([self])
    try await server.serve(
      network.server(at: address, as: identity("model-store"), loops: serverLoops)
    )
    let channel = ServiceChannel(
      to: address,
      over: network.client(as: identity("trainer"), loops: clientLoops)
    )
    try await TemporaryFolder.with { folder in
      try await body(channel, folder)
    }
    channel.close()
    await server.close()
    for loop in serverLoops + clientLoops { loop.shutdown() }
  }
}
