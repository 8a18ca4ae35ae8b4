import DurableFiles
import Glibc
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

  /// Without the path, which is the store's own business.
  static func rpcError(_ error: FileError) -> RPCError {
    switch error.code {
    case ENOSPC, EDQUOT, EFBIG:
      RPCError(.resourceExhausted, "the store's disk is full; what came is kept, free some space")
    case EMFILE, ENFILE:
      RPCError(
        .unavailable,
        "the store has too many files open; try again",
        retryAfter: .seconds(1)
      )
    default:
      RPCError(
        .internal,
        "the store's disk: cannot \(error.operation.rawValue) a file: \(error.reason)"
      )
    }
  }

  /// Errors of other kinds stay what they are.
  static func translated(_ error: any Error) -> any Error {
    switch error {
    case let error as StoreProblem: rpcError(error)
    case let error as FileError: rpcError(error)
    default: error
    }
  }
}
