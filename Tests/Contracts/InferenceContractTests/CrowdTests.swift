import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

/// Many calls at once, and large ones.
@Suite("Predictions in a crowd", .timeLimit(.minutes(2)))
struct CrowdTests {
  @Test("each of many calls gets its own answer, whatever their sizes")
  func crowd() async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let folder = try TestModel.folder(in: world)
      try TestModel("affine").place(as: "sums", in: folder)
      let host = try await HostProcess(world, models: folder)
      try await host.waitFor("sums", .ready)
      let client = try host.client()
      let callCount = 300
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<callCount {
          // One row mostly; now and then a few thousand, which travel in many frames.
          let rows = number % 30 == 0 ? 4000 : 1 + number % 5
          group.addTask {
            let values = [Float](repeating: Float(number), count: rows * 3)
            let answer = try await client.predict(
              .rows(Tensor("x", [Int64(rows), 3], values)),
              options: .endpoint("sums")
            )
            let expected = Float(number) * 9 + 0.5
            let given = answer.outputs[0].floats
            #expect(given.count == rows * 2)
            #expect(stride(from: 0, to: given.count, by: 2).allSatisfy { given[$0] == expected })
          }
        }
        try await group.waitForAll()
      }
      #expect(try await host.waitFor("sums", .ready).callCount == UInt64(callCount))
      #expect(try await host.metric("martlet_inference_in_flight_calls{") == 0)
      try await host.process.end()
    }
  }
}
