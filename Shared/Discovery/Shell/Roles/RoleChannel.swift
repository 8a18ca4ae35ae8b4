import DiscoveryCore
import Logging
import Primitives
import RPC
import RPCRuntime
import Synchronization
import Telemetry
import Transport

/// Hears how a forwarded call ended, on the call's loop.
public typealias ForwardObserver =
  @Sendable (_ code: StatusCode, _ load: Load?, _ latency: Duration) -> Void

/// Calls to whoever serves a role: a live, balanced set of connections, one channel an instance.
///
/// `run` follows the backend; without it calls find nobody. A call goes to the instance that the
/// policy picks; instances that drain, cannot be reached or fail their health checks are left out.
/// A call that no handler saw is tried once more, at another instance where there is one. While no
/// answer about any instance is in (at the start, after a loss), calls wait, at most until their
/// deadline; when nobody can be reached they end UNAVAILABLE, not started, with the reason.
///
/// Safe from any task. Tasks on one of `loops` use that loop's own state.
public final class RoleChannel: CallChannel {
  public let role: String
  private let backend: any DirectoryBackend
  private let loops: [any TransportLoop]
  private let options: RoleChannelOptions
  private let connections: RoleConnections
  private let nextShard = Atomic(0)
  private let retries: CallRetries

  /// - Parameters:
  ///   - loops: Those of the transport that `makeChannel` uses.
  ///   - makeChannel: Makes the channel to an instance; called once for each attempt to connect.
  public init(
    role: String,
    backend: any DirectoryBackend,
    loops: [any TransportLoop],
    options: RoleChannelOptions = RoleChannelOptions(),
    metrics: MetricsRegistry? = nil,
    logger: Logger = Logger(label: "martlet.discovery"),
    makeChannel: @escaping InstanceChannelFactory
  ) {
    self.role = role
    self.backend = backend
    self.loops = loops
    self.options = options
    retries = CallRetries(options.retry)
    connections = RoleConnections(
      role: role,
      shardCount: loops.count,
      options: options,
      logger: logger,
      makeChannel: makeChannel,
      reportVerdict: { await backend.healthDecided($0, isHealthy: $1) }
    )
    if let metrics { connections.register(metrics) }
  }

  deinit { connections.close() }

  /// Follows the role until the task is cancelled; then closes all connections, each when its last
  /// call has ended. Once.
  public func run() async {
    await backend.follow(role) { [connections] in connections.apply($0) }
    for check in connections.close() { await check.value }
  }

  /// What is known and connected now, for people and tests.
  public var instances: [InstanceStatus] { connections.statuses }

  // MARK: Calls

  public func unary(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource
  ) async throws(RPCError) -> Answer {
    try await unary(method, .any, options: options, request)
  }

  public func open(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource?
  ) async throws(RPCError) -> ClientCall {
    try await open(method, .any, options: options, request)
  }

  func unary(
    _ method: Method,
    _ wanted: Wanted,
    options: CallOptions,
    _ request: MessageSource
  ) async throws(RPCError) -> Answer {
    let deadline = deadline(method, options)
    var tries = CallTries(retries, method, options)
    var failedAt: InstanceKey?
    while true {
      let picked: RoleShard.Picked
      do throws(RPCError) {
        picked = try await pick(wanted, avoiding: failedAt, until: deadline, options)
      } catch {
        throw tries.said(error)
      }
      var inner = options
      inner.mayRetry = false
      inner.waitsForReady = false
      inner.timeout = deadline - picked.begunAt
      let result = await picked.channel.attempt(
        method,
        options: inner,
        attempt: tries.attempt,
        request
      )
      switch result {
      case .success(let answer):
        ended(picked, nil, answer.load)
        return answer
      case .failure(let failure):
        ended(picked, failure, nil)
        switch tries.failed(failure, timeRemaining: deadline - .now) {
        case .giveUp(let error): throw error
        case .again(let delay, let error):
          if delay > .zero, await !pause(delay) { throw error }
          failedAt = picked.link.key
        }
      }
    }
  }

  /// On the loop's clock, as the deadlines of calls are.
  private func pause(_ delay: Duration) async -> Bool {
    guard let loop = loops.first(where: { $0.isCurrent }) ?? loops.first else { return false }
    return await retries.pause(delay, on: loop)
  }

