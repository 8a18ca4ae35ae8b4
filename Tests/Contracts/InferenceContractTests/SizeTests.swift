import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

/// Sizes that a model leaves to its callers, and cannot compute with.
@Suite("Sizes that only the engine judges", .timeLimit(.minutes(2)))
struct SizeTests {
  @Test("are refused with the sizes, and without what the engine says of its inside")
  func sizes() async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let folder = try TestModel.folder(in: world)
      try TestModel("loose").place(as: "loose", in: folder)
      let host = try await HostProcess(world, models: folder)
      try await host.waitFor("loose", .ready)
      let client = try host.client()
      func predict(_ columns: Int) async throws(RPCError) -> PredictResponse {
        try await client.predict(
          .rows(Tensor("x", [1, Int64(columns)], [Float](repeating: 1, count: columns))),
          options: .endpoint("loose")
        )
      }
      // The engine's device itself would answer these with another product.
      for columns in [4, 1, 4] {
        let error = await failure { _ = try await predict(columns) }
        #expect(error?.code == .invalidArgument)
        #expect(
          error?.message
            == "the model cannot compute with tensors of these sizes: \"x\" [1, \(columns)]"
        )
        #expect(error?.details.isEmpty == true)
      }
      // The worker goes on.
      let answer = try await predict(3)
      #expect(answer.outputs[0].floats == [9, 12])
      #expect(try await host.process.end() == .code(0))
    }
  }
}
