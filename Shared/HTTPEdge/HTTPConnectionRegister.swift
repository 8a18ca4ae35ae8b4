import NIOCore
import Synchronization

/// The connections that are served now, so that a port can let them end.
final class HTTPConnectionRegister: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isQuiescing = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func began(_ channel: any Channel) {
    let isQuiescing = state.withLock { state in
      state.channels[ObjectIdentifier(channel)] = channel
      return state.isQuiescing
    }
    if isQuiescing { channel.close(promise: nil) }
  }

  func ended(_ channel: any Channel) {
    let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.channels[ObjectIdentifier(channel)] = nil
      guard state.channels.isEmpty else { return [] }
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Connections close when the answer at hand has left, those without a request at once.
  func quiesce() {
    let channels = state.withLock { state in
      state.isQuiescing = true
      return Array(state.channels.values)
    }
    for channel in channels {
      channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
  }

  func closeAll() {
    for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
  }

  /// Returns when no connection is served; at once when that is so already. Cancelling it changes
  /// nothing: it ends with the last connection.
  func waitUntilEmpty() async {
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLock { state in
        if !state.channels.isEmpty { state.waiters.append(continuation) }
        return state.channels.isEmpty
      }
      if isEmpty { continuation.resume() }
    }
  }
}
