import Primitives
import Transport

/// What a handler was told, in order.
enum ProbeEvent: Sendable, Equatable {
  case opened(PeerIdentity, protocol: String?)
  case received(Bytes)
  case drained
  case closed(ChannelClosure)
}

/// The stream of events ended, or the test's time did, before the awaited one came.
struct ProbeError: Error {
  let seen: [ProbeEvent]
}

/// A handler that tells a test what happens to it, and can echo.
// `@unchecked`: the channel and the buffers are touched on the loop only; the events go through
// a stream.
final class Probe: ByteChannelHandler, @unchecked Sendable {
  enum Answer: Sendable { case nothing, echo, closeAfterFirst, keepUnread }

  let input = InputBuffer()
  let events: AsyncStream<ProbeEvent>
  private let continuation: AsyncStream<ProbeEvent>.Continuation
  private let answer: Answer
  private let output = ByteOutput()
  private(set) var channel: (any ByteChannel)?
  /// For tests, which may ask for it once `opened` has told them that it is set.
  private(set) var loop: (any TransportLoop)?
  private(set) var wasClosed = false

  init(_ answer: Answer = .nothing) {
    self.answer = answer
    (events, continuation) = AsyncStream.makeStream()
  }

  func opened(_ channel: any ByteChannel) {
    self.channel = channel
    loop = channel.loop
    continuation.yield(.opened(channel.peer, protocol: channel.negotiatedProtocol))
  }

  func received() {
    guard answer != .keepUnread else { return }
    let bytes = Bytes(copying: input.readable)
    input.consume(bytes.count)
    continuation.yield(.received(bytes))
    switch answer {
    case .echo:
      output.append(bytes)
      channel?.loop.flushAtEndOfCycle(self)
    case .closeAfterFirst:
      output.append(bytes)
      channel?.send(output)
      channel?.close()
    case .nothing, .keepUnread: break
    }
  }

  func flush() {
    precondition(!wasClosed, "flush after closed")
    if output.count > 0 { channel?.send(output) }
  }

  func drained() { continuation.yield(.drained) }

  func closed(_ reason: ChannelClosure) {
    precondition(!wasClosed, "closed twice")
    wasClosed = true
    channel = nil
    continuation.yield(.closed(reason))
    continuation.finish()
  }

  // MARK: For tests, from any thread

  /// The first event from here on that `match` answers for. The test's time limit bounds the wait.
  func next<Found: Sendable>(_ match: (ProbeEvent) -> Found?) async throws -> Found {
    var seen: [ProbeEvent] = []
    for await event in events {
      if let found = match(event) { return found }
      seen.append(event)
    }
    throw ProbeError(seen: seen)
  }

  func opened() async throws -> PeerIdentity {
    try await next { if case .opened(let peer, _) = $0 { peer } else { nil } }
  }

  func closed() async throws -> ChannelClosure {
    try await next { if case .closed(let reason) = $0 { reason } else { nil } }
  }

  /// All bytes until `count` of them have come.
  func bytes(_ count: Int) async throws -> [UInt8] {
    var all: [UInt8] = []
    while all.count < count {
      all += try await next { if case .received(let bytes) = $0 { bytes.array } else { nil } }
    }
    return all
  }

  /// Runs `body` with the open channel, on its loop.
  func onLoop(
    _ loop: any TransportLoop,
    _ body: @escaping @Sendable (any ByteChannel) -> Void
  ) {
    loop.execute { [self] in
      if let channel { body(channel) }
    }
  }

  /// The same for a connection that has opened.
  func onItsLoop(_ body: @escaping @Sendable (any ByteChannel) -> Void) {
    if let loop { onLoop(loop, body) }
  }

  func send(_ text: String, on loop: any TransportLoop) {
    onLoop(loop) { channel in
      let output = ByteOutput()
      output.append(Bytes(text))
      channel.send(output)
    }
  }
}
