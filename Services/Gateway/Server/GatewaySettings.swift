import Settings

/// The gateway's own settings.
public struct GatewaySettings: Sendable {
  public let bodyBytes = Setting(
    "invocations.max-body",
    .byteCount(1024...(64 << 20)),
    default: 64 << 20,
    doc: "a longer request body is answered 413"
  )
  public let requests = Setting(
    "invocations.max-requests",
    .integer(1...1_000_000, unit: "requests"),
    default: 1024,
    doc: "requests of both ports in work at a time; one more is told to come again"
  )
  public let keyRequests = Setting(
    "invocations.max-requests-per-key",
    .integer(1...1_000_000, unit: "requests"),
    default: 256,
    doc: "the same of one key, so that it leaves room for the others"
  )
  public let timeout = Setting(
    "invocations.timeout",
    .duration(.milliseconds(1)...(.seconds(600))),
    default: .seconds(60),
    doc: "how long a prediction may take when the request has no x-martlet-timeout-ms"
  )

  public init() {}

  /// For the declaration of the executable.
  public var all: [any AnySetting] { [bodyBytes, requests, keyRequests, timeout] }

  public func limits(_ settings: ResolvedSettings) -> InvocationLimits {
    var limits = InvocationLimits()
    limits.bodyBytes = settings[bodyBytes]
    limits.requestCount = settings[requests]
    limits.keyRequestCount = settings[keyRequests]
    limits.defaultTimeout = settings[timeout]
    return limits
  }
}
