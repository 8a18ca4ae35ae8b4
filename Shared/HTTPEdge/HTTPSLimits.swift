/// The bounds of an HTTPS port.
public struct HTTPSLimits: Sendable {
  /// Connections at a time; one more is accepted and closed at once.
  public var connectionCount = 1000
  /// From a connection's opening, or the end of an answer, to a whole request head; between two
  /// pieces of a body; and for an answer to be taken after its last byte was given to the system.
  public var idleTimeout = Duration.seconds(30)
  /// From a request's head to the last byte of its body.
  public var bodyTimeout = Duration.seconds(60)
  /// All bodies that are held at a time, in bytes.
  public var bodyBudgetBytes = 512 << 20
  /// From the accepted socket to the end of the TLS handshake.
  public var handshakeTimeout = Duration.seconds(10)
  /// From this side's end to the client's.
  public var closeTimeout = Duration.seconds(2)
  /// One header field, and all of them, in bytes.
  public var headerFieldBytes = 8 << 10
  public var headerBytes = 16 << 10
  public var headerFieldCount = 64

  public init() {}
}
