import BalancerCore
import Primitives
import Protocols
import RPC
import Synchronization
import Telemetry

/// All endpoints in memory: what calls are routed by, what lists and watchers show. What changes on
/// disk changes there first, and here after it.
///
/// Every change of what is seen wakes the watchers. A watcher keeps names only, not what they stood
/// for: one that reads slowly gets the newest state, and holds no more than there are endpoints.
final class EndpointBook: Sendable {
  /// Watches that may be open at once.
  static let watcherLimit = 256

  enum Change: Sendable {
    case changed(account: String, Endpoint)
    case deleted(account: String, name: String)
  }

  private struct Watcher {
    let wake: AsyncStream<Void>.Continuation
    /// Endpoints with news.
    var pending: Set<EndpointKey> = []
  }

  private struct State {
    var entries: [EndpointKey: EndpointEntry] = [:]
    /// Whose id it is.
    var keys: [String: EndpointKey] = [:]
    /// The same by name, as calls need it: small, so that taking one out costs little.
    var routes: [EndpointKey: EndpointRoute] = [:]
    var watchers: [UInt64: Watcher] = [:]
    var nextWatcher: UInt64 = 0
    var isEnding = false

    mutating func put(_ entry: EndpointEntry) {
      let key = entry.record.key
      if let old = entries[key] { keys[old.record.id] = nil }
      entries[key] = entry
      keys[entry.record.id] = key
      routes[key] = EndpointRoute(entry)
    }

    mutating func note(_ key: EndpointKey) {
      for number in watchers.keys {
        watchers[number]?.pending.insert(key)
        watchers[number]?.wake.yield()
      }
    }
  }

  private let state = Mutex(State())

  // MARK: Reading

  func entry(_ key: EndpointKey) -> EndpointEntry? { state.withLock { $0.entries[key] } }

  func entry(id: String) -> EndpointEntry? {
    state.withLock { state in state.keys[id].flatMap { state.entries[$0] } }
  }

  /// For each call.
  func route(_ key: EndpointKey) -> EndpointRoute? { state.withLock { $0.routes[key] } }

  var all: [EndpointEntry] {
    state.withLock { Array($0.entries.values) }.sorted { $0.record.key < $1.record.key }
  }

  var count: Int { state.withLock { $0.entries.count } }

  // MARK: Changing

  /// Puts in an endpoint whose row was just made (or loaded). One of the name that may still be
  /// here has lost its row before that, and gives way.
  func insert(_ entry: EndpointEntry) {
    state.withLock { state in
      state.put(entry)
      state.note(entry.record.key)
    }
  }

  /// Changes the endpoint with this id; nothing happens when it is gone.
  func update(id: String, _ body: (inout EndpointEntry) -> Void) {
    state.withLock { state in
      guard let old = state.keys[id].flatMap({ state.entries[$0] }) else { return }
      var new = old
      body(&new)
      state.put(new)
      if !new.looksLike(old) { state.note(new.record.key) }
    }
  }

  /// Takes out the endpoint with this id, whose row is gone.
  func remove(id: String) {
    let removed = state.withLock { state -> EndpointEntry? in
      guard let key = state.keys.removeValue(forKey: id) else { return nil }
      state.routes[key] = nil
      state.note(key)
      return state.entries.removeValue(forKey: key)
    }
    removed?.metrics.forget()
  }

  // MARK: Watchers

  /// - Returns: The watch's number, all endpoints as they are, and what wakes it for later ones.
  /// - Throws: RESOURCE_EXHAUSTED.
  func watch() throws(RPCError) -> (UInt64, [Change], AsyncStream<Void>) {
    let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let opened = state.withLock { state -> (UInt64, [EndpointEntry])? in
      guard state.watchers.count < EndpointBook.watcherLimit else { return nil }
      state.nextWatcher += 1
      state.watchers[state.nextWatcher] = Watcher(wake: wake)
      if state.isEnding { wake.finish() }
      return (state.nextWatcher, Array(state.entries.values))
    }
    guard let (number, entries) = opened else {
      throw RPCError(
        .resourceExhausted,
        "\(EndpointBook.watcherLimit) watch already, which is the limit",
        retryAfter: .seconds(10)
      )
    }
    let snapshot = entries.sorted { $0.record.key < $1.record.key }.map {
      Change.changed(account: $0.record.key.account, Endpoint($0))
    }
    return (number, snapshot, wakes)
  }

  /// What has changed since the last time, as it is now.
  func changes(for number: UInt64) -> [Change] {
    let found = state.withLock { state -> [(key: EndpointKey, entry: EndpointEntry?)] in
      let pending = state.watchers[number]?.pending ?? []
      state.watchers[number]?.pending = []
      return pending.map { ($0, state.entries[$0]) }
    }
    return found.sorted { $0.key < $1.key }.map { key, entry in
      guard let entry else { return .deleted(account: key.account, name: key.name) }
      return .changed(account: key.account, Endpoint(entry))
    }
  }

  /// Ends all watches, and takes no new ones: they have no end of their own.
  func endWatches() {
    let watchers = state.withLock { state in
      state.isEnding = true
      return Array(state.watchers.values)
    }
    for watcher in watchers { watcher.wake.finish() }
  }

  func unwatch(_ number: UInt64) { state.withLock { $0.watchers[number] = nil } }

  var watcherCount: Int { state.withLock { $0.watchers.count } }
}
