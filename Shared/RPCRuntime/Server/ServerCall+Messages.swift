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
  ///
  /// What belongs to the loop is done there, before the reader is woken: the reader itself may run
  /// anywhere and touches nothing of it.
  @usableFromInline
  func nextRequest() async throws(RPCError) -> Bytes? {
    let item: MessageInbox.Item
    if context.loop.isCurrent, let ready = takeRequestNow() {
      item = ready
    } else {
      item = await withUnsafeContinuation { continuation in
        confined.run { call in
          if let ready = call.takeRequestNow() {
            continuation.resume(returning: ready)
          } else {
            call.inbox?.park(continuation)
          }
        }
      }
    }
    switch item {
    case .message(let entry): return entry.bytes
    case .end: return nil
    case .failure(let error): throw error
    }
  }

  /// On the loop.
  private func takeRequestNow() -> MessageInbox.Item? {
    guard let inbox else { return .end }
    guard let item = inbox.takeNow() else { return nil }
    if case .message(let entry) = item { tookRequest(entry) }
    return item
  }

  /// A message has left the inbox: its charge and its credit return. On the loop.
  func tookRequest(_ entry: MessageInbox.Entry) {
    session.server.budget.give(entry.chargedBytes)
    connection?.took(entry.cost, of: self)
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
    var message: OutgoingMessage?
    if context.loop.isCurrent {
      encode(context.arena) { packed in
        if self.isWritable, self.connection?.sendWhole(self, packed) == true { return }
        message = OutgoingMessage(packed)
      }
    } else {
      ArenaPool.shared.withArena { arena in encode(arena) { message = OutgoingMessage($0) } }
    }
    guard let waiting = message else { return }
    let failure: RPCError? = await withUnsafeContinuation { continuation in
      confined.run { $0.send(waiting, continuation) }
    }
    if let failure { throw failure }
  }

  /// Sends a message and wakes its writer when all of it has left. On the loop.
  private func send(
    _ message: OutgoingMessage,
    _ continuation: UnsafeContinuation<RPCError?, Never>
  ) {
    guard isWritable, let connection else { return continuation.resume(returning: overError) }
    if connection.send(self, message) { return continuation.resume(returning: nil) }
    precondition(writer == nil, "two tasks write one stream of messages")
    writer = continuation
  }

  /// On the loop.
  private var isWritable: Bool {
    guard let connection else { return false }
    switch connection.machine.phase(of: slot) {
    case .open, .received: return true
    case .cancelled, .ended: return false
    }
  }

  private var overError: RPCError {
    RPCError(
      outcome ?? .cancelled,
      "\(method.path): the call is over, its caller reads no more"
    )
  }
}
