import Primitives
import RPC
import RPCRuntime
import TestKit
import TestProtocols

/// The handlers of a simulation: each does what its call's script says, and tells the world.
struct SimulatedService: Service {
  let world: World

  static func method(_ kind: CallKind, isIdempotent: Bool) -> Method {
    switch kind {
    case .unary: isIdempotent ? unaryAgain : unary
    case .serverStreaming: serverStream
    case .clientStreaming: clientStream
    case .bidirectional: bidi
    }
  }

  private static let unary = Method(service: "sim", name: "Unary", kind: .unary)
  private static let unaryAgain = Method(
    service: "sim",
    name: "UnaryAgain",
    kind: .unary,
    options: MethodOptions(isIdempotent: true)
  )
  private static let serverStream = Method(
    service: "sim",
    name: "ServerStream",
    kind: .serverStreaming
  )
  private static let clientStream = Method(
    service: "sim",
    name: "ClientStream",
    kind: .clientStreaming
  )
  private static let bidi = Method(service: "sim", name: "Bidi", kind: .bidirectional)

  var handlers: [MethodHandler] {
    [
      .unary(Self.unary) { try await unary($0, $1) },
      .unary(Self.unaryAgain) { try await unary($0, $1) },
      .serverStreaming(Self.serverStream) { try await serverStream($0, $1, $2) },
      .clientStreaming(Self.clientStream) { try await clientStream($0, $1) },
      .bidirectional(Self.bidi) { try await bidi($0, $1, $2) },
    ]
  }

  private func unary(_ request: EchoRequest, _ context: CallContext) async throws -> EchoResponse {
    let run = try world.handlerBegan(context)
    defer { world.handlerEnded(run) }
    world.checkRequest(run.script, 0, request.payload)
    return try await finalAnswer(run.script)
  }

  private func serverStream(
    _ request: EchoRequest,
    _ writer: ResponseWriter<EchoResponse>,
    _ context: CallContext
  ) async throws {
    let run = try world.handlerBegan(context)
    defer { world.handlerEnded(run) }
    world.checkRequest(run.script, 0, request.payload)
    try await answer(run.script, from: 0, writer)
    try fail(run.script)
  }

  private func clientStream(
    _ requests: RequestStream<EchoRequest>,
    _ context: CallContext
  ) async throws -> EchoResponse {
    let run = try world.handlerBegan(context)
    defer { world.handlerEnded(run) }
    var index = 0
    for try await request in requests {
      world.checkRequest(run.script, index, request.payload)
      index += 1
      if index == run.script.readsOnly { return try await finalAnswer(run.script) }
    }
    world.checkCount(run.script, "requests", index, run.script.requests.count)
    return try await finalAnswer(run.script)
  }

  private func bidi(
    _ requests: RequestStream<EchoRequest>,
    _ writer: ResponseWriter<EchoResponse>,
    _ context: CallContext
  ) async throws {
    let run = try world.handlerBegan(context)
    defer { world.handlerEnded(run) }
    var index = 0
    for try await request in requests {
      world.checkRequest(run.script, index, request.payload)
      if index < run.script.responses.count { try await write(run.script, index, writer) }
      index += 1
      if index == run.script.readsOnly { break }
    }
    if index != run.script.readsOnly {
      world.checkCount(run.script, "requests", index, run.script.requests.count)
    }
    try await answer(run.script, from: index, writer)
    try fail(run.script)
  }

  // MARK: Parts

  private func finalAnswer(_ script: CallScript) async throws -> EchoResponse {
    try await pause(script)
    try fail(script)
    return EchoResponse(payload: Payload.response(script, 0))
  }

  private func answer(
    _ script: CallScript,
    from first: Int,
    _ writer: ResponseWriter<EchoResponse>
  ) async throws {
    for index in script.responses.indices.dropFirst(first) {
      try await write(script, index, writer)
    }
  }

  private func write(
    _ script: CallScript,
    _ index: Int,
    _ writer: ResponseWriter<EchoResponse>
  ) async throws {
    try await pause(script)
    try await writer.write(EchoResponse(payload: Payload.response(script, index)))
  }

  private func pause(_ script: CallScript) async throws {
    await world.time.pause(
      script.handlerPause,
      ignoresCancellation: script.ignoresCancellation
    )
    if !script.ignoresCancellation { try Task.checkCancellation() }
  }

  private func fail(_ script: CallScript) throws {
    if let code = script.failure { throw RPCError(code, "as the script says") }
  }
}
