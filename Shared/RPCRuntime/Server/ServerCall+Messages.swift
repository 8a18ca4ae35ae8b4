import Primitives
import RPC
import Transport
import WireCodec

/// What the generated side of a handler uses: messages in, messages out, an outcome.
extension ServerCall {
  /// Decodes the one request of a call. The receive buffer is free again after it, unless the
  /// message kept slices.
  @inlinable
  func decodeRequest<Message: WireMessage>(_: Message.Type) throws(RPCError) -> Message {
    let bytes = takeRequest()
    let message = try decode(Message.self, bytes)
    return message
  }

  @inlinable
  func decode<Message: WireMessage>(
    _: Message.Type,
    _ bytes: Bytes
  ) throws(RPCError) -> Message {
    do {
      if isOnLoop {
        return try Message(decoding: bytes, arena: arena, limits: decodeLimits)
      }
      return try Message(decoding: bytes, arena: Arena(), limits: decodeLimits)
    } catch {
      throw undecodable(Message.messageName, error)
    }
  }

  @usableFromInline var isOnLoop: Bool { context.loop.isCurrent }

  @usableFromInline var decodeLimits: DecodeLimits { session.server.decodeLimits[methodIndex] }

  @usableFromInline
  func undecodable(_ name: String, _ error: DecodeError) -> RPCError {
    RPCError(.invalidArgument, "\(method.path): the request is not a \(name): \(error)")
  }

  @usableFromInline
  func takeRequest() -> Bytes {
    requireLoop()
    defer { dropRequest() }
    return request ?? Bytes()
  }

  /// The next message of a request stream; nil after the last.
  @usableFromInline
  func nextRequest() async throws(RPCError) -> Bytes? {
    if !context.loop.isCurrent {
      return try await withTaskExecutorPreferenceTyped(context.loop) { () async throws(RPCError) in
        try await self.nextRequestOnLoop()
      }
    }
    return try await nextRequestOnLoop()
  }

  private func nextRequestOnLoop() async throws(RPCError) -> Bytes? {
    guard let inbox else { return nil }
    let item: MessageInbox.Item
    if let ready = inbox.takeNow() {
      item = ready
    } else {
      item = await withUnsafeContinuation { inbox.park($0) }
    }
    switch item {
    case .message(let entry):
      session.server.budget.give(entry.chargedBytes)
      connection?.took(entry.cost, of: self)
      return entry.bytes
    case .end: return nil
    case .failure(let error): throw error
    }
  }

  /// The one answer of a call.
  @usableFromInline
  func respond(_ packed: PackedMessage) {
    requireLoop()
    connection?.respond(self, packed)
  }

  /// A streamed answer is complete.
  @usableFromInline
  func finish() {
    requireLoop()
    var end = End()
    end.metadata = trailers
    connection?.end(self, end)
  }

  @usableFromInline
  func fail(_ error: any Error) {
    requireLoop()
    let error = session.server.rpcError(of: error, in: self)
    connection?.end(self, End(error))
  }

  /// Sends one message of a streamed answer.
  @usableFromInline
  func write(
    _ encode: (Arena, (PackedMessage) -> Void) -> Void
  ) async throws(RPCError) {
    if context.loop.isCurrent {
      var failure: RPCError?
      var mustWait = false
      encode(context.arena) { packed in
        switch self.beginWrite(packed) {
        case .sent: break
        case .mustWait: mustWait = true
        case .failed(let error): failure = error
        }
      }
      if let failure { throw failure }
      if mustWait { try await waitForCredit() }
      return
    }
    var message: OutgoingMessage?
    ArenaPool.shared.withArena { arena in encode(arena) { message = OutgoingMessage($0) } }
    guard let message else { return }
    try await withTaskExecutorPreferenceTyped(context.loop) { () async throws(RPCError) in
      guard let connection = self.connection else { throw self.overError }
      if connection.send(self, message) { return }
      try await self.waitForCredit()
    }
  }

  private enum OnWrite {
    case sent
    case mustWait
    case failed(RPCError)
  }

  private func beginWrite(_ packed: PackedMessage) -> OnWrite {
    guard let connection, connection.machine.phase(of: slot) != .ended else {
      return .failed(overError)
    }
    if connection.machine.phase(of: slot) == .cancelled { return .failed(overError) }
    if connection.sendWhole(self, packed) { return .sent }
    return connection.send(self, OutgoingMessage(packed)) ? .sent : .mustWait
  }

  /// Waits until the message that `send` took over has left.
  private func waitForCredit() async throws(RPCError) {
    let failure: RPCError? = await withUnsafeContinuation { continuation in
      precondition(self.writer == nil, "two tasks write one stream of messages")
      if self.outgoing == nil {
        continuation.resume(returning: self.connection == nil ? self.overError : nil)
      } else {
        self.writer = continuation
      }
    }
    if let failure { throw failure }
  }

  private var overError: RPCError {
    RPCError(
      outcome ?? .cancelled,
      "\(method.path): the call is over, its caller reads no more"
    )
  }
}

/// `withTaskExecutorPreference` for a body that throws one type of error.
func withTaskExecutorPreferenceTyped<Value: Sendable>(
  _ executor: any TaskExecutor,
  _ body: @Sendable () async throws(RPCError) -> Value
) async throws(RPCError) -> Value {
  let result: Result<Value, RPCError> = await withTaskExecutorPreference(executor) {
    do throws(RPCError) { return .success(try await body()) } catch { return .failure(error) }
  }
  return try result.get()
}
