import Foundation
import Primitives
import Protocols
import RPC
import RPCRuntime
import Synchronization
import Telemetry
import Testing

@testable import TrainerServer

@Suite("Bringing an artifact to the model store", .timeLimit(.minutes(1)))
struct ArtifactUploadTests {
  @Test("an upload that breaks goes on where it ended, and nothing is sent twice")
  func resumes() async throws {
    let store = MisbehavingStore()
    try await store.run { client, folder in
      let artifact = Artifact(folder: "\(folder)/job")
      try artifact.prepare()
      let model = Data((0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
      try model.write(to: URL(filePath: "\(artifact.outputFolder)/model.onnx"))
      try artifact.complete(Manifest(entryPath: "model.onnx"), Lineage(job: "j"))
      store.state.withLock { $0.breaksAfterBytes = [300_000, 900_000] }
      let upload = ArtifactUpload(
        store: client,
        options: CallOptions(),
        executor: BlockingExecutor(),
        metrics: TrainerMetrics(MetricsRegistry())
      )
      for _ in 0..<2 {
        let error = await #expect(throws: RPCError.self) {
          try await upload.run(artifact, model: "m", aliases: ["champion"])
        }
        #expect(error?.code == .unavailable)
      }
      #expect(try await upload.run(artifact, model: "m", aliases: ["champion"]) == 4)
      // A crash after the upload repeats it harmlessly.
      #expect(try await upload.run(artifact, model: "m", aliases: ["champion"]) == 4)
      let state = store.state.withLock { $0 }
      #expect(state.offsets == [0, 524_288, 1_048_576])
      #expect(state.blobs.values.map { Data($0) } == [model])
      #expect(state.created.count == 2)
      #expect(state.created[0] == state.created[1])
      #expect(state.created[0].manifest == (try artifact.manifest()))
      #expect(state.created[0].aliases == ["champion"])
    }
  }
}
