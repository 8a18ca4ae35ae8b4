import Digests
import Foundation
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

/// Who may read, build on and collect which bytes.
@Suite("Blobs of accounts of a real store", .serialized, .timeLimit(.minutes(2)))
struct AccountTests {
  private let ours = Blob.options(of: "ours")
  private let theirs = Blob.options(of: "theirs")

  private func state(
    _ blob: Blob,
    _ client: ModelStoreClient,
    _ options: CallOptions
  ) async throws -> DescribeBlobResponse {
    try await client.describeBlob(DescribeBlobRequest(sha256: blob.sha256), options: options)
  }

  private func create(
    _ blob: Blob,
    _ client: ModelStoreClient,
    _ options: CallOptions
  ) async throws {
    let manifest = Manifest(
      format: .onnx,
      files: [blob.entry("model.onnx")],
      entryPath: "model.onnx"
    )
    _ = try await client.createVersion(
      CreateVersionRequest(model: "pulse", manifest: manifest),
      options: options
    )
  }

  @Test("whoever knows a digest has nothing of the blob until all of its bytes were sent")
  func digestIsNoKey() async throws {
    try await StoreWorld.run { world in
      let client = try world.client("gateway")
      let blob = Blob(count: 1_000_000, seed: 5)
      try await blob.upload(to: client, options: ours)
      #expect(try await state(blob, client, ours).state == .present)

      #expect(try await state(blob, client, theirs) == DescribeBlobResponse(state: .absent))
      let read = await failure {
        _ = try await Blob.download(blob.sha256, from: client, options: theirs)
      }
      #expect(read == .notFound)
      #expect(await failure { try await create(blob, client, theirs) } == .failedPrecondition)
      // Claiming that nothing is left to be sent does not help.
      var start = blob.start
      start.offset = 1_000_000
      let claim = await failure {
        _ = try await client.uploadBlob(options: theirs) {
          try await $0.write(UploadBlobRequest(part: .begin(start)))
        }
      }
      #expect(claim == .outOfRange)
      let before = try await world.metric("martlet_model_store_received_bytes_total")
      let sent = try await blob.upload(to: client, options: theirs)
      #expect(sent == UploadBlobResponse(isComplete: true, receivedBytes: 1_000_000))
      let after = try await world.metric("martlet_model_store_received_bytes_total")
      #expect(after - before == 1_000_000)
      // Both have it, and it lies on the disk once.
      #expect(try await world.metric("martlet_model_store_blobs") == 1)
      try await world.killAndRestart()
      let again = try world.client("gateway")
      for options in [ours, theirs] {
        let bytes = try await Blob.download(blob.sha256, from: again, options: options)
        #expect(bytes == blob.bytes.array)
      }
      try await create(blob, again, theirs)
      let third = Blob.options(of: "third")
      #expect(try await state(blob, again, third).state == .absent)
    }
  }

  @Test("an upload that one account has begun is not another's to finish")
  func beginnings() async throws {
    try await StoreWorld.run { world in
      let client = try world.client("gateway")
      let blob = Blob(count: 800_000, seed: 6)
      try await blob.upload(to: client, until: 700_000, options: ours)
      #expect(
        try await state(blob, client, ours)
          == DescribeBlobResponse(state: .partial, receivedBytes: 700_000)
      )
      #expect(try await state(blob, client, theirs).state == .absent)
      let rest = await failure { try await blob.upload(to: client, from: 700_000, options: theirs) }
      #expect(rest == .outOfRange)
      try await blob.upload(to: client, from: 700_000, options: ours)
      #expect(try await state(blob, client, ours).state == .present)
    }
  }

  @Test("services read on behalf of the account whose job or replica it is")
  func services() async throws {
    try await StoreWorld.run { world in
      let blob = Blob("weights")
      try await blob.upload(to: try world.client("gateway"), options: ours)
      for role in ["trainer", "inference"] {
        let client = try world.client(role)
        let bytes = try await Blob.download(blob.sha256, from: client, options: ours)
        #expect(bytes == blob.bytes.array)
        let own = await failure { _ = try await Blob.download(blob.sha256, from: client) }
        #expect(own == .notFound)
      }
    }
  }

  @Test(
    "a file whose name had appeared when the store was killed is no blob before it is sent anew"
  )
  func unacknowledged() async throws {
    try await StoreWorld.run { world in
      let blob = Blob("appeared, and was not acknowledged")
      let hex = SHA256Hasher.digest(blob.bytes).hex
      let path = world.stateFolder.appending(path: "blobs/sha256/\(hex.prefix(2))/\(hex)")
      // As between the rename of an upload and the commit that says whose it is.
      try await world.killAndRestart { try Data(blob.bytes.array).write(to: path) }
      let client = try world.client()
      #expect(try await state(blob, client, Blob.timeout).state == .absent)
      let read = await failure { _ = try await Blob.download(blob.sha256, from: client) }
      #expect(read == .notFound)
      // What belongs to nobody does not stay either.
      try await eventually("the file is gone") { access(path.path, F_OK) != 0 }
      #expect(try await world.metric("martlet_model_store_blobs") == 0)
      try await blob.upload(to: client)
      #expect(try await Blob.download(blob.sha256, from: client) == blob.bytes.array)
    }
  }

  @Test("an upload that the disk has no room for is told how much there is before it sends a byte")
  func noRoom() async throws {
    try await StoreWorld.run(["--uploads-disk-reserve", "1024TiB"]) { world in
      let client = try world.client()
      let blob = Blob("too much")
      do {
        try await blob.upload(to: client)
        Issue.record("it was taken")
      } catch let error as RPCError {
        #expect(error.code == .resourceExhausted)
        #expect(error.message.contains("8 bytes are needed"), "\(error.message)")
        #expect(error.message.contains("\(1 << 50) stay free"), "\(error.message)")
      }
      #expect(try await world.metric("martlet_model_store_received_bytes_total") == 0)
      #expect(try await world.metric("martlet_model_store_promised_bytes") == 0)
    }
  }
}
