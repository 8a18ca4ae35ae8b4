import Primitives
import RPC
import WireCodec

/// A group of methods under one name. Generated server protocols refine it and fill `handlers`.
public protocol Service: Sendable {
  var handlers: [MethodHandler] { get }
}

/// A method and the code that answers it, with its message types erased once, at registration.
public struct MethodHandler: Sendable {
  public let method: Method
  /// Where the body runs; nil = on the connection's loop, which is the fastest and where nothing
  /// may block.
  public var executor: (any TaskExecutor)?
  @usableFromInline let run: @Sendable (ServerCall) async -> Void

  @inlinable
  init(method: Method, run: @escaping @Sendable (ServerCall) async -> Void) {
    self.method = method
    self.run = run
  }

  /// The same handler with its body on `executor`: for work that is long but does not block.
  public func running(on executor: any TaskExecutor) -> MethodHandler {
    var moved = self
    moved.executor = executor
    return moved
  }

  @inlinable
  public static func unary<Request: WireMessage, Response: WireMessage>(
    _ method: Method,
    _ body: @escaping @Sendable (Request, CallContext) async throws -> Response
  ) -> MethodHandler {
    MethodHandler(method: method) { call in
      do {
        let request = try call.decodeRequest(Request.self)
        let context = CallContext(call)
        let response: Response
        if let executor = call.handlerExecutor {
          response = try await withTaskExecutorPreference(executor) {
            // More than a courtesy: without a step of its own here, the compiler (6.3.1) would drop
            // the hop to the executor and run the body on the loop.
            try Task.checkCancellation()
            return try await body(request, context)
          }
        } else {
          response = try await body(request, context)
        }
        response.withPacked(call.arena) { call.respond($0) }
      } catch {
        call.fail(error)
      }
    }
  }

  @inlinable
  public static func serverStreaming<Request: WireMessage, Response: WireMessage>(
    _ method: Method,
    _ body:
      @escaping @Sendable (Request, ResponseWriter<Response>, CallContext) async throws ->
      Void
  ) -> MethodHandler {
    MethodHandler(method: method) { call in
      do {
        let request = try call.decodeRequest(Request.self)
        let writer = ResponseWriter<Response>(call)
        let context = CallContext(call)
        if let executor = call.handlerExecutor {
          try await withTaskExecutorPreference(executor) {
            // More than a courtesy: without a step of its own here, the compiler (6.3.1) would drop
            // the hop to the executor and run the body on the loop.
            try Task.checkCancellation()
            return try await body(request, writer, context)
          }
        } else {
          try await body(request, writer, context)
        }
        call.finish()
      } catch {
        call.fail(error)
      }
    }
  }

  @inlinable
  public static func clientStreaming<Request: WireMessage, Response: WireMessage>(
    _ method: Method,
    _ body: @escaping @Sendable (RequestStream<Request>, CallContext) async throws -> Response
  ) -> MethodHandler {
    MethodHandler(method: method) { call in
      do {
        let requests = RequestStream<Request>(call)
        let context = CallContext(call)
        let response: Response
        if let executor = call.handlerExecutor {
          response = try await withTaskExecutorPreference(executor) {
            // More than a courtesy: without a step of its own here, the compiler (6.3.1) would drop
            // the hop to the executor and run the body on the loop.
            try Task.checkCancellation()
            return try await body(requests, context)
          }
        } else {
          response = try await body(requests, context)
        }
        response.withPacked(call.arena) { call.respond($0) }
      } catch {
        call.fail(error)
      }
    }
  }

  @inlinable
  public static func bidirectional<Request: WireMessage, Response: WireMessage>(
    _ method: Method,
    _ body:
      @escaping @Sendable (
        RequestStream<Request>, ResponseWriter<Response>, CallContext
      ) async throws -> Void
  ) -> MethodHandler {
    MethodHandler(method: method) { call in
      do {
        let requests = RequestStream<Request>(call)
        let writer = ResponseWriter<Response>(call)
        let context = CallContext(call)
        if let executor = call.handlerExecutor {
          try await withTaskExecutorPreference(executor) {
            // More than a courtesy: without a step of its own here, the compiler (6.3.1) would drop
            // the hop to the executor and run the body on the loop.
            try Task.checkCancellation()
            return try await body(requests, writer, context)
          }
        } else {
          try await body(requests, writer, context)
        }
        call.finish()
      } catch {
        call.fail(error)
      }
    }
  }
}
