import Primitives
import RPC
import RPCRuntime
import TestProtocols

/// gRPC's interop test service, as its description says:
/// https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md
public struct InteropAnswers: InteropTestService {
  /// Metadata that the service sends back ahead of its answer, and with its outcome.
  static let echoInitial = "x-grpc-test-echo-initial"
  static let echoTrailing = "x-grpc-test-echo-trailing-bin"
  /// The largest payload that a request may ask for, in bytes.
  static let maximumPayloadBytes = 64 << 20

  public init() {}

  /// All methods but the one that servers are meant not to have.
  public struct Implemented: Service {
    public init() {}

    public var handlers: [MethodHandler] {
      InteropAnswers().handlers.filter { $0.method !== InteropTestServiceMethods.unimplementedCall }
    }
  }

  public func emptyCall(_ request: InteropEmpty, context: CallContext) async throws -> InteropEmpty
  {
    InteropEmpty()
  }

  public func unaryCall(
    _ request: InteropSimpleRequest,
    context: CallContext
  ) async throws -> InteropSimpleResponse {
    try echoMetadata(context)
    try check(request.responseStatus)
    return InteropSimpleResponse(payload: try payload(request.responseSize))
  }

  public func streamingOutputCall(
    _ request: InteropStreamingOutputCallRequest,
    to responses: ResponseWriter<InteropStreamingOutputCallResponse>,
    context: CallContext
  ) async throws {
    try echoMetadata(context)
    try await answer(request, to: responses)
  }

  public func streamingInputCall(
    _ requests: RequestStream<InteropStreamingInputCallRequest>,
    context: CallContext
  ) async throws -> InteropStreamingInputCallResponse {
    try echoMetadata(context)
    var sum = 0
    for try await request in requests { sum += request.payload?.body.count ?? 0 }
    return InteropStreamingInputCallResponse(aggregatedPayloadSize: Int32(clamping: sum))
  }

  public func fullDuplexCall(
    _ requests: RequestStream<InteropStreamingOutputCallRequest>,
    to responses: ResponseWriter<InteropStreamingOutputCallResponse>,
    context: CallContext
  ) async throws {
    try echoMetadata(context)
    for try await request in requests { try await answer(request, to: responses) }
  }

  public func halfDuplexCall(
    _ requests: RequestStream<InteropStreamingOutputCallRequest>,
    to responses: ResponseWriter<InteropStreamingOutputCallResponse>,
    context: CallContext
  ) async throws {
    try echoMetadata(context)
    var received: [InteropStreamingOutputCallRequest] = []
    for try await request in requests {
      guard received.count < 1000 else {
        throw RPCError(.resourceExhausted, "a half-duplex call takes at most 1000 requests")
      }
      received.append(request)
    }
    for request in received { try await answer(request, to: responses) }
  }

  public func unimplementedCall(
    _ request: InteropEmpty,
    context: CallContext
  ) async throws -> InteropEmpty {
    throw RPCError(.unimplemented, "\(context.method.path) is meant not to be implemented")
  }

  private func answer(
    _ request: InteropStreamingOutputCallRequest,
    to responses: ResponseWriter<InteropStreamingOutputCallResponse>
  ) async throws {
    for parameters in request.responseParameters {
      if parameters.intervalUs > 0 {
        try await Task.sleep(for: .microseconds(Int64(parameters.intervalUs)))
      }
      try await responses.write(
        InteropStreamingOutputCallResponse(payload: try payload(parameters.size))
      )
    }
    try check(request.responseStatus)
  }

  private func payload(_ size: Int32) throws -> InteropPayload {
    guard size >= 0, Int(size) <= InteropAnswers.maximumPayloadBytes else {
      throw RPCError(
        .invalidArgument,
        "a payload of \(size) bytes, outside 0…\(InteropAnswers.maximumPayloadBytes)"
      )
    }
    let body = Bytes(capacity: Int(size)) { buffer in
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
      return Int(size)
    }
    return InteropPayload(body: body)
  }

  private func check(_ status: InteropEchoStatus?) throws {
    guard let status, status.code != 0 else { return }
    throw RPCError(StatusCode(wire: UInt32(bitPattern: status.code)), status.message)
  }

  private func echoMetadata(_ context: CallContext) throws {
    if let value = context.metadata[InteropAnswers.echoInitial] {
      try context.sendHead(Metadata([.init(key: InteropAnswers.echoInitial, value: value)]))
    }
    if let value = context.metadata[InteropAnswers.echoTrailing] {
      try context.setTrailers(Metadata([.init(key: InteropAnswers.echoTrailing, value: value)]))
    }
  }
}
