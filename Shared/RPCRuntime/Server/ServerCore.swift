import Logging
import Primitives
import RPC
import Synchronization
import Telemetry
import Transport
import WireCodec

/// What all connections of a server share. Constant but for the drain.
final class ServerCore: Sendable {
  let router: Router
  /// In the router's order.
  let handlers: [MethodHandler]
  let maximumMessageBytes: [Int]
  let decodeLimits: [DecodeLimits]
  let interceptors: [any ServerInterceptor]
  let limits: WireLimits
  let agent: String
  let budget: ReceiveBudget
  let metrics: ServerMetrics
  let logger: Logger
  let connections: ConnectionRegister
  let forwarder: (any CallForwarder)?
  /// Where forwarded calls stand in the lists by method.
  let forwardedIndex: Int
  private let draining = Atomic(false)

  init(_ handlers: [MethodHandler], _ options: ServerOptions) throws(Router.DuplicateMethod) {
    router = try Router(handlers.map(\.method))
    self.handlers = handlers
    let limits = options.limits
    forwarder = options.forwarder
    forwardedIndex = handlers.count
    // A forwarder holds no messages, so it has no limit for them.
    maximumMessageBytes =
      handlers.map { $0.method.options.maximumMessageBytes ?? limits.maximumMessageBytes } + [.max]
    decodeLimits = maximumMessageBytes.map { most in
      var decode = DecodeLimits()
      decode.maximumArenaBytes = max(most, decode.arenaBaseBytes)
      // A method with large messages takes large tables: a word a cell.
      decode.maximumFields = max(decode.maximumFields, min(most, 64 << 20) / 64)
      return decode
    }
    interceptors = options.interceptors
    self.limits = limits
    agent = options.agent
    budget = options.budget
    metrics = ServerMetrics(handlers.map(\.method) + [.forwarded], registry: options.metrics)
    logger = options.logger
    connections = ConnectionRegister(registry: options.metrics)
  }

  var isDraining: Bool { draining.load(ordering: .relaxed) }
  func startDraining() { draining.store(true, ordering: .relaxed) }

  /// What the caller is told of an error that a handler threw. Only an `RPCError` is told as it
  /// is: anything else may hold what is nobody's business, so it is logged here and summarised.
  func rpcError(of error: any Error, in call: ServerCall) -> RPCError {
    if let refusal = error as? CallRefusal {
      var error = refusal.error
      error.isNotStarted = true
      error.trailers = call.trailers
      return error
    }
    if var error = error as? RPCError {
      // It may be that of a call which the handler made: this handler ran, whatever that one says,
      // and what that server said beside its outcome was not for our caller.
      error.isNotStarted = false
      error.trailers = call.trailers
      return error
    }
    if error is CancellationError {
      return RPCError(
        call.context.loop.clock >= call.deadline ? .deadlineExceeded : .cancelled,
        "\(call.method.path) was cancelled"
      )
    }
    logger.error(
      "a handler failed",
      metadata: ["method": "\(call.method.path)", "error": "\(error)"]
    )
    return RPCError(.unknown, "\(call.method.path) failed; the server's log says why")
  }

  /// Runs a handler inside the interceptors, the first one outermost.
  func runIntercepted(_ handler: MethodHandler, _ call: ServerCall) async {
    await runIntercepted(handler, call, from: 0)
  }

  private func runIntercepted(_ handler: MethodHandler, _ call: ServerCall, from index: Int) async {
    guard index < interceptors.count else { return await handler.run(call) }
    do {
      try await interceptors[index].intercept(CallContext(call)) {
        await self.runIntercepted(handler, call, from: index + 1)
      }
      // An interceptor that neither went on nor threw has swallowed the call.
      if call.outcome == nil, call.isUnanswered {
        call.fail(RPCError(.internal, "\(call.method.path) was not answered"))
      }
    } catch {
      call.fail(error)
    }
  }
}
