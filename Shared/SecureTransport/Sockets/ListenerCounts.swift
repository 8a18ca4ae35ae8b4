import Synchronization

/// What a listener has seen, for metrics. Read from any thread.
public struct ListenerCounts: Sendable, Equatable {
  /// Connections that stand, those in their handshake included.
  public var openConnections = 0
  /// Handshakes that succeeded, since the start.
  public var handshakesDone = 0
  /// Handshakes that failed, timed out or made room for others, since the start.
  public var handshakesFailed = 0
  /// Connections closed at once because `connectionCount` were open, since the start.
  public var refusedConnections = 0
}

/// The counters behind `ListenerCounts`.
final class ListenerCounters: Sendable {
  private let open = Atomic(0)
  private let done = Atomic(0)
  private let failed = Atomic(0)
  private let refused = Atomic(0)

  var counts: ListenerCounts {
    ListenerCounts(
      openConnections: open.load(ordering: .relaxed),
      handshakesDone: done.load(ordering: .relaxed),
      handshakesFailed: failed.load(ordering: .relaxed),
      refusedConnections: refused.load(ordering: .relaxed)
    )
  }

  /// Answers false, and counts a refusal, when `limit` connections are open.
  func admit(limit: Int) -> Bool {
    if open.add(1, ordering: .relaxed).newValue <= limit { return true }
    open.subtract(1, ordering: .relaxed)
    refused.add(1, ordering: .relaxed)
    return false
  }

  func handshakeDone() { done.add(1, ordering: .relaxed) }

  func connectionClosed(wasOpened: Bool) {
    open.subtract(1, ordering: .relaxed)
    if !wasOpened { failed.add(1, ordering: .relaxed) }
  }
}
