import Primitives
import RPC
import RPCRuntime
import Synchronization
import TestProtocols

/// Handlers that a test writes in place.
struct HandlerService: Service {
  let handlers: [MethodHandler]

  init(_ handlers: [MethodHandler]) { self.handlers = handlers }

  static func unary(
    _ body: @escaping @Sendable (EchoRequest, CallContext) async throws -> EchoResponse
  ) -> HandlerService {
    HandlerService([.unary(EchoMethods.unary, body)])
  }

  /// Echo, whose handlers wait at `gate` first when they are asked to `wait`.
  static func waiting(at gate: Gate) -> HandlerService {
    .unary { request, _ in
      if request.text == "wait" { await gate.pass() }
      return EchoResponse(text: request.text)
    }
  }
}

/// A door that a handler waits at until the test opens it, whatever its task is told.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [CheckedContinuation<Void, Never>] = []
    var arrivals = 0
  }

  private let state = Mutex(State())

  var arrivals: Int { state.withLock { $0.arrivals } }

  func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        state.arrivals += 1
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}

/// What handlers saw, in order.
final class Journal<Entry: Sendable>: Sendable {
  private let list = Mutex<[Entry]>([])

  var entries: [Entry] { list.withLock { $0 } }
  func add(_ entry: Entry) { list.withLock { $0.append(entry) } }
}
