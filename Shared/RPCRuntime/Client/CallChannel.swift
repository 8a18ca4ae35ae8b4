import Primitives
import RPC
import WireCodec

/// Encodes a message: given an arena, calls its second argument with the packed message once.
public typealias MessageSource = (Arena, (PackedMessage) -> Void) -> Void

/// Something that calls can be made through: one server's connections, or a balanced set of them.
/// Generated clients stand on it.
public protocol CallChannel: Sendable {
  /// Makes a call with one message each way.
  func unary(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource
  ) async throws(RPCError) -> Answer

  /// Opens a call that streams. With `request` that is the only message and the sending side is
  /// closed. The caller must `cancel` the call or read it to its end.
  func open(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource?
  ) async throws(RPCError) -> ClientCall
}

/// What a unary call brought back, not decoded yet.
public struct Answer: Sendable {
  public let bytes: Bytes
  /// Metadata sent ahead of the answer.
  public let head: Metadata
  /// Metadata sent with the outcome.
  public let trailers: Metadata
  /// The server's load, where it said so.
  public let load: Load?
  @usableFromInline let arenas: ArenaSource

  init(bytes: Bytes, head: Metadata, trailers: Metadata, load: Load?, arenas: ArenaSource) {
    self.bytes = bytes
    self.head = head
    self.trailers = trailers
    self.load = load
    self.arenas = arenas
  }

  @inlinable
  public func decode<Message: WireMessage>(_: Message.Type) throws(RPCError) -> Message {
    try arenas.decodeAnswer(Message.self, bytes)
  }
}

extension ArenaSource {
  @inlinable
  func decodeAnswer<Message: WireMessage>(
    _: Message.Type,
    _ bytes: Bytes
  ) throws(RPCError) -> Message {
    do throws(DecodeError) {
      return try withArena { (arena) throws(DecodeError) in
        try Message(decoding: bytes, arena: arena, limits: .ofAnswers)
      }
    } catch {
      throw RPCError(.internal, "the server's answer is not a \(Message.messageName): \(error)")
    }
  }
}

extension DecodeLimits {
  /// The transport has judged an answer's size by its method already.
  @usableFromInline static let ofAnswers = DecodeLimits()
}

extension CallChannel {
  /// A call with one message each way.
  @inlinable
  public func unary<Request: WireMessage, Response: WireMessage>(
    _ method: Method,
    _ request: Request,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Response {
    let answer = try await unary(method, options: options) { arena, send in
      request.withPacked(arena) { send($0) }
    }
    return try answer.decode(Response.self)
  }

  /// One message there, a stream back. The call ends when `body` returns.
  @inlinable
  public func serverStreaming<Request: WireMessage, Response: WireMessage, Result>(
    _ method: Method,
    _ request: Request,
    options: CallOptions = CallOptions(),
    _ body: (ResponseStream<Response>) async throws -> Result
  ) async throws -> Result {
    let call = try await open(method, options: options) { arena, send in
      request.withPacked(arena) { send($0) }
    }
    defer { call.leave() }
    return try await body(ResponseStream(call))
  }

  /// A stream there, one message back.
  @inlinable
  public func clientStreaming<Request: WireMessage, Response: WireMessage>(
    _ method: Method,
    options: CallOptions = CallOptions(),
    _ body: (RequestWriter<Request>) async throws -> Void
  ) async throws -> Response {
    let call = try await open(method, options: options, nil)
    defer { call.leave() }
    let writer = RequestWriter<Request>(call)
    do {
      try await body(writer)
      try await writer.finish()
    } catch let error as RPCError {
      // A server may answer before it has read all: what it does not want any more is no failure.
      guard await call.hasEndedWell() else { throw error }
    }
    guard let bytes = try await call.nextResponse() else {
      // OK without a message: a proto3 message of defaults has no bytes.
      return Response()
    }
    let response = try call.arenas.decodeAnswer(Response.self, bytes)
    guard try await call.nextResponse() == nil else {
      throw RPCError(.internal, "\(method.path) answered more than once")
    }
    return response
  }

  /// Streams both ways. The call ends when `body` returns.
  @inlinable
  public func bidirectional<Request: WireMessage, Response: WireMessage, Result>(
    _ method: Method,
    options: CallOptions = CallOptions(),
    _ body: (RequestWriter<Request>, ResponseStream<Response>) async throws -> Result
  ) async throws -> Result {
    let call = try await open(method, options: options, nil)
    defer { call.leave() }
    return try await body(RequestWriter(call), ResponseStream(call))
  }
}

/// The messages that a server streams back, in order. For one task at a time. Throws the call's
/// `RPCError` at its end when it did not go well.
public struct ResponseStream<Message: WireMessage>: AsyncSequence, Sendable {
  public typealias Element = Message
  @usableFromInline let call: ClientCall

  @inlinable
  public init(_ call: ClientCall) { self.call = call }

  /// Waits for the metadata that the server sends ahead; empty when its first message or the end
  /// comes without.
  public func head() async -> Metadata { await call.awaitHead() }
  /// The metadata of the outcome; empty until the stream has ended.
  public var trailers: Metadata { get async { await call.currentTrailers() } }

  @inlinable
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(call) }

  public struct AsyncIterator: AsyncIteratorProtocol {
    @usableFromInline let call: ClientCall

    @inlinable
    init(_ call: ClientCall) { self.call = call }

    @inlinable
    public mutating func next() async throws(RPCError) -> Message? {
      guard let bytes = try await call.nextResponse() else { return nil }
      return try call.arenas.decodeAnswer(Message.self, bytes)
    }

    @inlinable
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(RPCError) -> Message? {
      guard let bytes = try await call.nextResponse() else { return nil }
      return try call.arenas.decodeAnswer(Message.self, bytes)
    }
  }
}

/// Where a caller writes the messages of its stream. For one task at a time.
public struct RequestWriter<Message: WireMessage>: Sendable {
  @usableFromInline let call: ClientCall

  @inlinable
  public init(_ call: ClientCall) { self.call = call }

  /// Sends one message; returns when the stream has credit for all of it.
  /// - Throws: the call's `RPCError` when it is over already.
  @inlinable
  public func write(_ message: Message) async throws(RPCError) {
    try await call.write { arena, send in message.withPacked(arena) { send($0) } }
  }

  /// No more messages follow. Calling it twice is harmless.
  public func finish() async throws(RPCError) { await call.finishSending() }
}
