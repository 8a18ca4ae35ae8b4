import Primitives
import Testing

@testable import RPC

extension ServerConnection {
  static let drainPing: UInt64 = 0xD7A1_17E5

  /// A connection on which the client has said Hello.
  static func greeted(
    limits: WireLimits = WireLimits(),
    isPublic: Bool = true,
    hello: Hello = .standard
  ) throws(WireViolation) -> ServerConnection {
    var server = fresh(limits: limits, isPublic: isPublic)
    try server.receivedHello(hello)
    return server
  }

  static func fresh(
    limits: WireLimits = WireLimits(),
    isPublic: Bool = true
  ) -> ServerConnection {
    ServerConnection(limits: limits, isPublic: isPublic, now: .start, drainPing: drainPing)
  }

  /// Begins a call that is taken; its slot.
  mutating func start(_ id: UInt32, now: Instant = .start) throws -> Int {
    guard case .start(let slot) = try receivedBegin(id: id, dataCount: 0, now: now) else {
      Issue.record("stream \(id) was refused")
      return -1
    }
    return slot
  }

  mutating func data(
    _ id: UInt32,
    _ count: Int,
    more: Bool = false,
    end: Bool = false,
    limit: Int = 4 << 20
  ) throws(WireViolation) -> OnData {
    try receivedData(
      id: id,
      count: count,
      hasMore: more,
      endsStream: end,
      maximumMessageBytes: { _ in limit }
    )
  }
}

extension ServerConnection.OnBegin {
  var refusal: StatusCode? {
    if case .refuse(let code, _) = self { code } else { nil }
  }
}

extension WireLimits {
  static func sample(_ change: (inout WireLimits) -> Void) -> WireLimits {
    var limits = WireLimits()
    change(&limits)
    return limits
  }
}
