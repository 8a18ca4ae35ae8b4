import RPC

/// How a streaming call ended, for those who balance calls.
public struct CallOutcome: Sendable {
  /// Nil when it went well.
  public let error: RPCError?
  /// The server's load, where it said so.
  public let load: Load?
  /// The connection died under the call.
  public let isConnectionLoss: Bool
  /// The server itself ended the call so: it lives.
  public let isServersAnswer: Bool
}

extension ClientCall {
  /// Calls `body` once on the call's loop when the call is over, also when it is already. From any
  /// thread; the first one stays.
  public func whenEnded(_ body: @escaping @Sendable (CallOutcome) -> Void) {
    confined.run { call in
      guard call.onEnd == nil else { return }
      call.onEnd = body
      call.tellOutcome()
    }
  }

  func tellOutcome() {
    guard let result, let onEnd else { return }
    self.onEnd = nil
    switch result {
    case .success(let end):
      onEnd(
        CallOutcome(
          error: end.error,
          load: end.load,
          isConnectionLoss: false,
          isServersAnswer: true
        )
      )
    case .failure(let error):
      onEnd(
        CallOutcome(
          error: error,
          load: nil,
          isConnectionLoss: isConnectionLoss,
          isServersAnswer: false
        )
      )
    }
  }
}

extension ServiceChannel {
  /// One try of a unary call, without retries: for a balancer, which decides where the next one
  /// goes.
  /// - Parameter attempt: 0 for the first try.
  public func attempt(
    _ method: Method,
    options: CallOptions,
    attempt: UInt32,
    _ request: MessageSource
  ) async -> Result<Answer, AttemptFailure> {
    let plan: CallPlan
    do throws(RPCError) {
      plan = try self.plan(method, options)
    } catch {
      // Refused here, for what the caller asked: no server is to blame.
      return .failure(AttemptFailure(error: error, isConnectionLoss: false))
    }
    return await unaryOnce(plan, attempt, request)
  }
}
