import Primitives
import RPC
import Synchronization
import Transport
import WireCodec

public struct ChannelOptions: Sendable {
  public var limits = WireLimits()
  public var agent = "martlet"
  public var retry = RetryPolicy()
  /// Connections that one loop keeps to the server; another is opened when all are full.
  public var connectionLimit = 8
  /// Calls of one loop that may wait for a connection.
  public var pendingCallLimit = 1000
  /// Where the jitter of retries begins, for a run that can be repeated; nil = by chance.
  public var retrySeed: UInt64?

  public init() {}
}

/// Calls to one server: connects when the first call needs it, reconnects with back-off, opens
/// more connections when they are full, retries what is safe to repeat.
///
/// Safe from any task. A task that runs on one of the transport's loops uses that loop's own
/// connections and never hops; other tasks are spread over the loops.
public final class ServiceChannel: CallChannel {
  /// The server, for errors and logs.
  public let name: String
  private let options: ChannelOptions
  private let pools: [LoopPool]
  private let next = Atomic(0)
  private let retries: CallRetries

  /// A loop's pool, made on the loop at first use.
  // `@unchecked`: `made` is touched on the loop only, as `pool` and `onLoop` check.
  private final class LoopPool: @unchecked Sendable {
    let loop: any TransportLoop
    private var made: ConnectionPool?

    init(_ loop: any TransportLoop) { self.loop = loop }

    /// On the loop.
    func pool(_ make: (LoopContext) -> ConnectionPool) -> ConnectionPool {
      precondition(loop.isCurrent, "a loop's pool was touched from another thread")
      if let made { return made }
      let new = make(LoopContext.of(loop))
      made = new
      return new
    }

    func close() {
      if loop.isCurrent {
        made?.close()
      } else {
        loop.execute { self.made?.close() }
      }
    }
  }

  private let transport: any ClientTransport
  private let address: TransportAddress

  public init(
    to address: TransportAddress,
    over transport: any ClientTransport,
    name: String? = nil,
    options: ChannelOptions = ChannelOptions()
  ) {
    self.address = address
    self.transport = transport
    self.name = name ?? "\(address)"
    self.options = options
    pools = transport.loops.map(LoopPool.init)
    retries = CallRetries(options.retry, seed: options.retrySeed)
  }

  deinit { close() }

  /// Starts no more calls; connections end when theirs have.
  public func close() {
    for pool in pools { pool.close() }
  }

  // MARK: Calls

  public func unary(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource
  ) async throws(RPCError) -> Answer {
    let plan = try plan(method, options)
    var tries = CallTries(retries, method, options)
    while true {
      let call = await finishedCall(plan, tries.attempt, request)
      if let answer = call.takeAnswer() { return answer }
      try await pauseBeforeNextTry(&tries, plan, call)
    }
  }

  /// Throws the call's error when there is no other try. Rare, and never inlined: its variables
  /// would lie in the frame of every call that waits.
  @inline(never)
  private func pauseBeforeNextTry(
    _ tries: inout CallTries,
    _ plan: CallPlan,
    _ call: ClientCall
  ) async throws(RPCError) {
    switch tries.failed(call.attemptFailure, timeRemaining: plan.deadline - clock) {
    case .giveUp(let error): throw error
    case .again(let delay, let error):
      if delay > .zero, await !retries.pause(delay, on: pickLoop().loop) { throw error }
    }
  }

  func unaryOnce(
    _ plan: CallPlan,
    _ attempt: UInt32,
    _ request: MessageSource
  ) async -> Result<Answer, AttemptFailure> {
    let call = await finishedCall(plan, attempt, request)
    if let answer = call.takeAnswer() { return .success(answer) }
    return .failure(call.attemptFailure)
  }

  /// One try of a unary call, at its end.
  private func finishedCall(
    _ plan: CallPlan,
    _ attempt: UInt32,
    _ request: MessageSource
  ) async -> ClientCall {
    guard let loop = currentLoop else { return await finishedCallElsewhere(plan, attempt, request) }
    let pool = pool(on: loop)
    let call = unaryCall(plan, attempt, pool)
    await call.run {
      request(pool.context.arena) { pool.start(call, $0) }
    }
    return call
  }