  func open(
    _ method: Method,
    _ wanted: Wanted,
    options: CallOptions,
    _ request: MessageSource?
  ) async throws(RPCError) -> ClientCall {
    let deadline = deadline(method, options)
    let picked = try await pick(wanted, avoiding: nil, until: deadline, options)
    var inner = options
    inner.waitsForReady = false
    inner.timeout = deadline - picked.begunAt
    let call: ClientCall
    do throws(RPCError) {
      call = try await picked.channel.open(method, options: inner, request)
    } catch {
      ended(picked, AttemptFailure(error: error, isConnectionLoss: false), nil)
      throw error
    }
    call.whenEnded { [connections] outcome in
      let failure = outcome.error.map {
        AttemptFailure(
          error: $0,
          isConnectionLoss: outcome.isConnectionLoss,
          isServersAnswer: outcome.isServersAnswer
        )
      }
      connections.ended(picked, failure, outcome.load)
    }
    return call
  }

  /// Picks the instance of a forwarded call. On the call's loop; never waits.
  /// - Throws: UNAVAILABLE, not started, when nobody can be reached.
  public func route() throws(RPCError) -> ForwardRoute { try route(.any, avoiding: nil, nil) }

  func route(
    _ wanted: Wanted,
    avoiding avoided: InstanceKey?,
    _ onEnd: ForwardObserver?
  ) throws(RPCError) -> ForwardRoute {
    switch connections.shards[shardIndex()].pick(wanted, avoiding: avoided, now: .now) {
    case .none(let reason): throw connections.unavailable(reason)
    case .call(let picked):
      return ForwardRoute(picked.channel) { [connections] code, load, latency in
        let failure =
          code == .ok
          ? nil
          : AttemptFailure(
            error: RPCError(code, ""),
            isConnectionLoss: false,
            isServersAnswer: true
          )
        connections.ended(picked, failure, load)
        onEnd?(code, load, latency)
      }
    }
  }

  // MARK: Instances

  /// The way to one instance, for calls that are meant for it alone; nil when it is not connected.
  /// It is closed when the instance is gone or connected anew: ask again for each call.
  public func channel(to key: InstanceKey) -> ServiceChannel? { connections.channel(to: key) }

  /// Rises with every change of who is there or can be reached, and of what they say they serve.
  public var changeCount: UInt64 { connections.changed.version }

  /// Returns at the first change after `count` (at once when there was one), at `deadline`, or
  /// when the task is cancelled.
  public func waitForChange(after count: UInt64, until deadline: Instant) async {
    _ = await connections.changed.wait(after: count, until: deadline)
  }

  // MARK: Parts of a call

  private func deadline(_ method: Method, _ options: CallOptions) -> Instant {
    let scope = CallContext.current
    let timeout =
      options.timeout ?? method.options.defaultTimeout
      ?? (scope == nil ? self.options.limits.defaultTimeout : nil)
    let own = timeout.map { Instant.now + $0 } ?? .distantFuture
    return min(own, scope?.deadline ?? .distantFuture)
  }

  private func shardIndex() -> Int {
    for index in loops.indices where loops[index].isCurrent { return index }
    let next = nextShard.add(1, ordering: .relaxed).oldValue
    return (next & Int.max) % connections.shards.count
  }

  private func pick(
    _ wanted: Wanted,
    avoiding key: InstanceKey?,
    until deadline: Instant,
    _ options: CallOptions
  ) async throws(RPCError) -> RoleShard.Picked {
    let shard = connections.shards[shardIndex()]
    if case .call(let picked) = shard.pick(wanted, avoiding: key, now: .now) { return picked }
    while true {
      // A change after this reading ends the wait below at once.
      let version = connections.changed.version
      let now = Instant.now
      let reason: NoTarget
      switch shard.pick(wanted, avoiding: key, now: now) {
      case .call(let picked): return picked
      case .none(let why): reason = why
      }
      guard connections.mayAppear || (options.waitsForReady && !connections.isClosed) else {
        throw connections.unavailable(reason)
      }
      if Task.isCancelled {
        throw RPCError(.cancelled, "the caller cancelled its call to \(role)", isNotStarted: true)
      }
      if deadline <= now {
        throw RPCError(
          .deadlineExceeded,
          "no time was left to begin: \(connections.unavailable(reason).message)",
          isNotStarted: true
        )
      }
      switch await connections.changed.wait(after: version, until: deadline) {
      case .woken: continue
      case .tooManyWait:
        throw RPCError(
          .resourceExhausted,
          "\(self.options.waitingCallLimit) calls wait for an instance of \(role), "
            + "which is the limit",
          retryAfter: .seconds(1),
          isNotStarted: true
        )
      }
    }
  }

  private func ended(_ picked: RoleShard.Picked, _ failure: AttemptFailure?, _ load: Load?) {
    connections.ended(picked, failure, load)
  }
}
