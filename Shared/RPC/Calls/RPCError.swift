import Primitives

/// Why one call failed, in words that may cross the wire. It ends a call, never a process.
public struct RPCError: Error, Sendable, Equatable {
  public var code: StatusCode
  /// For people: what was wrong, where, and what to do. At most 1 KiB crosses the wire.
  public var message: String
  /// Machine-readable parts, each a message with its type's name; at most 8 KiB cross the wire.
  public var details: [Detail]
  /// The server's wish: not again before this.
  public var retryAfter: Duration?
  /// True when it is certain that no handler saw the call: it may be sent again elsewhere.
  public var isNotStarted: Bool
  /// What the server sent after the last message.
  public var trailers: Metadata

  public struct Detail: Sendable, Equatable {
    public var typeURL: String
    public var value: Bytes

    public init(typeURL: String, value: Bytes) {
      self.typeURL = typeURL
      self.value = value
    }
  }

  public init(
    _ code: StatusCode,
    _ message: String,
    details: [Detail] = [],
    retryAfter: Duration? = nil,
    isNotStarted: Bool = false,
    trailers: Metadata = Metadata()
  ) {
    self.code = code
    self.message = message
    self.details = details
    self.retryAfter = retryAfter
    self.isNotStarted = isNotStarted
    self.trailers = trailers
  }
}

extension RPCError: CustomStringConvertible {
  public var description: String { "\(code.name): \(message)" }
}
