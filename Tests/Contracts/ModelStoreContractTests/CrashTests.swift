import Foundation
import Glibc
import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization
import TestKit
import Testing

/// What the store has said stays true when its process is killed at any instant.
@Suite("A store that is killed", .serialized, .timeLimit(.minutes(2)))
struct CrashTests {
  @Test("an upload goes on where the disk has it after the store was killed in its middle")
  func duringUpload() async throws {
    try await StoreWorld.run { world in
      let blob = Blob(count: 6 << 20, seed: 1)
      let client = try world.client()
      let broken = await failure {
        _ = try await client.uploadBlob(options: Blob.timeout) { writer in
          try await writer.write(UploadBlobRequest(part: .begin(blob.start)))
          for index in 0..<16 {
            let part = blob.bytes.slice((index * 262_144)..<((index + 1) * 262_144))
            try await writer.write(UploadBlobRequest(part: .chunk(part)))
          }
          try await eventually("something of it is on disk") {
            let seen = try await client.describeBlob(
              DescribeBlobRequest(sha256: blob.sha256),
              options: Blob.timeout
            )
            return seen.receivedBytes > 1 << 20
          }
          try await world.killAndRestart()
          // The rest goes to a process that is not there any more.
          try await writer.write(
            UploadBlobRequest(part: .chunk(blob.bytes.slice(0..<262_144)))
          )
        }
      }
      #expect(broken != nil)

      let again = try world.client()
      let here = try await again.describeBlob(
        DescribeBlobRequest(sha256: blob.sha256),
        options: Blob.timeout
      )
      #expect(here.state == .partial)
      #expect(here.receivedBytes > 1 << 20 && here.receivedBytes <= 4 << 20)
      let response = try await blob.upload(to: again, from: Int(here.receivedBytes))
      #expect(response.isComplete)
      #expect(try await Blob.download(blob.sha256, from: again) == blob.bytes.array)
    }
  }

  @Test("all that was acknowledged is there after the store was killed at once")
  func afterAcknowledgement() async throws {
    try await StoreWorld.run { world in
      var versions: [ModelVersion] = []
      for round in 1...4 {
        let client = try world.client()
        let blob = Blob("model \(round)")
        try await blob.upload(to: client)
        let created = try await client.createVersion(
          CreateVersionRequest(
            model: "pulse",
            manifest: Manifest(
              format: .onnx,
              files: [blob.entry("model.onnx")],
              entryPath: "model.onnx"
            ),
            aliases: round == 2 ? ["champion"] : []
          ),
          options: Blob.timeout
        )
        try await world.killAndRestart()
        #expect(created.existed == false)
        if let version = created.version { versions.append(version) }
      }
      let client = try world.client()
      let listed = try await client.listVersions(
        ListVersionsRequest(model: "pulse"),
        options: Blob.timeout
      )
      #expect(listed.versions.map(\.version) == [4, 3, 2, 1])
      #expect(listed.versions.map(\.manifest) == versions.reversed().map(\.manifest))
      #expect(listed.versions.map(\.aliases) == [["latest"], [], ["champion"], []])
      for round in 1...4 {
        let blob = Blob("model \(round)")
        #expect(try await Blob.download(blob.sha256, from: client) == blob.bytes.array)
      }
      #expect(try await world.metric("martlet_model_store_versions") == 4)
      #expect(try await world.metric("martlet_model_store_blobs") == 4)
    }
  }

  /// The blobs of the versions that the store has said it keeps.
  private final class Acknowledged: Sendable {
    private let blobs = Mutex<Set<Bytes>>([])

    func add(_ sha256: Bytes) { blobs.withLock { _ = $0.insert(sha256) } }
    var all: Set<Bytes> { blobs.withLock { $0 } }
  }

  /// Makes versions one after the other until a call fails; notes those that were acknowledged.
  private func work(
    _ client: ModelStoreClient,
    _ name: String,
    _ acknowledged: Acknowledged
  ) async {
    for number in 0..<10_000 {
      let blob = Blob("\(name) \(number) " + String(repeating: "x", count: 20_000))
      let manifest = Manifest(
        format: .onnx,
        files: [blob.entry("model.onnx")],
        entryPath: "model.onnx"
      )
      do {
        try await blob.upload(to: client, chunkBytes: 5000)
        let request = CreateVersionRequest(model: "busy", manifest: manifest)
        _ = try await client.createVersion(request, options: Blob.once)
      } catch {
        return
      }
      acknowledged.add(blob.sha256)
    }
  }

  @Test("killed at any moment of its work, it has all that it said, and no version without files")
  func inTheMiddle() async throws {
    try await StoreWorld.run { world in
      let acknowledged = Acknowledged()
      for round in 1...4 {
        let client = try world.client()
        let before = acknowledged.all.count
        try await withThrowingTaskGroup(of: Void.self) { group in
          for worker in 0..<3 {
            group.addTask { await work(client, "\(round)-\(worker)", acknowledged) }
          }
          try await eventually("some versions were acknowledged") {
            acknowledged.all.count >= before + 7 * round
          }
          try await world.killAndRestart()
          try await group.waitForAll()
        }
        let fresh = try world.client()
        let listed = try await fresh.listVersions(
          ListVersionsRequest(model: "busy", pageSize: 1000),
          options: Blob.timeout
        )
        let files = listed.versions.compactMap { $0.manifest?.files.first?.sha256 }
        #expect(files.count == listed.versions.count && Set(files).count == files.count)
        #expect(acknowledged.all.isSubset(of: files))
        #expect(listed.versions.map(\.version) == (1...UInt32(files.count)).reversed())
        for sha256 in files {
          let bytes = try await Blob.download(sha256, from: fresh)
          #expect(Blob(Bytes(bytes)).sha256 == sha256)
        }
      }
    }
  }

  @Test("SIGTERM lets an upload that runs come to its end, and the process ends with 0")
  func drains() async throws {
    try await StoreWorld.run { world in
      let client = try world.client()
      let blob = Blob(count: 1 << 20, seed: 11)
      let response = try await client.uploadBlob(options: Blob.timeout) { writer in
        try await writer.write(UploadBlobRequest(part: .begin(blob.start)))
        try await writer.write(UploadBlobRequest(part: .chunk(blob.bytes.slice(0..<262_144))))
        try await eventually("the upload is in work") {
          try await world.metric("martlet_model_store_uploads") == 1
        }
        world.process.send(SIGTERM)
        try await writer.write(UploadBlobRequest(part: .chunk(blob.bytes.slice(262_144..<524_288))))
        try await writer.write(
          UploadBlobRequest(part: .chunk(blob.bytes.slice(524_288..<1_048_576)))
        )
      }
      #expect(response.isComplete)
      #expect(try await world.process.waitForExit(within: .seconds(40)) == .code(0))
    }
  }

  @Test("a second store in the same folder does not start")
  func oneProcess() async throws {
    try await StoreWorld.run { world in
      let path = world.folder.path
      let second = try await ServiceProcess.sibling(
        "model-store",
        [
          "--discovery-instances", "balancer=127.0.0.1:1", "--listen-addresses", "127.0.0.1:0",
          "--private-address", "127.0.0.1:0", "--tls-certificate", "\(path)/model-store.pem",
          "--tls-key", "\(path)/model-store.key", "--tls-authorities", "\(path)/ca.pem",
          "--state-folder", "\(path)/model-store-state", "--log-level", "critical",
        ]
      )
      #expect(try await second.waitForExit() == .code(69))
    }
  }
}
