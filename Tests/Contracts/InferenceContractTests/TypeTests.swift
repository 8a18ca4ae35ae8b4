import Foundation
import Primitives
import Protocols
import RPC
import RPCRuntime
import TestKit
import Testing

/// Numbers of every type pass through the engine and back as they are.
@Suite("Elements of tensors", .timeLimit(.minutes(2)))
struct TypeTests {
  /// Of each type the lowest and the highest that the engine computes with, and some between;
  /// little-endian.
  private static let samples: [(DataType, String, [UInt8])] = [
    (.bool, "bool", [0, 1, 1, 0]),
    (.uint8, "uint8", bytes([0, 255, 7, 128] as [UInt8])),
    (.int8, "int8", bytes([-128, 127, -1, 0] as [Int8])),
    (.uint16, "uint16", bytes([0, 65535, 300, 32768] as [UInt16])),
    (.int16, "int16", bytes([-32768, 32767, -1, 0] as [Int16])),
    (.uint32, "uint32", bytes([0, .max, 70000, 1 << 31] as [UInt32])),
    (.int32, "int32", bytes([.min, .max, -1, 0] as [Int32])),
    (.uint64, "uint64", bytes([0, 2_147_483_647, 70000, 1] as [UInt64])),
    (.int64, "int64", bytes([-2_147_483_648, 2_147_483_647, -1, 0] as [Int64])),
    (.fp16, "fp16", bytes([0x3C00, 0xBC00, 0x7BFF, 0x0001] as [UInt16])),
    (.bf16, "bf16", bytes([0x3F80, 0xBF80, 0x7F7F, 0x0080] as [UInt16])),
    (.fp32, "fp32", bytes([1.5, -.pi, .greatestFiniteMagnitude, 0] as [Float])),
    (.fp64, "fp64", bytes([1.5, -3.25, 0, .infinity] as [Double])),
  ]

  private static func bytes(_ numbers: [some BitwiseCopyable]) -> [UInt8] {
    numbers.withUnsafeBytes { Array($0) }
  }

  @Test("come back as they were sent, or are refused where the engine would change them")
  func identity() async throws {
    try HostProcess.requireEngine()
    try await InferenceWorld.run { world in
      let folder = try TestModel.folder(in: world)
      try TestModel("types").place(as: "types", in: folder)
      let host = try await HostProcess(world, models: folder)
      try await host.waitFor("types", .ready)
      let tensors = TypeTests.samples.map {
        Tensor(name: $0.1, dataType: $0.0, shape: [4], data: Bytes($0.2))
      }
      let answer = try await host.client()
        .predict(
          PredictRequest(input: .tensors(TensorInput(tensors: tensors.reversed()))),
          options: .endpoint("types")
        )
      #expect(answer.outputs.count == tensors.count)
      for sent in tensors {
        let back = answer.outputs.first { $0.name == "\(sent.name)_same" }
        #expect(back?.dataType == sent.dataType, "\(sent.name)")
        #expect(back?.data.array == sent.data.array, "\(sent.name)")
      }
      try await TypeTests.refusals(tensors, try host.client())
      try await host.process.end()
    }
  }

  /// What the engine would turn into another number without a word.
  private static func refusals(_ tensors: [Tensor], _ client: InferenceClient) async throws {
    let wrong: [(String, [UInt8])] = [
      ("int64", bytes([0, 1 << 31, 0, 0] as [Int64])),
      ("int64", bytes([0, 0, 0, -(1 << 31) - 1] as [Int64])),
      ("uint64", bytes([1 << 31, 0, 0, 0] as [UInt64])),
      ("fp64", bytes([0, 0, 1e39, 0] as [Double])),
    ]
    for (name, data) in wrong {
      let changed = tensors.map { tensor in
        var tensor = tensor
        if tensor.name == name { tensor.data = Bytes(data) }
        return tensor
      }
      let error = await failure {
        _ = try await client.predict(
          PredictRequest(input: .tensors(TensorInput(tensors: changed))),
          options: .endpoint("types")
        )
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("tensor \"\(name)\"") == true, "\(error as Any)")
    }
  }
}
