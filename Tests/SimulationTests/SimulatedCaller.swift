import Primitives
import RPC
import RPCRuntime
import TestKit
import TestProtocols
import WireCodec

/// The callers of a simulation.
struct SimulatedCaller: Sendable {
  enum Outcome: Sendable {
    case ok
    case failed(RPCError)
    /// Something else than the one error that calls may throw.
    case strange(String)
  }

  let world: World
  let channel: ServiceChannel
  let script: CallScript
  let target: String

  func perform() async -> Outcome {
    do {
      try await call()
      return .ok
    } catch let error as RPCError {
      return .failed(error)
    } catch {
      return .strange("\(error)")
    }
  }

  private var options: CallOptions {
    var options = CallOptions(timeout: script.timeout, target: target)
    options.metadata.append("call", "\(script.id)")
    options.waitsForReady = script.waitsForReady
    options.mayRetry = script.mayRetry
    return options
  }

  private func call() async throws {
    let method = SimulatedService.method(script.kind, isIdempotent: script.isIdempotent)
    switch script.kind {
    case .unary:
      let request = request(0)
      let answer = try await channel.unary(method, options: options) { arena, send in
        request.withPacked(arena) { send($0) }
      }
      world.checkMetadata(script, "head", answer.head)
      world.checkMetadata(script, "trailers", answer.trailers)
      world.checkResponse(script, 0, try answer.decode(EchoResponse.self).payload)
    case .serverStreaming:
      try await channel.serverStreaming(method, request(0), options: options) { responses in
        try await read(responses)
      }
    case .clientStreaming:
      let answer: EchoResponse = try await channel.clientStreaming(method, options: options) {
        try await writeAll($0)
      }
      world.checkResponse(script, 0, answer.payload)
    case .bidirectional:
      try await channel.bidirectional(method, options: options) { writer, responses in
        // Cancelled when the reading is over: a caller that leaves early writes no more.
        async let _ = writeAndFinish(writer)
        try await read(responses)
      }
    }
  }

  private func request(_ index: Int) -> EchoRequest {
    EchoRequest(payload: Payload.request(script, index))
  }

  private func writeAll(_ writer: RequestWriter<EchoRequest>) async throws {
    for index in script.requests.indices {
      await world.time.pause(script.writePause)
      try await writer.write(request(index))
    }
  }

  private func writeAndFinish(_ writer: RequestWriter<EchoRequest>) async throws {
    try await writeAll(writer)
    try await writer.finish()
  }

  private func read(_ responses: ResponseStream<EchoResponse>) async throws {
    var index = 0
    let head = await responses.head()
    for try await response in responses {
      world.checkResponse(script, index, response.payload)
      index += 1
      if index == script.leavesAfter { return }
      await world.time.pause(script.readPause)
    }
    world.checkCount(script, "responses", index, script.responses.count)
    world.checkMetadata(script, "head", head)
    world.checkMetadata(script, "trailers", await responses.trailers)
  }
}
