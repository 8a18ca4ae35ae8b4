import Glibc
import Primitives
import RPC
import RPCRuntime
import TestProtocols

/// The example service of the contract kit: answers as its requests ask it to.
public struct EchoAnswers: EchoService {
  public init() {}

  public func unary(_ request: EchoRequest, context: CallContext) async throws -> EchoResponse {
    try await pause(for: request)
    try fail(if: request)
    if request.echoMetadata { try echoMetadata(context) }
    return answer(request, context)
  }

  public func limited(_ request: EchoRequest, context: CallContext) async throws -> EchoResponse {
    try await unary(request, context: context)
  }

  public func serverStream(
    _ request: EchoRequest,
    to responses: ResponseWriter<EchoResponse>,
    context: CallContext
  ) async throws {
    if request.echoMetadata { try echoMetadata(context) }
    try await answerAll(request, from: 0, to: responses, context)
  }

  public func clientStream(
    _ requests: RequestStream<EchoRequest>,
    context: CallContext
  ) async throws -> EchoResponse {
    var response = EchoResponse()
    var texts: [String] = []
    var last = EchoRequest()
    for try await request in requests {
      try await pause(for: request)
      try fail(if: request)
      if request.echoMetadata { try echoMetadata(context) }
      texts.append(request.text)
      response.requestCount += 1
      response.requestPayloadBytes += UInt64(request.payload.count)
      last = request
    }
    response.text = texts.joined()
    if last.describeCall { response.call = describe(context) }
    return response
  }

  public func bidi(
    _ requests: RequestStream<EchoRequest>,
    to responses: ResponseWriter<EchoResponse>,
    context: CallContext
  ) async throws {
    var index: UInt32 = 0
    for try await request in requests {
      if request.echoMetadata { try echoMetadata(context) }
      index = try await answerAll(request, from: index, to: responses, context)
    }
  }

  // MARK: Parts of an answer

  @discardableResult
  private func answerAll(
    _ request: EchoRequest,
    from first: UInt32,
    to responses: ResponseWriter<EchoResponse>,
    _ context: CallContext
  ) async throws -> UInt32 {
    var index = first
    for _ in 0..<max(1, request.responseCount) {
      try await pause(for: request)
      var response = answer(request, context)
      response.index = index
      try await responses.write(response)
      index += 1
    }
    try fail(if: request)
    return index
  }

  private func answer(_ request: EchoRequest, _ context: CallContext) -> EchoResponse {
    var response = EchoResponse(
      text: request.text,
      values: request.values,
      payload: request.payload
    )
    response.requestCount = 1
    response.requestPayloadBytes = UInt64(request.payload.count)
    if request.responsePayloadBytes > 0 {
      response.payload = Bytes(capacity: Int(request.responsePayloadBytes)) { buffer in
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        return buffer.count
      }
    }
    if request.describeCall { response.call = describe(context) }
    return response
  }

  private func describe(_ context: CallContext) -> EchoCall {
    EchoCall(
      method: context.method.path,
      peerRole: context.peer.role ?? "",
      account: context.principal?.account ?? "",
      keyID: context.principal?.keyID ?? "",
      trace: context.trace.text,
      attempt: context.attempt,
      timeoutUs: UInt64(context.timeRemaining.wholeMicroseconds),
      target: context.target
    )
  }

  private func echoMetadata(_ context: CallContext) throws {
    try context.sendHead(context.metadata)
    try context.setTrailers(context.metadata)
  }

  private func fail(if request: EchoRequest) throws {
    guard let failure = request.failure else { return }
    throw RPCError(
      StatusCode(wire: failure.code),
      failure.message,
      details: failure.details.sorted { $0.key < $1.key }.map {
        RPCError.Detail(typeURL: $0.key, value: $0.value)
      },
      retryAfter: failure.retryAfterMs == 0
        ? nil : .milliseconds(Int64(clamping: failure.retryAfterMs))
    )
  }

  private func pause(for request: EchoRequest) async throws {
    guard request.delayMs > 0 else { return }
    let delay = Duration.milliseconds(request.delayMs)
    if request.blockThread {
      // What a handler must never do: the test looks whether others notice.
      usleep(request.delayMs * 1000)
    } else if request.ignoreCancellation {
      let end = Instant.now + delay
      while Instant.now < end {
        await Task { try? await Task.sleep(for: min(delay, .milliseconds(10))) }.value
      }
    } else {
      try await Task.sleep(for: delay)
    }
  }
}
