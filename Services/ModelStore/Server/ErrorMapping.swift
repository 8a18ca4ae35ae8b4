import Digests
import ModelStoreCore
import RPC

/// The one place where the store's errors become those of calls.
enum ErrorMapping {
  static func rpcError(_ problem: StoreProblem) -> RPCError {
    let code: StatusCode =
      switch problem {
      case .invalid: .invalidArgument
      case .missing: .notFound
      case .notYet: .failedPrecondition
      case .outOfRange: .outOfRange
      case .conflict: .aborted
      case .exhausted: .resourceExhausted
      case .damaged: .dataLoss
      }
    return RPCError(code, problem.message)
  }

  static func rpcError(_ failure: DiskFailure) -> RPCError {
    switch failure.kind {
    case .diskFull:
      RPCError(.resourceExhausted, "the store's disk is full; what came is kept, free some space")
    case .tooManyFiles:
      RPCError(
        .unavailable,
        "the store has too many files open; try again",
        retryAfter: .seconds(1)
      )
    case .other:
      RPCError(.internal, "the store's disk: cannot \(failure.operation): \(failure.text)")
    }
  }

  /// Errors of other kinds stay what they are.
  static func translated(_ error: any Error) -> any Error {
    switch error {
    case let error as StoreProblem: rpcError(error)
    case let error as DiskFailure: rpcError(error)
    default: error
    }
  }
}
