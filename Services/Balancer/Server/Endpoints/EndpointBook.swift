import BalancerCore
import Primitives
import Protocols
import RPC
import Synchronization
import Telemetry

/// All endpoints in memory: what calls are routed by, what lists and watchers show.
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
    /// Names with news, and whose they are or were.
    var pending: [String: String] = [:]
  }

  private struct State {
    var entries: [String: EndpointEntry] = [:]
    /// The same by name, as calls need it: small, so that taking one out costs little.
    var routes: [String: EndpointRoute] = [:]
    var watchers: [UInt64: Watcher] = [:]
    var nextWatcher: UInt64 = 0
    var isEnding = false

    mutating func put(_ entry: EndpointEntry) {
      entries[entry.name] = entry
      routes[entry.name] = EndpointRoute(entry)
    }

    mutating func note(_ key: EndpointKey) {
      for number in watchers.keys {
        watchers[number]?.pending[key.name] = key.account
        watchers[number]?.wake.yield()
      }
    }
  }

  private let state = Mutex(State())

  // MARK: Reading

  func entry(_ name: String) -> EndpointEntry? { state.withLock { $0.entries[name] } }

  /// The endpoint of that name, if it is the account's.
  func entry(_ name: String, of account: String) -> EndpointEntry? {
    entry(name).flatMap { $0.record.key.account == account ? $0 : nil }
  }

  /// For each call.
  func route(_ name: String, of account: String) -> EndpointRoute? {
    guard let route = state.withLock({ $0.routes[name] }), route.account == account else {
      return nil
    }
    return route
  }

  var all: [EndpointEntry] {
    state.withLock { Array($0.entries.values) }.sorted { $0.record.key < $1.record.key }
  }

  var count: Int { state.withLock { $0.entries.count } }

  // MARK: Changing

  /// Puts a new endpoint in, unless one of the name is there (that is not on its way out).
  func insert(_ entry: EndpointEntry) {
    state.withLock { state in
      if let old = state.entries[entry.name] {
        guard old.record.id != entry.record.id, old.machine.phase == .deleting else { return }
      }
      state.put(entry)
      state.note(entry.record.key)
    }
  }

  /// Changes the endpoint with this id; nothing happens when it is gone.
  func update(_ name: String, id: String, _ body: (inout EndpointEntry) -> Void) {
    state.withLock { state in
      guard let old = state.entries[name], old.record.id == id else { return }
      var new = old
      body(&new)
      state.put(new)
      if !new.looksLike(old) { state.note(new.record.key) }
    }
  }

  func remove(_ name: String, id: String) {
    let removed = state.withLock { state -> EndpointEntry? in
      guard let old = state.entries[name], old.record.id == id else { return nil }
      state.entries[name] = nil
      state.routes[name] = nil
      state.note(old.record.key)
      return old
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
    let found = state.withLock { state -> [(account: String, name: String, EndpointEntry?)] in
      let pending = state.watchers[number]?.pending ?? [:]
      state.watchers[number]?.pending = [:]
      return pending.map { ($0.value, $0.key, state.entries[$0.key]) }
    }
    return found.sorted { $0.name < $1.name }.map { account, name, entry in
      guard let entry else { return .deleted(account: account, name: name) }
      return .changed(account: entry.record.key.account, Endpoint(entry))
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
