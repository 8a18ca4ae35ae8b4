import Primitives
import Transport

/// What one listener keeps on one loop: the connections that are still in their handshake.
// `@unchecked`: touched on its loop's thread only.
final class ListenerLoopState: SocketChannelOwner, @unchecked Sendable {
  private let counters: ListenerCounters
  private let unfinishedLimitCount: Int
  private let onHandshakeFailure: (@Sendable (String, String) -> Void)?
  /// Oldest first.
  private var unfinished: [SocketChannel] = []

  init(
    counters: ListenerCounters,
    unfinishedLimitCount: Int,
    onHandshakeFailure: (@Sendable (String, String) -> Void)?
  ) {
    self.counters = counters
    self.unfinishedLimitCount = max(1, unfinishedLimitCount)
    self.onHandshakeFailure = onHandshakeFailure
  }

  func began(_ channel: SocketChannel) {
    unfinished.append(channel)
    if unfinished.count > unfinishedLimitCount {
      let oldest = unfinished.removeFirst()
      oldest.nioLoop.inCycle { oldest.end(.failed("too many unfinished handshakes")) }
    }
  }

  func opened(_ channel: SocketChannel) {
    unfinished.removeAll { $0 === channel }
    counters.handshakeDone()
  }

  func closed(_ channel: SocketChannel, _ reason: ChannelClosure) {
    unfinished.removeAll { $0 === channel }
    counters.connectionClosed(wasOpened: channel.wasOpened)
    if !channel.wasOpened {
      onHandshakeFailure?(channel.remoteAddress, Self.text(of: reason))
    }
  }

  private static func text(of reason: ChannelClosure) -> String {
    switch reason {
    case .byPeer, .truncated: "peer closed the connection during the TLS handshake"
    case .byUs: "closed here during the TLS handshake"
    case .timedOut(let what): "\(what) timed out"
    case .failed(let text): text
    }
  }
}
