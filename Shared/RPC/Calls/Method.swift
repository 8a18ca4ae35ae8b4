/// Which sides of a call send more than one message.
public enum CallKind: Sendable, Hashable {
  case unary
  case serverStreaming
  case clientStreaming
  case bidirectional

  /// The caller sends exactly one message.
  public var hasSingleRequest: Bool { self == .unary || self == .serverStreaming }
  /// The server answers with exactly one message.
  public var hasSingleResponse: Bool { self == .unary || self == .clientStreaming }
}

/// What a proto's method options say.
public struct MethodOptions: Sendable, Hashable {
  /// A second run does no harm: a failed call may be repeated elsewhere.
  public var isIdempotent: Bool
  /// Roles that may call; empty = anybody whom the listener lets in.
  public var allowedPeers: [String]
  /// The deadline of a call that brings none; nil = the wire's default.
  public var defaultTimeout: Duration?
  /// The longest deadline that the server grants; nil = no bound of its own.
  public var maximumTimeout: Duration?
  /// The largest message in either direction, in bytes; nil = the wire's default.
  public var maximumMessageBytes: Int?

  public init(
    isIdempotent: Bool = false,
    allowedPeers: [String] = [],
    defaultTimeout: Duration? = nil,
    maximumTimeout: Duration? = nil,
    maximumMessageBytes: Int? = nil
  ) {
    self.isIdempotent = isIdempotent
    self.allowedPeers = allowedPeers
    self.defaultTimeout = defaultTimeout
    self.maximumTimeout = maximumTimeout
    self.maximumMessageBytes = maximumMessageBytes
  }
}

/// One method of a service, as the generator describes it.
///
/// A class, so that a call refers to its method by one retain and not by a copy of its parts.
public final class Method: Sendable {
  public let service: String
  public let name: String
  public let kind: CallKind
  public let options: MethodOptions
  /// `/package.Service/Method`, as it stands in Begin.
  public let path: String

  public init(
    service: String,
    name: String,
    kind: CallKind,
    options: MethodOptions = MethodOptions()
  ) {
    self.service = service
    self.name = name
    self.kind = kind
    self.options = options
    path = "/\(service)/\(name)"
  }

  /// The time that a call gets: what it asks for, bounded by what the method grants.
  /// - Parameter requested: microseconds from Begin; 0 = none given.
  @inline(__always)
  public func timeout(requestedMicroseconds requested: UInt64, limits: WireLimits) -> Duration {
    let asked: Duration =
      requested == 0
      ? options.defaultTimeout ?? limits.defaultTimeout
      : .microseconds(Int64(min(requested, UInt64(Int64.max / 1000))))
    guard let most = options.maximumTimeout, most < asked else { return asked }
    return most
  }

  /// True when a peer of this identity's role may call. The role is asked for only where it
  /// matters.
  @inline(__always)
  public func allows(role: @autoclosure () -> String?) -> Bool {
    options.allowedPeers.isEmpty || isAllowed(role())
  }

  private func isAllowed(_ role: String?) -> Bool {
    guard let role else { return false }
    return options.allowedPeers.contains(role)
  }
}