  /// The same for a task that runs on none of the loops: the message is encoded before the hop.
  @inline(never)
  private func finishedCallElsewhere(
    _ plan: CallPlan,
    _ attempt: UInt32,
    _ request: MessageSource
  ) async -> ClientCall {
    var message: OutgoingMessage?
    ArenaPool.shared.withArena { arena in request(arena) { message = OutgoingMessage($0) } }
    let outgoing = message
    let loop = pickLoop()
    return await withTaskExecutorPreference(loop.loop) {
      let pool = self.pool(on: loop)
      let call = unaryCall(plan, attempt, pool)
      call.outgoing = outgoing
      await call.run { pool.start(call, nil) }
      return call
    }
  }

  private func unaryCall(_ plan: CallPlan, _ attempt: UInt32, _ pool: ConnectionPool) -> ClientCall
  {
    let call = plan.makeCall(pool.context, attempt: attempt, streams: false)
    call.closesAfterOutgoing = true
    return call
  }

  public func open(
    _ method: Method,
    options: CallOptions,
    _ request: MessageSource?
  ) async throws(RPCError) -> ClientCall {
    let plan = try plan(method, options)
    var message: OutgoingMessage?
    if let request {
      ArenaPool.shared.withArena { arena in request(arena) { message = OutgoingMessage($0) } }
    }
    let outgoing = message
    let loop = pickLoop()
    if loop.loop.isCurrent { return start(plan, outgoing, on: loop) }
    return await withTaskExecutorPreference(loop.loop) { self.start(plan, outgoing, on: loop) }
  }

  /// Starts a streaming call. On the loop.
  private func start(
    _ plan: CallPlan,
    _ outgoing: OutgoingMessage?,
    on loop: LoopPool
  ) -> ClientCall {
    let pool = pool(on: loop)
    let call = plan.makeCall(pool.context, attempt: 0, streams: true)
    call.outgoing = outgoing
    call.closesAfterOutgoing = outgoing != nil
    pool.start(call, nil)
    return call
  }

  /// Starts the far half of a forwarded call. On the call's loop, which must be one of the
  /// transport's.
  func startRelayed(_ call: ClientCall) {
    guard let loop = pools.first(where: { $0.loop === call.context.loop }) else {
      return call.end(
        .failure(
          RPCError(.internal, "the channel to \(name) has no part on this loop", isNotStarted: true)
        )
      )
    }
    pool(on: loop).start(call, nil)
  }

  // MARK: Where and how

  /// All loops of a transport live by one clock.
  private var clock: Instant { pools[0].loop.clock }

  /// The loop that the task runs on, where it is one of the transport's.
  private var currentLoop: LoopPool? {
    for pool in pools where pool.loop.isCurrent { return pool }
    return nil
  }

  private func pickLoop() -> LoopPool {
    if let currentLoop { return currentLoop }
    let index = next.add(1, ordering: .relaxed).oldValue
    return pools[(index & Int.max) % pools.count]
  }

  private func pool(on loop: LoopPool) -> ConnectionPool {
    loop.pool { context in
      ConnectionPool(
        name: name,
        context: context,
        transport: transport,
        address: address,
        options: options
      )
    }
  }

  func plan(_ method: Method, _ options: CallOptions) throws(RPCError) -> CallPlan {
    if let violation = options.metadata.violation(under: self.options.limits) {
      throw RPCError(.invalidArgument, "the call's \(violation)", isNotStarted: true)
    }
    guard options.target.utf8.count <= self.options.limits.maximumTargetBytes else {
      throw RPCError(
        .invalidArgument,
        "a target has at most \(self.options.limits.maximumTargetBytes) bytes",
        isNotStarted: true
      )
    }
    let now = clock
    let plan = CallPlan(
      method,
      options,
      defaultTimeout: self.options.limits.defaultTimeout,
      maximumMessageBytes: self.options.limits.maximumMessageBytes,
      now: now
    )
    if plan.deadline <= now {
      throw RPCError(
        .deadlineExceeded,
        "\(method.path): no time was left to begin",
        isNotStarted: true
      )
    }
    return plan
  }
}
