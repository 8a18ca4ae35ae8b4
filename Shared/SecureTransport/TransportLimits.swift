/// Bounds and timeouts of sockets and TLS. All are on by default.
public struct TransportLimits: Sendable, Equatable {
  /// From the accepted or connected socket to the end of the TLS handshake.
  public var handshakeTimeout: Duration = .seconds(10)
  /// From the first look at the address (name resolution included) to the connected socket.
  public var connectTimeout: Duration = .seconds(10)
  /// From `close()`, or the peer's close_notify, to the closed socket: for pending bytes to leave
  /// and the peer to end its side.
  public var closeTimeout: Duration = .seconds(5)
  /// Connections that a listener serves at a time; one more is accepted and closed at once.
  public var connectionCount = 10_000
  /// Connections of one listener that are still in their TLS handshake, for each loop (64 by
  /// default: a legitimate handshake takes milliseconds, and the loop works on one at a time).
  /// One more ends the one that has been at it longest: a flood of silent peers makes room for
  /// itself instead of shutting the others out.
  public var unfinishedHandshakesPerLoopCount = 64
  /// Connections that the system keeps before they are accepted.
  public var backlogCount = 1024
  /// Bytes that one read takes from the socket at most; buffers start small and grow up to this
  /// for connections that fill them.
  public var readBytes = 64 * 1024
  /// Reads of one connection in a cycle, before others get their turn.
  public var readsPerCycleCount = 4
  /// Key updates that a peer may send on one connection. An honest one needs a handful in an hour
  /// (one for each 2^24 records); each makes this side derive keys and answer.
  public var keyUpdateCount = 128

  public init() {}
}
