import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

@Suite("Blobs of a real store", .serialized, .timeLimit(.minutes(2)))
struct UploadTests {
  @Test("a blob comes back byte for byte, whole and in ranges")
  func roundTrip() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      let blob = Blob(count: 3_000_001, seed: 2)
      let first = try await blob.upload(to: client)
      #expect(first == UploadBlobResponse(isComplete: true, receivedBytes: 3_000_001))
      #expect(try await Blob.download(blob.sha256, from: client) == blob.bytes.array)
      let reader = try world.client("inference")
      let part = try await Blob.download(
        blob.sha256,
        from: reader,
        offset: 262_143,
        length: 700_003
      )
      #expect(part == blob.bytes.slice(262_143..<962_146).array)
      #expect(try await Blob.download(blob.sha256, from: reader, offset: 3_000_001).isEmpty)
      let beyond = await failure {
        _ = try await Blob.download(blob.sha256, from: reader, offset: 3_000_000, length: 2)
      }
      #expect(beyond == .outOfRange)
      let state = try await client.describeBlob(DescribeBlobRequest(sha256: blob.sha256))
      #expect(state == DescribeBlobResponse(state: .present, receivedBytes: 3_000_001))
    }
  }

  @Test("a blob that is here is acknowledged without a byte of it")
  func present() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      let blob = Blob(count: 100_000, seed: 3)
      try await blob.upload(to: client)
      let before = try await world.metric("martlet_model_store_received_bytes_total")
      let again = try await blob.upload(to: client)
      #expect(again == UploadBlobResponse(isComplete: true, receivedBytes: 100_000))
      #expect(try await world.metric("martlet_model_store_received_bytes_total") == before)
      #expect(try await world.metric("martlet_model_store_blobs") == 1)
      var wrong = blob.start
      wrong.sizeBytes = 5
      let refused = await failure {
        _ = try await client.uploadBlob(options: Blob.timeout) {
          try await $0.write(UploadBlobRequest(part: .begin(wrong)))
        }
      }
      #expect(refused == .invalidArgument)
    }
  }

  @Test("an empty blob is one")
  func empty() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      let blob = Blob(Bytes())
      #expect(try await blob.upload(to: client).isComplete)
      #expect(try await Blob.download(blob.sha256, from: client).isEmpty)
    }
  }

  @Test("what came before a stream broke off stays, and the rest completes it")
  func resumes() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      let blob = Blob(count: 1_000_000, seed: 4)
      struct GaveUp: Error {}
      await #expect(throws: GaveUp.self) {
        _ = try await client.uploadBlob(options: Blob.timeout) { writer in
          try await writer.write(UploadBlobRequest(part: .begin(blob.start)))
          try await writer.write(UploadBlobRequest(part: .chunk(blob.bytes.slice(0..<300_000))))
          throw GaveUp()
        }
      }
      // The chunk was on its way when the call was left: it came, or it did not.
      try await eventually("no upload is in work") {
        try await world.metric("martlet_model_store_uploads") == 0
      }
      let state = try await client.describeBlob(DescribeBlobRequest(sha256: blob.sha256))
      #expect([0, 300_000].contains(state.receivedBytes))
      let early = try await blob.upload(
        to: client,
        from: Int(state.receivedBytes),
        until: 600_000
      )
      #expect(early == UploadBlobResponse(isComplete: false, receivedBytes: 600_000))
      let partial = try await client.describeBlob(DescribeBlobRequest(sha256: blob.sha256))
      #expect(partial == DescribeBlobResponse(state: .partial, receivedBytes: 600_000))
      // From before the end of what is here: the rest is written anew.
      #expect(try await blob.upload(to: client, from: 500_000).isComplete)
      #expect(try await Blob.download(blob.sha256, from: client) == blob.bytes.array)
    }
  }

  @Test("bytes with another digest are refused and none of them is kept")
  func wrongDigest() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      let blob = Blob(count: 50_000, seed: 5)
      let other = Blob(count: 50_000, seed: 6)
      let code = await failure {
        _ = try await client.uploadBlob(options: Blob.timeout) { writer in
          try await writer.write(UploadBlobRequest(part: .begin(blob.start)))
          try await writer.write(UploadBlobRequest(part: .chunk(other.bytes)))
        }
      }
      #expect(code == .dataLoss)
      let state = try await client.describeBlob(DescribeBlobRequest(sha256: blob.sha256))
      #expect(state.state == .absent)
      #expect(try await world.metric("martlet_model_store_digest_mismatches_total") == 1)
      #expect(try await blob.upload(to: client).isComplete)
    }
  }

  @Test("of two uploads of one blob at once the second is told so")
  func twice() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      let blob = Blob(count: 100_000, seed: 7)
      let first = try await client.uploadBlob(options: Blob.timeout) { writer in
        try await writer.write(UploadBlobRequest(part: .begin(blob.start)))
        try await eventually("the first upload is in work") {
          try await world.metric("martlet_model_store_uploads") == 1
        }
        #expect(await failure { try await blob.upload(to: client) } == .aborted)
        try await writer.write(UploadBlobRequest(part: .chunk(blob.bytes)))
      }
      #expect(first.isComplete)
    }
  }

  @Test("what breaks the contract is refused with a code that says how")
  func refusals() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      let blob = Blob(count: 1000, seed: 8)
      func code(_ messages: [UploadBlobRequest]) async -> StatusCode? {
        await failure {
          _ = try await client.uploadBlob(options: Blob.timeout) { writer in
            for message in messages { try await writer.write(message) }
          }
        }
      }
      let chunk = UploadBlobRequest(part: .chunk(blob.bytes))
      #expect(await code([]) == .invalidArgument)
      #expect(await code([chunk]) == .invalidArgument)
      #expect(await code([UploadBlobRequest()]) == .invalidArgument)
      let begin = UploadBlobRequest(part: .begin(blob.start))
      #expect(await code([begin, begin]) == .invalidArgument)
      #expect(await code([begin, chunk, chunk]) == .invalidArgument)
      // Of this one nothing is here.
      var start = Blob(count: 1000, seed: 9).start
      start.offset = 10
      #expect(await code([UploadBlobRequest(part: .begin(start))]) == .outOfRange)
      start = blob.start
      start.sizeBytes = 65 << 20
      #expect(await code([UploadBlobRequest(part: .begin(start))]) == .invalidArgument)
      start = blob.start
      start.sha256 = Bytes([1, 2, 3])
      #expect(await code([UploadBlobRequest(part: .begin(start))]) == .invalidArgument)
      let missing = await failure { _ = try await Blob.download(Blob("no").sha256, from: client) }
      #expect(missing == .notFound)
      #expect(await failure { try await blob.upload(to: client) } == nil)
    }
  }

  @Test("a role that the contract does not name is refused, for each method")
  func roles() async throws {
    try await StoreWorld.run { world in
      let blob = Blob("secret")
      try await blob.upload(to: try world.client())
      let nobody = try world.client("nobody")
      let denied = StatusCode.permissionDenied
      #expect(await failure { _ = try await nobody.describeBlob(.init()) } == denied)
      #expect(await failure { try await blob.upload(to: nobody) } == denied)
      let download = await failure { _ = try await Blob.download(blob.sha256, from: nobody) }
      #expect(download == denied)
      #expect(await failure { _ = try await nobody.createVersion(.init()) } == denied)
      #expect(await failure { _ = try await nobody.listModels(.init()) } == denied)
      #expect(await failure { _ = try await nobody.setAlias(.init()) } == denied)
      let inference = try world.client("inference")
      #expect(await failure { try await blob.upload(to: inference) } == denied)
      #expect(await failure { _ = try await inference.createDataset(.init()) } == denied)
    }
  }
}
