import Primitives
import RPC
import WireCodec

/// The messages that a caller streams to a handler, in order. For one task at a time.
///
/// Ends when the caller has sent its last message. Throws `RPCError` when the caller cancels, the
/// deadline passes or the connection dies, and INVALID_ARGUMENT for a message that is not one.
public struct RequestStream<Message: WireMessage>: AsyncSequence, Sendable {
  public typealias Element = Message
  @usableFromInline let call: ServerCall

  @inlinable
  init(_ call: ServerCall) { self.call = call }

  @inlinable
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(call) }

  public struct AsyncIterator: AsyncIteratorProtocol {
    @usableFromInline let call: ServerCall

    @inlinable
    init(_ call: ServerCall) { self.call = call }

    @inlinable
    public mutating func next() async throws(RPCError) -> Message? {
      guard let bytes = try await call.nextRequest() else { return nil }
      return try call.decode(Message.self, bytes)
    }

    @inlinable
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(RPCError) -> Message? {
      guard let bytes = try await call.nextRequest() else { return nil }
      return try call.decode(Message.self, bytes)
    }
  }
}

/// Where a handler writes its answers. For one task at a time.
public struct ResponseWriter<Message: WireMessage>: Sendable {
  @usableFromInline let call: ServerCall

  @inlinable
  init(_ call: ServerCall) { self.call = call }

  /// Sends one message; returns when the stream has credit for all of it, so a caller that does
  /// not read slows its handler and nobody else.
  /// - Throws: `RPCError` when the call is over: cancelled, expired, or the connection died.
  @inlinable
  public func write(_ message: Message) async throws(RPCError) {
    try await call.write { arena, send in message.withPacked(arena) { send($0) } }
  }
}
