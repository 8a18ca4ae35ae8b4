import Primitives
import Testing

@testable import RPC

extension ClientConnection {
  static func fresh(limits: WireLimits = WireLimits()) -> ClientConnection {
    ClientConnection(limits: limits, now: .start)
  }

  /// A connection on which the server has said Hello.
  static func greeted(
    limits: WireLimits = WireLimits(),
    hello: Hello = .standard
  ) throws(WireViolation) -> ClientConnection {
    var client = fresh(limits: limits)
    _ = try client.receivedHello(hello)
    return client
  }

  mutating func data(
    _ id: UInt32,
    _ count: Int,
    more: Bool = false,
    isEnd: Bool = false,
    limit: Int = 4 << 20
  ) throws(WireViolation) -> OnData {
    try receivedData(
      id: id,
      count: count,
      hasMore: more,
      isEnd: isEnd,
      maximumMessageBytes: { _ in limit }
    )
  }

  /// A call that there is room for.
  mutating func opened(endsStream: Bool) throws -> Opened {
    let opened = open(endsStream: endsStream)
    return try #require(opened)
  }

  /// Opens `count` calls whose requests are sent; their slots.
  mutating func openAll(_ count: Int) -> [Int] {
    (0..<count).compactMap { _ in open(endsStream: true)?.slot }
  }
}
